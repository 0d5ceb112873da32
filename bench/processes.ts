import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { run } from '../scripts/command';
import { cacheFolder, nodeBinary, projectRoot } from '../scripts/project';

export const benchFolder = join(cacheFolder, 'bench');
export const compiledFolder = join(benchFolder, 'compiled', 'bench');

const MINUTE = 60_000;
// The soak of 100,000 polls: 20 minutes alone on a machine, hours beside other programs.
const LONGEST_CASE = 360 * MINUTE;

/** Measured is what users run: JavaScript as the package ships it, not TypeScript through a loader. */
export async function compile(): Promise<void> {
	const compiler = join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc');
	await run(nodeBinary, [compiler, '-p', 'bench/tsconfig.json'], {
		cwd: projectRoot,
		timeoutMs: 5 * MINUTE,
	});
}

/** Runs a case in a fresh process and gives its result. */
export async function runInProcess<Result>(name: string, parameters: unknown): Promise<Result> {
	const script = join(compiledFolder, 'cases', `${name}.js`);
	const output = await run(nodeBinary, ['--expose-gc', script, JSON.stringify(parameters)], {
		cwd: projectRoot,
		timeoutMs: LONGEST_CASE,
	});
	return JSON.parse(output.trim().split('\n').at(-1)!) as Result;
}

export interface Server {
	readonly port: number;
	stop(): void;
}

/** Serves the generated reports from a process of its own. */
export async function startServer(): Promise<Server> {
	const child = spawn(nodeBinary, [join(compiledFolder, 'server.js')], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
	return { port: Number(line), stop: () => child.stdin.end() };
}
