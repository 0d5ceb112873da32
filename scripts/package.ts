import { createHash } from 'node:crypto';
import {
	existsSync,
	globSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	readdirSync,
	renameSync,
	rmSync,
	statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { packPackage } from './pack';
import { cacheFolder, projectRoot } from './project';

const sources = [
	'{package.json,package-lock.json,tsconfig.json,gulpfile.js,README.md,LICENSE}',
	'{nodes,credentials,core,icons}/**',
];

/** The tarball of what would be published; built and packed only when its sources changed. */
export async function ensurePackage(): Promise<string> {
	const folder = join(cacheFolder, 'packages', hashSources());
	if (!existsSync(folder)) {
		process.stderr.write('Building and packing n8n-nodes-pendo.\n');
		mkdirSync(dirname(folder), { recursive: true });
		// Of its own: two may want the package at once.
		const unfinished = mkdtempSync(`${folder}.`);
		try {
			await packPackage(unfinished);
			if (!existsSync(folder)) renameSync(unfinished, folder);
		} finally {
			rmSync(unfinished, { recursive: true, force: true });
		}
	}
	const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
	if (!tarball) throw new Error(`npm pack left no tarball in ${folder}.`);
	return join(folder, tarball);
}

function hashSources(): string {
	const hash = createHash('sha256');
	for (const path of globSync(sources, { cwd: projectRoot }).sort()) {
		const file = join(projectRoot, path);
		if (statSync(file).isFile()) hash.update(`${path}\0`).update(readFileSync(file));
	}
	return hash.digest('hex').slice(0, 16);
}
