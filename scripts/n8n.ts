import { spawn } from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	openSync,
	closeSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanEnvironment, killTree, npm, run } from './command';
import type { Engine } from './engines';
import { findFreePort } from './ports';
import { nodeBinary } from './project';

export interface N8nOptions {
	engine: Engine;
	/** n8n keeps its database and packages in `.n8n` of this folder. */
	userFolder: string;
	/** Without it: any free one. */
	port?: number;
	/** Our packed package; without it n8n starts with what the user folder has. */
	tarball?: string;
	env?: Record<string, string>;
	/** Durable scheduler with durable poll cursors. */
	durable?: boolean;
}

export interface RunningN8n {
	url: string;
	pid: number;
	port: number;
	database: string;
	/** Ends n8n in its own orderly way; answers its exit code (null after a signal). */
	stop(signal?: NodeJS.Signals): Promise<number | null>;
	/** As a crash: SIGKILL to n8n and its task runner. */
	kill(): Promise<void>;
	/** All that this and earlier starts in the user folder printed. */
	logs(): string;
}

const durableScheduler = {
	N8N_SCHEDULER_ENABLED: 'true',
	N8N_SCHEDULER_POLL_TRIGGERS_ENABLED: 'true',
	N8N_USE_WORKFLOW_PUBLICATION_SERVICE: 'true',
	N8N_POLLER_DURABLE_CURSORS_ENABLED: 'true',
};

// n8n asks its makers for news, banners and catalogues; an engine under test talks to nobody.
const silent = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
	N8N_DISABLED_MODULES: 'mcp-registry',
};

export async function startN8n(options: N8nOptions): Promise<RunningN8n> {
	const { engine, userFolder } = options;
	if (options.tarball) await installPackage(userFolder, options.tarball);
	const port = options.port ?? (await findFreePort());
	const logFile = join(userFolder, 'n8n.log');
	mkdirSync(userFolder, { recursive: true });
	const log = openSync(logFile, 'a');
	const child = spawn(
		nodeBinary,
		['--require', join(__dirname, 'exit-with-parent.cjs'), engine.script, 'start'],
		{
			cwd: userFolder,
			detached: process.platform !== 'win32',
			stdio: ['ignore', log, log],
			env: await environmentOf(options, port),
		},
	);
	closeSync(log);
	const killNow = () => killTree(child, 'SIGKILL');
	process.once('exit', killNow);
	const ended = new Promise<number | null>((settle) => {
		child.once('error', () => settle(null));
		child.once('exit', (code) => settle(code));
	});
	let running = true;
	const settled = ended.then((code) => {
		running = false;
		process.removeListener('exit', killNow);
		return code;
	});
	const n8n: RunningN8n = {
		url: `http://127.0.0.1:${port}`,
		pid: child.pid ?? -1,
		port,
		database: join(userFolder, '.n8n', 'database.sqlite'),
		logs: () => readFileSync(logFile, 'utf8'),
		async stop(signal = 'SIGTERM') {
			if (running) child.kill(signal);
			const late = setTimeout(killNow, 40_000);
			const code = await settled;
			clearTimeout(late);
			killNow();
			return code;
		},
		async kill() {
			killNow();
			await settled;
		},
	};
	await waitUntilReady(n8n, () => running);
	return n8n;
}

/** One of n8n's own commands on what a stopped n8n keeps in that folder. */
export async function runN8n(options: N8nOptions, command: string[]): Promise<void> {
	await run(nodeBinary, [options.engine.script, ...command], {
		cwd: options.userFolder,
		env: await environmentOf(options, await findFreePort()),
		timeoutMs: 180_000,
	});
}

async function environmentOf(options: N8nOptions, port: number): Promise<NodeJS.ProcessEnv> {
	return cleanEnvironment({
		NODE_ENV: 'production',
		N8N_USER_FOLDER: options.userFolder,
		N8N_PORT: String(port),
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_RUNNERS_BROKER_PORT: String(await findFreePort()),
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_SECURE_COOKIE: 'false',
		...silent,
		GENERIC_TIMEZONE: 'UTC',
		EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'all',
		...(options.durable ? durableScheduler : {}),
		...options.env,
	});
}

async function waitUntilReady(n8n: RunningN8n, isRunning: () => boolean): Promise<void> {
	const deadline = Date.now() + 180_000;
	while (Date.now() < deadline && isRunning()) {
		// Readiness comes first; the REST interface may still be missing then.
		if (
			(await answers(`${n8n.url}/healthz/readiness`)) &&
			(await answers(`${n8n.url}/rest/settings`))
		)
			return;
		await sleep(150);
	}
	const reason = isRunning() ? 'was not ready within 3 minutes' : 'ended while starting';
	await n8n.kill();
	throw new Error(
		`n8n ${reason}. Its last words:\n${n8n.logs().split('\n').slice(-25).join('\n')}`,
	);
}

function answers(url: string): Promise<boolean> {
	return fetch(url, { signal: AbortSignal.timeout(2000) }).then(
		(response) => response.ok,
		() => false,
	);
}

/** As n8n's manual installation says: into `.n8n/nodes`. */
async function installPackage(userFolder: string, tarball: string): Promise<void> {
	const folder = join(userFolder, '.n8n', 'nodes');
	const stamp = join(folder, 'installed-tarball');
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === tarball) return;
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, 'package.json'), '{"name":"installed-nodes","private":true}');
	// n8n-workflow, the peer, is n8n's own to give.
	const flags = ['--legacy-peer-deps', '--ignore-scripts', '--offline', '--no-audit', '--no-fund'];
	await npm(['install', tarball, ...flags], { cwd: folder, timeoutMs: 120_000 });
	writeFileSync(stamp, tarball);
}
