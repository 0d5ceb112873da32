import { REPORT_IDS, type Emulator } from '../../../emulator/server';
import { rowsOf } from '../pendo-client';
import { aggregate, DAY, NOON, send, startAtNoon } from './call';

let emulator: Emulator;
beforeAll(async () => {
	emulator = await startAtNoon();
});
afterAll(() => emulator.close());

const visitor = (part: string, headers?: Record<string, string>) =>
	send(emulator, `GET /api/v1/visitor/${part}`, undefined, { headers });

test('a visitor has accounts, a last visit and metadata in groups', async () => {
	expect((await visitor('u-1001')).json()).toEqual({
		id: 'u-1001',
		accountIds: ['acme', 'globex'],
		lastStartTime: 1746090000000,
		metadata: {
			auto: {
				id: 'u-1001',
				lastvisit: 1746090000000,
				accountid: 'acme',
				accountids: ['acme', 'globex'],
			},
			agent: { email: 'kim@example.test' },
			custom: {},
			pendo: {},
		},
		account: { id: 'acme' },
	});
});

test('an account has metadata in groups', async () => {
	expect((await send(emulator, 'GET /api/v1/account/acme')).json()).toEqual({
		id: 'acme',
		metadata: {
			auto: { id: 'acme', lastvisit: 1746090000000 },
			agent: { name: 'Acme' },
			custom: {},
			pendo: {},
		},
	});
});

test.each([
	'sampleVisitors',
	'oddVisitors',
	'livingVisitors',
	'visitorsInAccounts',
	'lastInList',
	'sameNameFirst',
	'visitors10k',
] as const)('everybody in the report %s can be asked for', async (name) => {
	const rows = await rowsOf(emulator, REPORT_IDS[name]);
	const ids = new Set(rows.map(({ visitorId }) => String(visitorId ?? '')).filter(Boolean));
	expect(ids.size).toBeGreaterThan(4);
	for (const id of [...ids].slice(0, 100)) {
		const encoded = Buffer.from(id).toString('base64url');
		const reply = await visitor(encoded, { 'x-pendo-base64-encoded-params': 'true' });
		expect(reply.json().id).toBe(id);
	}
});

test.each(['livingAccounts', 'sampleAccounts', 'accounts10k'] as const)(
	'every account of the report %s can be asked for',
	async (name) => {
		const rows = await rowsOf(emulator, REPORT_IDS[name]);
		for (const { accountId } of rows.slice(0, 100)) {
			if (accountId === null) continue;
			const path = `/api/v1/account/${encodeURIComponent(String(accountId))}`;
			expect((await send(emulator, `GET ${path}`)).json().id).toBe(accountId);
		}
	},
);

test('a newcomer to a report is a visitor too', async () => {
	emulator.control.createReport({
		id: 'mine',
		rows: [{ visitorId: 'new/one', visitor_agent_name: 'N' }],
	});
	expect((await visitor('new%2Fone')).json()).toMatchObject({ metadata: { agent: { name: 'N' } } });
});

test('ids unfit for a path come percent-encoded or as base64, of either alphabet', async () => {
	const id = 'dept/a b%2F?ü#1';
	const base64 = Buffer.from(id).toString('base64');
	const header = { 'x-pendo-base64-encoded-params': 'true' };
	expect((await visitor(encodeURIComponent(id))).json().id).toBe(id);
	expect((await visitor(encodeURIComponent(base64), header)).json().id).toBe(id);
	expect((await visitor(Buffer.from(id).toString('base64url'), header)).json().id).toBe(id);
	expect((await visitor(encodeURIComponent(base64))).status).toBe(404);
	expect((await visitor('not%20base64', header)).status).toBe(400);
});

test.each(['Kim%2BTest%40Example.test', 'Kim+Test@Example.test'])(
	'%s is the same id',
	async (part) => {
		expect((await visitor(part)).json().id).toBe('Kim+Test@Example.test');
	},
);

test.each([
	'nobody',
	'kim%2Btest%40example.test',
	'..',
	'%2E%2E',
	'.',
	'%2e%2e%2faccount%2facme',
	'%',
	'u-1001%20',
])('the id %s leads nowhere else', async (part) => {
	const reply = await visitor(part);
	expect([reply.status, reply.json()]).toEqual([404, { message: 'visitor not found' }]);
});

describe('history', () => {
	const history = (id: string, starttime: unknown) =>
		visitor(`${encodeURIComponent(id)}/history?starttime=${String(starttime)}`);

	test('tells what a visitor did in 24 hours, and no more', async () => {
		const [someone] = await aggregate<{ visitorId: string; day: number; total: number }>(
			emulator,
			{
				source: {
					events: null,
					timeSeries: { period: 'dayRange', first: NOON - 10 * DAY, count: 5 },
				},
			},
			{ group: { group: ['visitorId', 'day'], fields: [{ total: { sum: 'numEvents' } }] } },
			{ sort: ['-total', 'visitorId'] },
			{ limit: 1 },
		);
		const reply = await history(someone?.visitorId ?? '', someone?.day);
		const rows = reply.json<Array<{ ts: number; lastTs: number; type: string }>>();
		expect(rows.filter(({ type }) => type === 'page' || type === 'feature')).toHaveLength(
			someone?.total ?? 0,
		);
		for (const { ts, lastTs, type } of rows) {
			expect(['page', 'feature', 'guide', 'poll']).toContain(type);
			expect(ts).toBeGreaterThanOrEqual(someone?.day ?? 0);
			expect(ts).toBeLessThan((someone?.day ?? 0) + DAY);
			expect(lastTs).toBeGreaterThanOrEqual(ts);
		}
		expect(rows.map(({ ts }) => ts)).toEqual(rows.map(({ ts }) => ts).toSorted((a, b) => a - b));
	});

	test('is empty where nothing happened', async () => {
		expect((await history('u-1001', NOON - DAY)).text).toBe('[]');
		expect((await history('u-1001', NOON + DAY)).text).toBe('[]');
	});

	test.each([
		['not a time', 'yesterday'],
		['nothing', ''],
		['more than 180 days ago', NOON - 181 * DAY],
	])('refuses a starttime that is %s with 422', async (_, starttime) => {
		expect((await history('u-1001', starttime)).status).toBe(422);
	});

	test('of nobody is 404', async () => {
		expect((await history('nobody', NOON)).status).toBe(404);
	});
});

test('the same seed gives the same people and the same events', async () => {
	const [first, again] = [await startAtNoon(), await startAtNoon()];
	const events = {
		source: { events: null, timeSeries: { period: 'dayRange', first: 'now()', count: -3 } },
	};
	try {
		for (const pipeline of [[{ source: { visitors: null } }], [events]])
			expect(await aggregate(again, ...pipeline)).toEqual(await aggregate(first, ...pipeline));
	} finally {
		await Promise.all([first.close(), again.close()]);
	}
});

test('asking for somebody changes nothing', async () => {
	const count = () => aggregate(emulator, { source: { visitors: null } }, { count: null });
	const before = await count();
	const rows = await rowsOf(emulator, REPORT_IDS.visitors10k);
	expect((await visitor(encodeURIComponent(String(rows[9000]?.visitorId)))).status).toBe(200);
	expect(await count()).toEqual(before);
});
