import { READ_WRITE_KEY, REPORT_IDS, startEmulator, type Emulator } from '../../emulator/server';
import { callPendo, rowsOf } from './pendo-client';
import { rawRequest } from './raw-client';

let emulator: Emulator;
beforeEach(async () => {
	emulator = await startEmulator({ paused: true });
});
afterEach(() => emulator.close());

async function steer<Value>(
	method: string,
	path: string,
	body?: unknown,
): Promise<{ status: number; value: Value }> {
	const answer = await fetch(`${emulator.url}/emulator/${path}`, {
		method,
		body: body === undefined ? undefined : JSON.stringify(body),
	});
	return { status: answer.status, value: (await answer.json()) as Value };
}

describe('reports', () => {
	test('made by hand answer with the rows they were given', async () => {
		const rows = [{ visitorId: 'a', n: 1.5 }, { visitorId: 'a', n: null }, 7, {}];
		await steer('POST', 'reports', { id: 'mine/ü', name: 'Mine', type: 'Visitor', rows });
		expect(await rowsOf(emulator, 'mine/ü')).toEqual(rows);
		await steer('PUT', `reports/${encodeURIComponent('mine/ü')}/rows`, {
			rows: [{ visitorId: 'b' }],
		});
		expect(await rowsOf(emulator, 'mine/ü')).toEqual([{ visitorId: 'b' }]);
		await steer('PUT', `reports/${encodeURIComponent('mine/ü')}/rows`, { rows: null });
		expect(await rowsOf(emulator, 'mine/ü')).toBeNull();
	});

	test('made by hand may show any item in the list', async () => {
		await steer('POST', 'reports', {
			id: 'odd',
			rows: [],
			item: { type: 'New kind', aggregation: null },
		});
		const list = (await (await callPendo(emulator, '/api/v1/report')).json()) as Array<{
			id: string;
		}>;
		expect(list).toHaveLength(565);
		expect(list.at(-1)).toMatchObject({ id: 'odd', type: 'New kind', aggregation: null });
	});

	test('let people enter, leave and come back with the row they had', async () => {
		await steer('POST', 'reports', { id: 'mine', rows: [{ visitorId: 'a', n: 1 }] });
		await steer('POST', 'reports/mine/enter', { rows: [{ visitorId: 'b', n: 2 }] });
		expect((await steer('POST', 'reports/mine/leave', { ids: ['a'] })).value).toEqual({ left: 1 });
		expect(await rowsOf(emulator, 'mine')).toEqual([{ visitorId: 'b', n: 2 }]);
		await steer('POST', 'reports/mine/enter', { ids: ['a'] });
		expect(await rowsOf(emulator, 'mine')).toEqual([
			{ visitorId: 'b', n: 2 },
			{ visitorId: 'a', n: 1 },
		]);
	});

	test.each([REPORT_IDS.visitors10k, REPORT_IDS.livingVisitors, REPORT_IDS.emptyVisitors])(
		'of people made up by the emulator (%s) grow and shrink',
		async (id) => {
			const before = (await rowsOf(emulator, id)).map(({ visitorId }) => visitorId);
			const { entered } = (
				await steer<{ entered: Array<{ visitorId: string }> }>('POST', `reports/${id}/enter`, {
					count: 3,
				})
			).value;
			const after = (await rowsOf(emulator, id)).map(({ visitorId }) => visitorId);
			expect(after).toEqual([...before, ...entered.map(({ visitorId }) => visitorId)]);
			await steer('POST', `reports/${id}/leave`, { ids: [after[1]] });
			await steer('POST', `reports/${id}/leave`, { count: 1 });
			expect((await rowsOf(emulator, id)).map(({ visitorId }) => visitorId)).toEqual(
				after.slice(2),
			);
		},
	);

	test('can be made private, shared again and deleted', async () => {
		const id = REPORT_IDS.sampleVisitors;
		const status = async () =>
			(await callPendo(emulator, `/api/v1/report/${id}/results.json`)).status;
		await steer('POST', `reports/${id}/unshare`);
		expect(await status()).toBe(404);
		await steer('POST', `reports/${id}/share`);
		expect(await status()).toBe(200);
		await steer('DELETE', `reports/${id}`);
		expect(await status()).toBe(404);
	});
});

describe('keys and regions', () => {
	test('a key can be added, made read-only, revoked and removed', async () => {
		const verify = async () => {
			const answer = await callPendo(emulator, '/api/v1/token/verify', 'added-key');
			return answer.status === 200 ? await answer.json() : answer.status;
		};
		expect(await verify()).toBe(403);
		await steer('POST', 'keys', { key: 'added-key' });
		expect(await verify()).toEqual({ valid: true, writeAccess: true });
		await steer('POST', 'keys', { key: 'added-key', writeAccess: false });
		expect(await verify()).toEqual({ valid: true, writeAccess: false });
		await steer('POST', 'keys', { key: 'added-key', revoked: true });
		expect(await verify()).toEqual({ valid: false, writeAccess: false });
		expect(JSON.stringify(emulator.control.state())).not.toContain('added-key');
		await steer('DELETE', 'keys', { key: 'added-key' });
		expect(await verify()).toBe(403);
	});

	test('the region can be switched', async () => {
		await steer('POST', 'region', { region: 'eu' });
		expect((await callPendo(emulator, '/api/v1/token/verify')).status).toBe(403);
		expect((await steer('POST', 'region', { region: 'mars' })).status).toBe(400);
	});
});

