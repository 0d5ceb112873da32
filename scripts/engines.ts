import { createHash } from 'node:crypto';
import {
	cpSync,
	existsSync,
	mkdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statfsSync,
} from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { availableMemory } from 'node:process';
import { CommandError, cleanEnvironment, npm, run } from './command';
import { enginesFolder, findNodeHeaders, nodeBinary, projectRoot } from './project';

export type EngineName = 'n8n-2' | 'node-red-5' | 'node-red-4';

export interface Engine {
	name: EngineName;
	folder: string;
	/** node_modules of the engine: what a loader test puts into its module paths. */
	modules: string;
	/** The script to run with the project's Node.js. */
	script: string;
}

const gibibyte = 1024 ** 3;
interface Needs {
	memory: number;
	disk: number;
}

// Measured for n8n 2.41.1: 3.3 GB of memory at the peak of npm ci, 2.4 GB on disk.
const needsOfN8n: Needs = { memory: 4 * gibibyte, disk: 5 * gibibyte };
// Measured for Node-RED 5.0.7: 0.3 GB of memory, 0.1 GB on disk.
const needsOfNodeRed: Needs = { memory: gibibyte / 2, disk: gibibyte / 2 };
const minute = 60_000;

/** Two may want an engine at once: one install serves both. */
const installing = new Map<string, Promise<void>>();

export async function ensureEngine(name: EngineName): Promise<Engine> {
	const recipe = join(projectRoot, 'test', 'engines', name);
	const lockfile = readFileSync(join(recipe, 'package-lock.json'));
	const key = createHash('sha256')
		.update(lockfile)
		.update(`${process.platform} ${process.arch} ${process.versions.modules}`)
		.digest('hex')
		.slice(0, 16);
	const folder = join(enginesFolder, name, key);
	if (!existsSync(folder)) {
		const running = installing.get(folder) ?? install(name, recipe, folder);
		installing.set(folder, running);
		await running.finally(() => installing.delete(folder));
	}
	const modules = join(folder, 'node_modules');
	const script = isNodeRed(name) ? ['node-red', 'red.js'] : ['n8n', 'bin', 'n8n'];
	return { name, folder, modules, script: join(modules, ...script) };
}

/** As its package names itself, and the version that is pinned. */
export function engineVersion(name: EngineName): string {
	const file = join(projectRoot, 'test', 'engines', name, 'package.json');
	const { dependencies } = JSON.parse(readFileSync(file, 'utf8')) as {
		dependencies: Record<string, string>;
	};
	const itself = isNodeRed(name) ? 'node-red' : 'n8n';
	return `${itself} ${dependencies[itself]}`;
}

function isNodeRed(name: EngineName): boolean {
	return name !== 'n8n-2';
}

async function install(name: EngineName, recipe: string, folder: string): Promise<void> {
	mkdirSync(join(enginesFolder, name), { recursive: true });
	requireRoom(name, isNodeRed(name) ? needsOfNodeRed : needsOfN8n);
	const unfinished = `${folder}.${process.pid}.tmp`;
	rmSync(unfinished, { recursive: true, force: true });
	cpSync(recipe, unfinished, {
		recursive: true,
		filter: (path) => !path.includes('node_modules'),
	});
	const started = Date.now();
	tell(`Installing ${name}, once: this takes some minutes.`);
	const ticker = setInterval(
		() => tell(`… still installing ${name} (${seconds(started)} s)`),
		minute / 2,
	);
	const removeUnfinished = () => rmSync(unfinished, { recursive: true, force: true });
	process.once('exit', removeUnfinished);
	try {
		// Some of n8n's optional drivers have install scripts that fail without their own downloads.
		await npm(['ci', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund'], {
			cwd: unfinished,
			timeoutMs: 30 * minute,
		});
		if (!isNodeRed(name)) {
			tell(`Packages of ${name} are there after ${seconds(started)} s; now its database driver.`);
			await buildSqlite(unfinished);
		}
		adopt(unfinished, folder);
	} finally {
		clearInterval(ticker);
		process.removeListener('exit', removeUnfinished);
		removeUnfinished();
	}
	tell(`${name} is installed (${seconds(started)} s).`);
}

/** The published binary where it can be had (seconds), else compiled with the headers of our Node.js (a minute). */
async function buildSqlite(engine: string): Promise<void> {
	const driver = join(engine, 'node_modules', 'sqlite3');
	const prebuilt = join(engine, 'node_modules', 'prebuild-install', 'bin.js');
	const downloaded = await succeeds(
		run(nodeBinary, [prebuilt, '-r', 'napi'], { cwd: driver, timeoutMs: minute / 2 }),
	);
	if (downloaded && (await succeeds(checkSqlite(engine)))) return;
	const headers = findNodeHeaders();
	const flags = ['--build-from-source', '--ignore-scripts=false', '--no-audit', '--no-fund'];
	if (headers) flags.push(`--nodedir=${headers}`);
	let failure: unknown;
	try {
		await npm(['rebuild', 'sqlite3', ...flags], {
			cwd: engine,
			timeoutMs: 10 * minute,
			env: cleanEnvironment({ JOBS: 'max' }),
		});
		await checkSqlite(engine);
	} catch (error) {
		failure = error;
	}
	if (!failure) return;
	throw new Error(
		`n8n's database driver sqlite3 could neither be downloaded nor compiled. Compiling needs a C++ compiler, make and Python 3 (Debian: apt-get install build-essential python3). ${
			failure instanceof CommandError ? failure.message : String(failure)
		}`,
	);
}

function checkSqlite(engine: string): Promise<string> {
	const open =
		"new (require('sqlite3').Database)(':memory:', (error) => { if (error) throw error; })";
	return run(nodeBinary, ['-e', open], { cwd: engine, timeoutMs: minute / 2 });
}

function requireRoom(name: string, needed: Needs): void {
	const memory = Math.max(availableMemory(), freemem());
	const { bavail, bsize } = statfsSync(enginesFolder);
	const short: string[] = [];
	if (memory < needed.memory)
		short.push(`${gigabytes(memory)} GB of memory of ${gigabytes(needed.memory)} GB`);
	if (bavail * bsize < needed.disk)
		short.push(
			`${gigabytes(bavail * bsize)} GB of disk of ${gigabytes(needed.disk)} GB in ${enginesFolder}`,
		);
	if (short.length === 0) return;
	throw new Error(
		`Not enough room to install ${name}: ${short.join(' and ')} free. Free some and run the command again; PENDO_NODES_ENGINES=<folder> installs engines on another disk.`,
	);
}

/** Of two installs at the same time the first one done stays. */
function adopt(unfinished: string, folder: string): void {
	try {
		renameSync(unfinished, folder);
	} catch (error) {
		if (!existsSync(folder)) throw error;
	}
}

function succeeds(work: Promise<unknown>): Promise<boolean> {
	return work.then(
		() => true,
		() => false,
	);
}

function tell(text: string): void {
	process.stderr.write(`${text}\n`);
}

function seconds(since: number): number {
	return Math.round((Date.now() - since) / 1000);
}

function gigabytes(bytes: number): string {
	return (bytes / gibibyte).toFixed(1);
}
