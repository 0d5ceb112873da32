import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { READ_WRITE_KEY } from '../../emulator/server';
import { cleanEnvironment } from '../../scripts/command';
import { ensureEngine } from '../../scripts/engines';
import { enginesFolder, nodeBinary } from '../../scripts/project';
import { copyProject } from '../support/copy-project';
import { waitFor } from './support/scene';

describe('npm start -- --node-red', () => {
	beforeAll(async () => {
		await ensureEngine('node-red-5');
	}, 600_000);

	it('opens Node-RED with a flow that follows the emulator, and leaves nothing running', async () => {
		const folder = copyProject();
		const script = 'scripts/bootstrap.mjs';
		const child = spawn(nodeBinary, [script, 'start', '--node-red', '--json'], {
			cwd: folder,
			env: cleanEnvironment({ PENDO_NODES_ENGINES: enginesFolder }),
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		const output = { out: '', log: '' };
		child.stdout.on('data', (chunk: Buffer) => (output.out += chunk.toString()));
		child.stderr.on('data', (chunk: Buffer) => (output.log += chunk.toString()));
		const ended = new Promise((settle) => child.once('exit', settle));
		try {
			await waitFor(
				() => output.out.includes('\n') || child.exitCode !== null,
				'the start',
				60_000,
			);
			expect(output.log).not.toContain(READ_WRITE_KEY);
			const { url, editor } = JSON.parse(output.out) as { url: string; editor: string };
			expect((await fetch(editor)).status).toBe(200);
			const flows = (await (await fetch(`${url}/flows`)).json()) as Array<{ type: string }>;
			expect(flows.map(({ type }) => type)).toContain('pendo-visitor-in-report');
			child.kill('SIGINT');
			await ended;
			await expect(fetch(url)).rejects.toThrow();
		} finally {
			child.kill('SIGINT');
			await ended;
			rmSync(folder, { recursive: true, force: true });
		}
	}, 180_000);
});