describe('the request log', () => {
	test('says who asked for what, and never holds a key', async () => {
		await (await callPendo(emulator, `/api/v1/report?stray=${READ_WRITE_KEY}`)).text();
		await callPendo(emulator, '/api/v1/token/verify', 'a-real-looking-key');
		await callPendo(emulator, '/api/v1/token/verify', '');
		const { value } = await steer<Array<{ headerNames: string[] }>>('GET', 'requests');
		expect(value).toMatchObject([
			{
				kind: 'report-list',
				method: 'GET',
				path: '/api/v1/report?stray=(key)',
				key: 'ok',
				status: 200,
				aborted: false,
			},
			{ kind: 'verify', key: 'wrong', status: 403 },
			{ kind: 'verify', key: 'none', status: 403 },
		]);
		expect(value[0]?.headerNames).toContain('x-pendo-integration-key');
		expect(value[2]?.headerNames).not.toContain('x-pendo-integration-key');
		expect(JSON.stringify(value)).not.toMatch(/a-real-looking-key|emulator-read-write-key/);
		await steer('DELETE', 'requests');
		expect((await steer('GET', 'requests')).value).toEqual([]);
	});

	test('counts requests that are under way together, and tells who hung up', async () => {
		emulator.control.addFault({ times: 2, fault: { type: 'stall' } });
		const path = '/api/v1/report/sampleVisitors/results.json';
		await Promise.all([
			rawRequest(emulator, path, { patience: 200 }),
			rawRequest(emulator, path, { patience: 200 }),
		]);
		await rawRequest(emulator, path);
		expect(emulator.control.requests()).toMatchObject([
			{ concurrent: 1, concurrentSamePath: 1, aborted: true, faults: ['stall'], done: true },
			{ concurrent: 2, concurrentSamePath: 2, aborted: true, faults: ['stall'], done: true },
			{ concurrent: 1, aborted: false, faults: [], status: 200 },
		]);
	});

	test('tells who hung up in the middle of the rows', async () => {
		const leave = new AbortController();
		const headers = { 'x-pendo-integration-key': READ_WRITE_KEY };
		const answer = await fetch(`${emulator.url}/api/v1/report/visitors1m/results.json`, {
			headers,
			signal: leave.signal,
		});
		await answer.body?.getReader().read();
		leave.abort();
		while (!emulator.control.requests()[0]?.done)
			await new Promise((resolve) => setTimeout(resolve, 10));
		expect(emulator.control.requests()).toMatchObject([{ status: 200, aborted: true }]);
	});
});

describe('the inbox', () => {
	test('keeps every message with its time', async () => {
		const post = (body: string) =>
			fetch(`${emulator.url}/emulator/inbox`, { method: 'POST', body });
		await post('{"text":"Kim entered"}');
		await post('not JSON');
		const { count, messages } = (
			await steer<{ count: number; messages: Array<{ time: number; body: unknown }> }>(
				'GET',
				'inbox',
			)
		).value;
		expect(count).toBe(2);
		expect(messages.map(({ body }) => body)).toEqual([{ text: 'Kim entered' }, 'not JSON']);
		expect(Math.abs((messages[0]?.time ?? 0) - Date.now())).toBeLessThan(60_000);
		expect((await steer('GET', 'inbox?limit=1')).value).toMatchObject({
			count: 2,
			messages: [{ body: 'not JSON' }],
		});
	});
});

describe('bad orders', () => {
	test.each([
		['POST', 'faults', { fault: { type: 'earthquake' } }, 400, /^fault.type must be one of/],
		['POST', 'faults', { times: 0, fault: { type: 'empty' } }, 400, /^times must be/],
		['POST', 'faults', { fault: { type: 'status', status: 99 } }, 400, /^status must be/],
		['POST', 'clock', { speed: -1 }, 400, /^speed must be/],
		['POST', 'clock', { advance: 1e12 }, 400, /^advance must be/],
		['POST', 'reports', {}, 400, /^id must be text/],
		['POST', 'reports', { id: 'x', rows: 'all' }, 400, /^rows must be a list/],
		['PUT', 'reports/sampleVisitors/rows', {}, 400, /^rows must be a list/],
		['POST', 'reports/sampleVisitors/enter', { count: 1e9 }, 400, /^count must be/],
		['POST', 'reports/sampleVisitors/leave', { ids: 'u-1001' }, 400, /^ids must be a list/],
		['POST', 'reports/nope/enter', { count: 1 }, 404, /^no report has the id nope/],
		['GET', 'nothing', undefined, 404, /no such address/],
	])('%s %s %j is refused in words', async (method, path, body, status, words) => {
		const answer = await steer<{ message: string }>(method, path, body);
		expect(answer.status).toBe(status);
		expect(answer.value.message).toMatch(words);
	});

	test('a body that is not JSON is refused, and the emulator goes on', async () => {
		const answer = await fetch(`${emulator.url}/emulator/faults`, { method: 'POST', body: '{' });
		expect(answer.status).toBe(400);
		expect((await steer('GET', 'state')).status).toBe(200);
	});

	test('other web pages cannot steer it', async () => {
		const state = (headers: Record<string, string>) =>
			rawRequest(emulator, '/emulator/state', { headers });
		expect((await state({ origin: 'http://evil.example' })).status).toBe(403);
		expect((await state({ host: 'evil.example' })).status).toBe(403);
		expect((await state({ origin: emulator.url })).status).toBe(200);
	});
});

describe('the page', () => {
	test('takes nothing from elsewhere', async () => {
		for (const path of ['/', '/emulator/page.js', '/emulator/page.css']) {
			const answer = await fetch(emulator.url + path);
			expect(answer.status).toBe(200);
			expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
			expect((await answer.text()).replace('http://localhost:9/', '')).not.toMatch(/https?:\/\//);
		}
	});
});
