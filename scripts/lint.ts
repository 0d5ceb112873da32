import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CommandError, npm, run } from './command';
import { packPackage } from './pack';
import { nodeBinary, projectRoot } from './project';

/** The part of n8n's scanner for community packages that runs on a folder. */
interface Scanner {
	SOURCE_FILE_PATTERNS: string[];
	analyzePackage(
		folder: string,
		patterns: string[],
	): Promise<{ passed: boolean; message?: string; details?: string }>;
}

const minute = 60_000;
const linters = join(projectRoot, 'test', 'linters');
const modules = join(linters, 'node_modules');

async function installLinters(): Promise<void> {
	const stamp = join(modules, '.installed-lockfile');
	const lockfile = readFileSync(join(linters, 'package-lock.json'));
	const key = createHash('sha256').update(lockfile).digest('hex');
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return;
	console.log('Installing the linters, once.');
	// eslint-plugin-n8n-nodes-base has an install script that refuses npm.
	await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
		cwd: linters,
		timeoutMs: 10 * minute,
	});
	writeFileSync(stamp, key);
}

function runTool(script: string, parameters: string[]): Promise<string> {
	return run(nodeBinary, [script, ...parameters], { cwd: projectRoot, timeoutMs: 5 * minute });
}

function tool(...path: string[]): string {
	return join(projectRoot, 'node_modules', ...path);
}

async function scan(folder: string, patterns: (scanner: Scanner) => string[]): Promise<void> {
	const entry = join(modules, '@n8n', 'scan-community-package', 'scanner', 'scanner.mjs');
	const scanner = (await import(pathToFileURL(entry).href)) as Scanner;
	const result = await scanner.analyzePackage(folder, patterns(scanner));
	if (!result.passed) throw new Error(result.details ?? result.message);
}

async function scanTarball(): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'pendo-nodes-scan-'));
	try {
		const tarball = await packPackage(folder);
		await run('tar', ['-xzf', tarball, '-C', folder], { cwd: folder, timeoutMs: minute });
		await scan(join(folder, 'package'), () => ['**/*.js', 'package.json']);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

const sections: [string, () => Promise<unknown>][] = [
	['Format (prettier)', () => runTool(tool('prettier', 'bin', 'prettier.cjs'), ['--check', '.'])],
	['Types (tsc)', () => runTool(tool('typescript', 'bin', 'tsc'), ['-p', 'tsconfig.tools.json'])],
	[
		'Rules (eslint)',
		() => runTool(join(modules, 'eslint', 'bin', 'eslint.js'), ['.', '--max-warnings', '0']),
	],
	["Source (n8n's scanner)", () => scan(projectRoot, (scanner) => scanner.SOURCE_FILE_PATTERNS)],
	["Tarball (n8n's scanner)", scanTarball],
];

async function lint(): Promise<void> {
	await installLinters();
	for (const [title, check] of sections) {
		const started = Date.now();
		let finding = '';
		try {
			await check();
		} catch (error) {
			finding = error instanceof CommandError ? error.output : (error as Error).message;
			process.exitCode = 1;
		}
		const seconds = ((Date.now() - started) / 1000).toFixed(1);
		console.log(`${finding ? '✗' : '✓'} ${title}, ${seconds} s`);
		if (finding) console.log(finding);
	}
}

void lint();
