import { setTimeout as sleep } from 'node:timers/promises';
import { reportResults } from '../../core/pendo';
import { READ_WRITE_KEY, startEmulator, type Emulator } from '../../emulator/server';
import { accountOf, PendoClient } from '../../node-red/src/pendo-client';

let emulator: Emulator;
const client = new PendoClient();

beforeAll(async () => {
	emulator = await startEmulator({ paused: true });
	emulator.control.createReport({ id: 'followed', name: 'Followed', generated: 500 });
});

afterAll(async () => {
	client.close();
	await emulator.close();
});

test.each(['reset', 'gzip-cut'] as const)(
	'an answer that breaks (%s) before anybody reads it is told to who reads it, and to nobody else',
	async (type) => {
		emulator.control.addFault({
			match: { kind: 'results' },
			fault: type === 'reset' ? { type, afterBytes: 2_000 } : { type },
		});
		const account = accountOf({ region: 'custom', baseUrl: emulator.url }, READ_WRITE_KEY);
		const limits = { milliseconds: 10_000 };
		const body = await client.openBody(account, reportResults('followed'), limits);
		await sleep(100);
		const read = async () => {
			for await (const chunk of body!.bytes) void chunk;
		};
		await expect(read()).rejects.toMatchObject({ name: 'Failure' });
	},
);
