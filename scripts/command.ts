import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { delimiter } from 'node:path';
import { nodeBinary, nodeFolder } from './project';

export interface CommandOptions {
	cwd: string;
	timeoutMs: number;
	env?: NodeJS.ProcessEnv;
	/** Shown on stderr while it runs; without it the output appears only in the error. */
	progress?: boolean;
}

export class CommandError extends Error {
	constructor(
		command: string,
		reason: string,
		readonly output: string,
	) {
		super(`${command}: ${reason}\n${output.split('\n').slice(-30).join('\n')}`);
	}
}

/** npm's own variables of an outer `npm start` would steer an inner npm, and a test runner's would steer n8n. */
export function cleanEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
	const foreign =
		/^(npm_(package|lifecycle|command|execpath|node_execpath|config_(local_prefix|json|silent|loglevel))|INIT_CWD$|JEST_|NODE_ENV$|NODE_OPTIONS$|N8N_|DB_|QUEUE_|EXECUTIONS_)/i;
	const env = Object.fromEntries(
		Object.entries(process.env).filter(([name]) => !foreign.test(name)),
	);
	const path = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
	env[path] = [nodeFolder, env[path] ?? ''].join(delimiter);
	return { ...env, ...extra };
}

export async function run(
	command: string,
	parameters: string[],
	options: CommandOptions,
): Promise<string> {
	const shown = [command, ...parameters].join(' ');
	const child = spawn(command, parameters, {
		cwd: options.cwd,
		env: options.env ?? cleanEnvironment(),
		stdio: ['ignore', 'pipe', 'pipe'],
		detached: process.platform !== 'win32',
		shell: process.platform === 'win32' && command.endsWith('.cmd'),
	});
	const stopWithUs = () => killTree(child, 'SIGKILL');
	process.once('exit', stopWithUs);
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.on('data', (chunk: Buffer) => {
			output = (output + chunk.toString()).slice(-2_000_000);
			if (options.progress) process.stderr.write(chunk);
		});
	}
	let expired = false;
	const limit = setTimeout(() => {
		expired = true;
		killTree(child, 'SIGKILL');
	}, options.timeoutMs);
	const outcome = await new Promise<{ code: number | null; error?: Error }>((settle) => {
		child.once('error', (error) => settle({ code: null, error }));
		child.once('close', (code) => settle({ code }));
	});
	clearTimeout(limit);
	process.removeListener('exit', stopWithUs);
	if (expired) throw new CommandError(shown, `stopped after ${options.timeoutMs / 1000} s`, output);
	if (outcome.error) throw new CommandError(shown, outcome.error.message, output);
	if (outcome.code !== 0) throw new CommandError(shown, `exit code ${outcome.code}`, output);
	return output;
}

/** npm as it was found by the caller, on the project's own Node.js. */
export async function npm(parameters: string[], options: CommandOptions): Promise<string> {
	const script = process.env.npm_execpath;
	if (script?.endsWith('npm-cli.js')) return run(nodeBinary, [script, ...parameters], options);
	return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', parameters, options);
}

/** Sends a signal to a process started with `detached`, and to all that it started. */
export function killTree(child: ChildProcess, signal: NodeJS.Signals): void {
	if (child.pid === undefined) return;
	if (process.platform === 'win32') {
		spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F']);
		return;
	}
	try {
		process.kill(-child.pid, signal);
	} catch {
		// The whole group has ended already.
	}
}
