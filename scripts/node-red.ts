import { spawn } from 'node:child_process';
import {
	closeSync,
	existsSync,
	mkdirSync,
	openSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanEnvironment, killTree } from './command';
import type { Engine } from './engines';
import { findFreePort } from './ports';
import { nodeBinary } from './project';

export interface NodeRedOptions {
	engine: Engine;
	userDir: string;
	/** A `node_modules` with our package in it. */
	modules: string;
	/** Without it: any free one. */
	port?: number;
	/** Source text of more members of the settings object. */
	settings?: string;
	env?: Record<string, string>;
}

export interface NodeRedFlow {
	id: string;
	type: string;
	[name: string]: unknown;
}

export interface RunningNodeRed {
	url: string;
	pid: number;
	/** Deploys and waits until all is started. */
	deploy(flows: NodeRedFlow[], type?: 'full' | 'nodes' | 'flows'): Promise<void>;
	/** Waits until all is started that this deploys by another way, as a person in the editor does. */
	deployedBy(deploy: () => Promise<unknown>): Promise<void>;
	flows(): Promise<NodeRedFlow[]>;
	/** Presses the button of an inject node. */
	inject(id: string): Promise<void>;
	/** Ends Node-RED in its own orderly way; answers its exit code (null after a signal). */
	stop(signal?: NodeJS.Signals): Promise<number | null>;
	/** As a crash. */
	kill(): Promise<void>;
	/** All that this and earlier starts in the user folder printed. */
	logs(): string;
}

const minute = 60_000;
const started = /Started (modified )?(flows|nodes)/g;

export async function startNodeRed(options: NodeRedOptions): Promise<RunningNodeRed> {
	const { engine, userDir } = options;
	const port = options.port ?? (await findFreePort());
	mkdirSync(userDir, { recursive: true });
	link(options.modules, join(userDir, 'node_modules'));
	const settingsFile = join(userDir, 'settings.js');
	writeFileSync(settingsFile, settingsText(port, options.settings ?? ''));
	const logFile = join(userDir, 'node-red.log');
	const startsBefore = existsSync(logFile) ? startsIn(readFileSync(logFile, 'utf8')) : 0;
	const log = openSync(logFile, 'a');
	const child = spawn(
		nodeBinary,
		[
			...['--require', join(__dirname, 'exit-with-parent.cjs')],
			...[engine.script, '--userDir', userDir, '--settings', settingsFile],
		],
		{
			cwd: userDir,
			detached: process.platform !== 'win32',
			stdio: ['ignore', log, log],
			env: cleanEnvironment({ NODE_ENV: 'production', LANG: 'en-US', ...options.env }),
		},
	);
	closeSync(log);
	const killNow = () => killTree(child, 'SIGKILL');
	process.once('exit', killNow);
	let running = true;
	const ended = new Promise<number | null>((settle) => {
		child.once('error', () => settle(null));
		child.once('exit', (code) => settle(code));
	}).then((code) => {
		running = false;
		process.removeListener('exit', killNow);
		return code;
	});
	const url = `http://127.0.0.1:${port}`;
	const logs = () => readFileSync(logFile, 'utf8');
	const call = async (path: string, init: RequestInit = {}) => {
		const answer = await fetch(url + path, {
			...init,
			signal: AbortSignal.timeout(minute),
			headers: {
				'content-type': 'application/json',
				'node-red-api-version': 'v2',
				...(init.headers as Record<string, string> | undefined),
			},
		});
		if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
		return answer;
	};
	const nodeRed: RunningNodeRed = {
		url,
		pid: child.pid ?? -1,
		logs,
		deploy(flows, type = 'full') {
			return nodeRed.deployedBy(() =>
				call('/flows', {
					method: 'POST',
					body: JSON.stringify({ flows }),
					headers: { 'node-red-deployment-type': type },
				}),
			);
		},
		async deployedBy(deploy) {
			const before = startsIn(logs());
			await deploy();
			// The answer comes before the nodes are up.
			await until(() => startsIn(logs()) > before, 'the deploy');
		},
		async flows() {
			return ((await (await call('/flows')).json()) as { flows: NodeRedFlow[] }).flows;
		},
		async inject(id) {
			await call(`/inject/${id}`, { method: 'POST' });
		},
		async stop(signal = 'SIGTERM') {
			if (running) child.kill(signal);
			const late = setTimeout(killNow, 40_000);
			const code = await ended;
			clearTimeout(late);
			killNow();
			return code;
		},
		async kill() {
			killNow();
			await ended;
		},
	};
	await waitUntilReady(
		nodeRed,
		() => startsIn(logs()) > startsBefore,
		() => running,
	);
	return nodeRed;
}

function startsIn(log: string): number {
	return log.match(started)?.length ?? 0;
}

async function until(condition: () => boolean, what: string): Promise<void> {
	const deadline = Date.now() + minute;
	while (!condition()) {
		if (Date.now() > deadline) throw new Error(`${what} was not done within a minute`);
		await sleep(25);
	}
}

async function waitUntilReady(
	nodeRed: RunningNodeRed,
	isStarted: () => boolean,
	isRunning: () => boolean,
): Promise<void> {
	const deadline = Date.now() + minute;
	while (Date.now() < deadline && isRunning()) {
		if (isStarted()) return;
		await sleep(50);
	}
	const reason = isRunning() ? 'was not ready within a minute' : 'ended while starting';
	await nodeRed.kill();
	const lastWords = nodeRed.logs().split('\n').slice(-25).join('\n');
	throw new Error(`Node-RED ${reason}. Its last words:\n${lastWords}`);
}

function link(target: string, path: string): void {
	rmSync(path, { recursive: true, force: true });
	symlinkSync(target, path, 'junction');
}

/** Node-RED asks its makers for news and catalogues; one under test talks to nobody. */
function settingsText(port: number, more: string): string {
	return `module.exports = {
	uiHost: '127.0.0.1',
	uiPort: ${port},
	flowFile: 'flows.json',
	credentialSecret: 'pendo-nodes',
	telemetry: { enabled: false, updateNotification: false },
	editorTheme: { tours: false, projects: { enabled: false }, palette: { catalogues: [] } },
	logging: { console: { level: 'info', metrics: false, audit: false } },
	${more}
};
`;
}
