import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Row } from '../test/faults/support/row';
import { CommandError, cleanEnvironment, npm, run } from './command';
import { ensureEngine } from './engines';
import { findBrowser } from './browser';
import { ensureNodeRedPackage } from './node-red-package';
import { ensurePackage } from './package';
import { cacheFolder, nodeBinary, projectRoot } from './project';
import {
	closingLine,
	describeChecks,
	exitCode,
	readFaultRows,
	readJestReport,
	type Check,
	type JestReport,
} from './results';

const minute = 60_000;
const loader = pathToFileURL(join(projectRoot, 'node_modules', 'tsx', 'dist', 'loader.mjs')).href;
const checks: Check[] = [];

async function main(): Promise<void> {
	const quick = process.argv.slice(2).includes('unit');
	if (quick) {
		await runJest('Unit', ['test/core', 'test/emulator']);
	} else {
		await check('Build', 'builds and packs', ensurePackage);
		await check('Build', 'builds and packs for Node-RED', ensureNodeRedPackage);
		// Takes minutes, and little of the processor.
		const installed = check('Engine', 'installs n8n', () => ensureEngine('n8n-2'));
		await check('Lint', "passes all linters, n8n's own included", () =>
			npm(['run', 'lint'], { cwd: projectRoot, timeoutMs: 15 * minute, progress: true }),
		);
		await runJest('Unit', [
			'--testPathIgnorePatterns',
			'/test/(n8n|node-red|editors|engines|linters)/',
		]);
		const engine = await installed;
		if (engine) await runJest('n8n', ['test/n8n', '--maxWorkers=2']);
		const nodeRed = await check('Engine', 'installs Node-RED 5', () => ensureEngine('node-red-5'));
		const older = await check('Engine', 'installs Node-RED 4', () => ensureEngine('node-red-4'));
		if (nodeRed && older) await runJest('Node-RED', ['test/node-red', '--maxWorkers=2']);
		if (engine && nodeRed) await runFaults();
		const browser = await check('Browser', 'is there', findBrowser);
		if (engine && nodeRed && browser)
			await runJest('Editors', ['test/editors', '--runInBand'], { PENDO_NODES_BROWSER: browser });
	}
	console.log(describeChecks(checks));
	console.log(`\n${closingLine(checks)}`);
	process.exitCode = exitCode(checks);
}

async function check<T>(
	stage: string,
	title: string,
	work: () => Promise<T>,
): Promise<T | undefined> {
	const started = Date.now();
	try {
		const result = await work();
		checks.push({ stage, title, outcome: 'passed', milliseconds: Date.now() - started });
		return result;
	} catch (error) {
		const reason = error instanceof CommandError ? error.output : String(error);
		checks.push({ stage, title, outcome: 'failed', reason });
		return undefined;
	}
}

async function runJest(
	stage: string,
	parameters: string[],
	extra: NodeJS.ProcessEnv = {},
): Promise<void> {
	const folder = join(cacheFolder, 'results');
	mkdirSync(folder, { recursive: true });
	const report = join(folder, `${stage}.json`);
	rmSync(report, { force: true });
	const jest = join(projectRoot, 'node_modules', 'jest', 'bin', 'jest.js');
	await runReporting(
		stage,
		[jest, '--json', `--outputFile=${report}`, '--ci', ...parameters],
		{ NODE_ENV: 'test', ...extra },
		() =>
			existsSync(report)
				? readJestReport(stage, JSON.parse(readFileSync(report, 'utf8')) as JestReport)
				: [],
	);
}

/** The quick part of `npm run faults`. */
async function runFaults(): Promise<void> {
	const stage = 'Faults';
	const results = join(cacheFolder, 'faults', 'quick.json');
	rmSync(results, { force: true });
	const script = join(projectRoot, 'scripts', 'faults.ts');
	await runReporting(stage, ['--import', loader, script, '--quick'], {}, () =>
		existsSync(results)
			? readFaultRows(stage, (JSON.parse(readFileSync(results, 'utf8')) as { rows: Row[] }).rows)
			: [],
	);
}

/** Runs a program that leaves a report, and adds what that holds; a failure that it does not explain is one too. */
async function runReporting(
	stage: string,
	parameters: string[],
	extra: NodeJS.ProcessEnv,
	readReport: () => Check[],
): Promise<void> {
	const failure = await run(nodeBinary, parameters, {
		cwd: projectRoot,
		timeoutMs: 60 * minute,
		env: cleanEnvironment(extra),
		progress: true,
	}).then(
		() => undefined,
		(error: unknown) => error,
	);
	const found = readReport();
	checks.push(...found);
	const explained = found.some((each) => each.outcome === 'failed');
	if (failure && !explained)
		checks.push({ stage, title: 'runs', outcome: 'failed', reason: String(failure) });
}

// Ends what runs just now too: see run().
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
	process.on(signal, () => process.exit(1));

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
