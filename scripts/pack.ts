import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npm } from './command';
import { projectRoot } from './project';

const ingredients = [
	'package.json',
	'tsconfig.json',
	'gulpfile.js',
	'README.md',
	'LICENSE',
	'core',
	'credentials',
	'icons',
	'nodes',
];

/** Builds and packs as `npm publish` does, and returns the path of the tarball in `destination`. */
export async function packPackage(destination: string): Promise<string> {
	// In a copy, since a build in place would empty dist/ under whoever else reads it just then.
	const stage = mkdtempSync(join(tmpdir(), 'pendo-nodes-pack-'));
	try {
		for (const name of ingredients.filter((each) => existsSync(join(projectRoot, each))))
			cpSync(join(projectRoot, name), join(stage, name), { recursive: true });
		symlinkSync(join(projectRoot, 'node_modules'), join(stage, 'node_modules'), 'junction');
		await npm(['pack', '--pack-destination', destination, '--no-audit', '--no-fund'], {
			cwd: stage,
			timeoutMs: 3 * 60_000,
		});
	} finally {
		rmSync(stage, { recursive: true, force: true });
	}
	const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
		name: string;
		version: string;
	};
	return join(destination, `${manifest.name}-${manifest.version}.tgz`);
}
