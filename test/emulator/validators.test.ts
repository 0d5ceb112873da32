import { READ_WRITE_KEY, startEmulator, type Emulator } from '../../emulator/server';

let emulator: Emulator;

beforeAll(async () => {
	emulator = await startEmulator({ paused: true });
	emulator.control.createReport({ id: 'small', rows: [{ visitorId: 'ann' }] });
});

afterAll(async () => {
	await emulator.close();
});

async function ask(headers: Record<string, string> = {}) {
	const answer = await fetch(`${emulator.url}/api/v1/report/small/results.json`, {
		headers: { 'x-pendo-integration-key': READ_WRITE_KEY, ...headers },
	});
	return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

test.each([
	['etag', 'etag', 'if-none-match'],
	['last-modified', 'last-modified', 'if-modified-since'],
] as const)(
	'%s: results that have not changed are answered by 304',
	async (validator, tells, asks) => {
		emulator.control.setVariants({ validator });
		const known = (await ask()).headers.get(tells)!;
		expect(await ask({ [asks]: known })).toMatchObject({ status: 304, text: '' });
		emulator.control.enter('small', { rows: [{ visitorId: 'bob' }] });
		const changed = await ask({ [asks]: known });
		expect(changed.status).toBe(200);
		expect(changed.headers.get(tells)).not.toBe(known);
	},
);

test('without the variant there is nothing to ask with', async () => {
	emulator.control.setVariants({ validator: 'none' });
	const { headers } = await ask();
	expect([headers.get('etag'), headers.get('last-modified')]).toEqual([null, null]);
});
