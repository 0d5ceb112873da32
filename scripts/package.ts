import { createHash } from 'node:crypto';
import {
	existsSync,
	globSync,
	mkdirSync,
	readFileSync,
	readdirSync,
	renameSync,
	rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { npm } from './command';
import { cacheFolder, projectRoot } from './project';

const sources = [
	'package.json',
	'tsconfig.json',
	'gulpfile.js',
	'README.md',
	'LICENSE',
	'{nodes,credentials,core}/**/*.*',
];

/** Builds and packs what would be published; answers the tarball. Unchanged sources are not built again. */
export async function packPackage(): Promise<string> {
	const folder = join(cacheFolder, 'packages', hashSources());
	if (!existsSync(folder)) {
		await buildPackage();
		const unfinished = `${folder}.${process.pid}.tmp`;
		mkdirSync(unfinished, { recursive: true });
		await npm(['pack', '--ignore-scripts', '--pack-destination', unfinished], {
			cwd: projectRoot,
			timeoutMs: 120_000,
		});
		if (existsSync(folder)) rmSync(unfinished, { recursive: true });
		else renameSync(unfinished, folder);
	}
	const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
	if (!tarball) throw new Error(`npm pack left no tarball in ${folder}.`);
	return join(folder, tarball);
}

export async function buildPackage(): Promise<void> {
	rmSync(join(projectRoot, 'dist'), { recursive: true, force: true });
	await npm(['run', 'build'], { cwd: projectRoot, timeoutMs: 300_000 });
}

function hashSources(): string {
	const hash = createHash('sha256');
	for (const path of globSync(sources, { cwd: projectRoot }).sort()) {
		hash.update(`${path}\0`).update(readFileSync(join(projectRoot, path)));
	}
	return hash.digest('hex').slice(0, 16);
}
