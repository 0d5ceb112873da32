import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a packed package runs, as a hash: the same for two that differ in documentation or version alone. */
export function codeOf(tarball: string): string {
	const folder = mkdtempSync(join(tmpdir(), 'pendo-nodes-code-'));
	try {
		execFileSync('tar', ['-xzf', tarball, '-C', folder]);
		return hashCode(join(folder, 'package'));
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

export function hashCode(folder: string): string {
	const hash = createHash('sha256');
	const paths = globSync('dist/**/*.{js,json,html}', { cwd: folder });
	// In a folder of a language, HTML is the help of a node.
	const code = paths.filter((path) => !/locales.*\.html$/.test(path)).sort();
	if (code.length === 0) throw new Error(`No code in ${folder}.`);
	for (const path of code) hash.update(`${path}\0`).update(readFileSync(join(folder, path)));
	return hash.digest('hex').slice(0, 16);
}
