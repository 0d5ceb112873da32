import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanEnvironment } from '../../scripts/command';
import { N8nClient, type Account } from '../../scripts/n8n-client';
import { enginesFolder, nodeBinary } from '../../scripts/project';
import { copyProject } from '../support/copy-project';

type Ready = Account & { url: string };

function start(folder: string): { child: ChildProcess; lines: string[]; ready: Promise<Ready> } {
	const child = spawn(nodeBinary, ['scripts/bootstrap.mjs', 'start', '--json'], {
		cwd: folder,
		env: cleanEnvironment({ PENDO_NODES_ENGINES: enginesFolder }),
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const lines: string[] = [];
	let errors = '';
	child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
	const ready = new Promise<Ready>((settle, fail) => {
		child.once('exit', (code) => fail(new Error(`Ended with ${code}: ${errors}`)));
		child.stdout.on('data', (chunk: Buffer) => {
			lines.push(...chunk.toString().split('\n').filter(Boolean));
			if (lines[0]) settle(JSON.parse(lines[0]) as Ready);
		});
	});
	return { child, lines, ready };
}

async function isGone(url: string): Promise<boolean> {
	for (let tries = 0; tries < 60; tries++) {
		const answered = await fetch(url, { signal: AbortSignal.timeout(1000) }).then(
			() => true,
			() => false,
		);
		if (!answered) return true;
		await sleep(250);
	}
	return false;
}

function hasEnded(child: ChildProcess): Promise<number | null> {
	if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
	return new Promise((settle) => child.once('exit', settle));
}

describe('npm start', () => {
	const folder = copyProject();
	let started: ReturnType<typeof start>;

	afterAll(async () => {
		started.child.kill('SIGTERM');
		await hasEnded(started.child);
		rmSync(folder, { recursive: true, force: true });
	});

	it('prints one line when ready, with which one can sign in', async () => {
		started = start(folder);
		const { url, ...account } = await started.ready;
		await new N8nClient(url).signInAsOwner(account);
		expect(started.lines).toHaveLength(1);
	}, 300_000);

	it('shows an execution for a visitor who appeared after the start, without any help', async () => {
		const { url, ...account } = await started.ready;
		const client = new N8nClient(url);
		await client.signInAsOwner(account);
		const [workflow] = await client.workflows();
		if (!workflow) throw new Error('There is no example workflow.');
		const [execution] = await client.waitForExecutions(workflow.id, 1, 120_000);
		expect(execution?.status).toBe('success');
		expect(execution?.items('Who entered')[0]?.json.visitor).toEqual(expect.any(String));
		expect(execution?.items('Tell the chat')[0]?.json).toEqual({ ok: true });
	}, 150_000);

	it('refuses to run twice on the same data, and says where it runs', async () => {
		const { url } = await started.ready;
		await expect(start(folder).ready).rejects.toThrow(`It runs already, at ${url}`);
	}, 60_000);

	it('leaves nothing running when it is told to stop', async () => {
		const { url } = await started.ready;
		started.child.kill('SIGTERM');
		expect(await hasEnded(started.child)).toBe(0);
		expect(await isGone(url)).toBe(true);
	}, 60_000);

	it('starts again with the same account, and leaves nothing running even when it is killed', async () => {
		const before = await started.ready;
		started = start(folder);
		const after = await started.ready;
		expect([after.email, after.password]).toEqual([before.email, before.password]);
		started.child.kill('SIGKILL');
		expect(await isGone(after.url)).toBe(true);
	}, 300_000);
});
