import { createHash } from 'node:crypto';
import {
	cpSync,
	existsSync,
	globSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	readdirSync,
	renameSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { npm } from './command';
import { cacheFolder, projectRoot } from './project';

const minute = 60_000;
const ingredients = [
	'package.json',
	'tsconfig.json',
	'core',
	...['package.json', 'tsconfig.json', 'build.ts', 'src', 'resources', 'examples'].map(
		(name) => `node-red/${name}`,
	),
	'node-red/README.md',
	'node-red/LICENSE',
];

export interface InstalledPackage {
	tarball: string;
	/** A `node_modules` with the package and what it needs, as a user has it after installing. */
	modules: string;
}

/** The package for Node-RED, packed and installed as a user would; done anew only when its sources changed. */
export async function ensureNodeRedPackage(): Promise<InstalledPackage> {
	const folder = join(cacheFolder, 'packages', `node-red-${hashSources()}`);
	if (!existsSync(folder)) {
		process.stderr.write('Building and packing @pendo-nodes/node-red-contrib-pendo.\n');
		mkdirSync(dirname(folder), { recursive: true });
		// Of its own: two may want the package at once.
		const unfinished = mkdtempSync(`${folder}.`);
		try {
			await pack(unfinished);
			await install(unfinished);
			if (!existsSync(folder)) renameSync(unfinished, folder);
		} finally {
			rmSync(unfinished, { recursive: true, force: true });
		}
	}
	return { tarball: tarballIn(folder), modules: join(folder, 'node_modules') };
}

/** In a copy, since a build in place would empty dist/ under whoever else reads it just then. */
async function pack(destination: string): Promise<void> {
	const stage = mkdtempSync(join(tmpdir(), 'pendo-nodes-pack-'));
	try {
		for (const name of ingredients.filter((each) => existsSync(join(projectRoot, each))))
			cpSync(join(projectRoot, name), join(stage, name), { recursive: true });
		for (const modules of ['node_modules', join('node-red', 'node_modules')])
			if (existsSync(join(projectRoot, modules)))
				symlinkSync(join(projectRoot, modules), join(stage, modules), 'junction');
		await npm(['pack', '--pack-destination', destination, '--no-audit', '--no-fund'], {
			cwd: join(stage, 'node-red'),
			timeoutMs: 3 * minute,
		});
	} finally {
		rmSync(stage, { recursive: true, force: true });
	}
}

async function install(folder: string): Promise<void> {
	writeFileSync(join(folder, 'package.json'), '{"name":"installed-nodes","private":true}');
	await npm(
		[
			'install',
			tarballIn(folder),
			'--ignore-scripts',
			'--prefer-offline',
			'--no-audit',
			'--no-fund',
		],
		{ cwd: folder, timeoutMs: 3 * minute },
	);
}

function tarballIn(folder: string): string {
	const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
	if (!tarball) throw new Error(`npm pack left no tarball in ${folder}.`);
	return join(folder, tarball);
}

function hashSources(): string {
	const hash = createHash('sha256');
	const patterns = ingredients.flatMap((name) => [name, `${name}/**`]);
	for (const path of [...new Set(globSync(patterns, { cwd: projectRoot }))].sort()) {
		const file = join(projectRoot, path);
		if (statSync(file).isFile()) hash.update(`${path}\0`).update(readFileSync(file));
	}
	return hash.digest('hex').slice(0, 16);
}
