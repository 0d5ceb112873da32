import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { READ_WRITE_KEY, REPORT_IDS } from '../../emulator/server';

const ROOT = join(__dirname, '../..');
const MEGABYTE = 1024 * 1024;

let child: ChildProcess;
let url: string;
beforeAll(async () => {
	child = spawn(
		process.execPath,
		['--import', 'tsx', join(ROOT, 'emulator/main.ts'), '--port', '0', '--json'],
		{
			cwd: ROOT,
			stdio: ['ignore', 'pipe', 'inherit'],
		},
	);
	for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
		url = (JSON.parse(line) as { url: string }).url;
		break;
	}
}, 30_000);
afterAll(async () => {
	const ended = new Promise((resolve) => child.once('exit', resolve));
	child.kill('SIGTERM');
	expect(await ended).toBe(0);
});

/** Bytes that the emulator holds now. */
async function memory(): Promise<number> {
	const state = await fetch(`${url}/emulator/state`);
	return ((await state.json()) as { memory: number }).memory;
}

test('the command line says in one line of JSON where it listens', () => {
	expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

test('a million rows are streamed, not held', async () => {
	const before = await memory();
	let most = before;
	let looks = 0;
	const answer = await fetch(`${url}/api/v1/report/${REPORT_IDS.visitors1m}/results.json`, {
		headers: { 'x-pendo-integration-key': READ_WRITE_KEY, 'accept-encoding': 'identity' },
	});
	let bytes = 0;
	let rows = 0;
	for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
		bytes += chunk.length;
		if (bytes > looks * 10 * MEGABYTE) {
			looks++;
			most = Math.max(most, await memory());
		}
		rows += occurrences(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length), '}');
	}
	expect(bytes).toBeGreaterThan(330 * MEGABYTE);
	expect(rows).toBe(1_000_000);
	expect(most - before).toBeLessThan(150 * MEGABYTE);
}, 120_000);

function occurrences(bytes: Buffer, text: string): number {
	let count = 0;
	for (let place = bytes.indexOf(text); place >= 0; place = bytes.indexOf(text, place + 1)) count++;
	return count;
}
