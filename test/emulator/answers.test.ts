import {
	EU_KEY,
	READ_ONLY_KEY,
	READ_WRITE_KEY,
	REPORT_IDS,
	REVOKED_KEY,
	startEmulator,
	type Emulator,
} from '../../emulator/server';
import { callPendo, rowsOf } from './pendo-client';

type Item = Record<string, unknown> & { id: string; name: string; type: string };

let emulator: Emulator;
beforeAll(async () => {
	emulator = await startEmulator({ paused: true });
});
afterAll(() => emulator.close());

async function list(): Promise<Item[]> {
	return (await (await callPendo(emulator, '/api/v1/report')).json()) as Item[];
}

describe('keys', () => {
	const verify = (key: string) => callPendo(emulator, '/api/v1/token/verify', key);

	test.each([
		[READ_WRITE_KEY, '{"valid":true,"writeAccess":true}'],
		[READ_ONLY_KEY, '{"valid":true,"writeAccess":false}'],
		[REVOKED_KEY, '{"valid":false,"writeAccess":false}'],
	])('verifies %s as documented', async (key, body) => {
		const answer = await verify(key);
		expect(answer.status).toBe(200);
		expect(answer.headers.get('content-type')).toBe('application/json');
		expect(await answer.text()).toBe(body);
	});

	test.each([
		['a wrong key', 'nonsense'],
		['no key', ''],
		["another region's key", EU_KEY],
	])('refuses %s with 403 and a zero-length body, on every address', async (_, key) => {
		for (const path of [
			'/api/v1/token/verify',
			'/api/v1/report',
			'/api/v1/report/sampleVisitors/results.json',
			'/api/v1/nothing',
		]) {
			const answer = await callPendo(emulator, path, key);
			expect(answer.status).toBe(403);
			expect(answer.headers.get('content-length')).toBe('0');
			expect(await answer.text()).toBe('');
		}
	});

	test('takes the EU key, and only that, when it plays the EU region', async () => {
		const eu = await startEmulator({ region: 'eu' });
		expect((await callPendo(eu, '/api/v1/token/verify', EU_KEY)).status).toBe(200);
		expect((await callPendo(eu, '/api/v1/token/verify', READ_WRITE_KEY)).status).toBe(403);
		await eu.close();
	});
});

describe('the report list', () => {
	test('is one bare array of 564 reports with different ids', async () => {
		const items = await list();
		expect(items).toHaveLength(564);
		expect(new Set(items.map(({ id }) => id)).size).toBe(564);
	});

	test('shows a visitor report as Pendo does', async () => {
		const item = (await list()).find(({ id }) => id === '_Q7hZr0aT2kLmN8vXcYbWdEfGiU');
		expect(item).toMatchObject({
			kind: 'Report',
			id: '_Q7hZr0aT2kLmN8vXcYbWdEfGiU',
			rootVersionId: '_Q7hZr0aT2kLmN8vXcYbWdEfGiU',
			type: 'Visitor',
			name: 'Trial users, week 1',
			shared: true,
			share: '',
			target: '',
			scope: '',
			level: '',
			createdAt: 1746000000000,
			lastUpdatedAt: 1746000000000,
			lastRunAt: 1746003600000,
			ownedByUser: { id: '', username: '', role: 0 },
			definition: {
				type: 'List',
				kind: 'visitor',
				generator: 'visitorList',
				timeSeries: { type: 'Last 7 Days', start: '2026-05-01', end: '2026-05-08' },
				config: { appId: 'expandAppIds("web")', segmentId: 'everyone' },
			},
		});
		expect(item).not.toHaveProperty('lastSuccessRunAt');
		const { aggregation, definition } = item as unknown as {
			aggregation: { fields: unknown[]; pipeline: unknown[] };
			definition: { config: { columns: unknown[] } };
		};
		expect(definition.config.columns[0]).toMatchObject({
			columnName: 'visitor_agent_email',
			columnLabel: 'Email',
			kind: 'visitor',
			schema: 'string',
		});
		expect(aggregation.fields.slice(0, 2)).toEqual([
			{ type: 'string', title: 'Visitor ID', field: 'visitorId' },
			{ type: 'string', title: 'Email', field: 'visitor_agent_email' },
		]);
		expect(aggregation.pipeline).toMatchObject([
			{
				source: {
					events: { appId: 'expandAppIds("web")', blacklist: 'apply' },
					timeSeries: {
						period: 'dayRange',
						first: 'dateAdd(startOfPeriod("daily",now()),-7,"days")',
						last: 'dateAdd(startOfPeriod("daily",now()),-1,"days")',
					},
				},
			},
			{ group: { group: ['visitorId'] } },
			{ bulkExpand: { visitor: { visitor: 'visitorId' } } },
			{ select: { visitorId: 'visitorId', visitor_agent_email: 'visitor.agent.email' } },
		]);
	});

	test('shows an account report, a funnel and a Data Explorer report as Pendo does', async () => {
		const items = await list();
		const find = (id: string) => items.find((item) => item.id === id);
		expect(find('-b3Account')).toMatchObject({
			kind: 'Report',
			type: 'Account',
			name: 'Accounts | EU',
			shared: true,
			definition: { type: 'List', kind: 'account', generator: 'visitorList' },
			lastRunAt: 0,
		});
		expect(find('oldFunnel')).toMatchObject({
			kind: 'Report',
			type: '',
			name: 'Signup funnel',
			shared: true,
			definition: { type: 'Funnel' },
			aggregation: { pipeline: [] },
		});
		expect(find('explorer')).toMatchObject({
			kind: 'Report',
			type: 'Saved Reports',
			name: 'By month',
			shared: true,
			definition: { version: 2 },
			aggregation: {},
			aggregationList: [{ pipeline: [] }],
		});
	});

	test('holds what makes real lists hard', async () => {
		const items = await list();
		const types = new Set(items.map(({ type }) => type));
		expect([...types].sort()).toEqual([
			'',
			'Account',
			'Funnel',
			'Path',
			'Saved Reports',
			'Visitor',
		]);
		expect(items.every(({ kind }) => kind === 'Report')).toBe(true);
		for (const beginning of ['-', '_'])
			expect(items.some(({ id, type }) => type === 'Visitor' && id.startsWith(beginning))).toBe(
				true,
			);
		for (const name of ['', '<script>alert("report")</script>', '__proto__'])
			expect(items.map((item) => item.name)).toContain(name);
		expect(items.some(({ name }) => name.includes('|'))).toBe(true);
		expect(items.filter(({ name }) => name === 'Weekly active').map(({ type }) => type)).toEqual([
			'Visitor',
			'Account',
		]);
		expect(items.some(({ aggregation }) => aggregation === null)).toBe(true);
		expect(items.at(-1)?.name).toBe('Zebra crossing');
	});

	test('is megabytes long, and leaves out what is not shared', async () => {
		const text = await (await callPendo(emulator, '/api/v1/report')).text();
		expect(text.length).toBeGreaterThan(1_500_000);
		expect(text).not.toContain(REPORT_IDS.privateVisitors);
	});
});

describe('results', () => {
	const text = async (path: string) => (await callPendo(emulator, path)).text();

	test('of visitors are the bare array that Pendo sends', async () => {
		expect(await text('/api/v1/report/sampleVisitors/results.json')).toBe(
			'[{"visitorId":"u-1001","visitor_agent_email":"kim@example.test","visitor_auto_lastvisit":1746090000000,"account_auto_id":"acme","daysActive":3},' +
				'{"visitorId":"u-1001","visitor_agent_email":"kim@example.test","visitor_auto_lastvisit":1746090000000,"account_auto_id":"globex","daysActive":1},' +
				'{"visitorId":"Kim+Test@Example.test","visitor_agent_email":null,"visitor_auto_lastvisit":null},' +
				'{"visitorId":"_PENDO_T_aB3dE5fG7hI"},{"visitorId":"88012345678901234567"},{"visitorId":"dept/a b%2F?ü#1","visitor_agent_tags":["a","<nil>"]},{"visitorId":""}]',
		);
	});

	test('of accounts are the bare array that Pendo sends', async () => {
		expect(await text('/api/v1/report/sampleAccounts/results.json')).toBe(
			'[{"accountId":"acme","account_agent_name":"Acme","account_auto_lastvisit":1746090000000},{"accountId":"parent::child"},{"accountId":"ACCOUNT-UNIQUE-ID"},{"accountId":null,"account_agent_name":null}]',
		);
	});

	test('come as CSV, quoted where needed', async () => {
		const answer = await callPendo(emulator, '/api/v1/report/sampleVisitors/results.csv');
		expect(answer.headers.get('content-type')).toBe('text/csv');
		expect((await answer.text()).split('\r\n').slice(0, 7)).toEqual([
			'visitorId,visitor_agent_email,visitor_auto_lastvisit,account_auto_id,daysActive,visitor_agent_tags',
			'u-1001,kim@example.test,1746090000000,acme,3,',
			'u-1001,kim@example.test,1746090000000,globex,1,',
			'Kim+Test@Example.test,,,,,',
			'_PENDO_T_aB3dE5fG7hI,,,,,',
			'88012345678901234567,,,,,',
			'dept/a b%2F?ü#1,,,,,"[""a"",""<nil>""]"',
		]);
	});

	test.each([
		['emptyVisitors', '[]'],
		['nullVisitors', 'null'],
	])('of %s are %s', async (id, body) => {
		expect(await text(`/api/v1/report/${id}/results.json`)).toBe(body);
	});

	test('begin each row with its id, and give no id twice where rows are one a visitor', async () => {
		const rows = await rowsOf(emulator, REPORT_IDS.visitors10k);
		expect(rows).toHaveLength(10_000);
		expect(new Set(rows.map(({ visitorId }) => visitorId)).size).toBe(10_000);
		expect(rows.every((row) => Object.keys(row)[0] === 'visitorId')).toBe(true);
	});

	test('hold ids that differ in case alone, anonymous ones, and ones unfit for a path', async () => {
		const ids = (await rowsOf(emulator, REPORT_IDS.visitors10k)).map(({ visitorId }) =>
			String(visitorId),
		);
		const lower = new Set(ids.map((id) => id.toLowerCase()));
		expect(ids.some((id) => /^_PENDO_T_[0-9A-Za-z]{11}$/.test(id))).toBe(true);
		expect(ids.some((id) => /^\d{20}$/.test(id))).toBe(true);
		expect(ids.some((id) => id.includes('/') && id.includes('%2F'))).toBe(true);
		expect(lower.size).toBeLessThan(ids.length);
		const odd = (await rowsOf(emulator, REPORT_IDS.oddVisitors)).map(({ visitorId }) => visitorId);
		expect(odd).toEqual(
			expect.arrayContaining([
				'ann@example.test',
				'Ann@example.test',
				'VISITOR-UNIQUE-ID',
				'"ann"',
				42,
				'',
				null,
			]),
		);
		expect(odd).toContain(undefined);
	});

	test('repeat a visitor once for each account', async () => {
		const rows = await rowsOf(emulator, REPORT_IDS.visitorsInAccounts);
		const first = rows.filter(({ visitorId }) => visitorId === rows[0]?.visitorId);
		expect(rows).toHaveLength(300);
		expect(new Set(first.map((row) => row.account_auto_id)).size).toBe(3);
	});

	test.each([
		['a report that never was', 'nope'],
		['a private one', REPORT_IDS.privateVisitors],
		['a funnel', REPORT_IDS.funnel],
		['a path', REPORT_IDS.path],
		['a Data Explorer one', REPORT_IDS.explorer],
	])('are not to be had of %s', async (_, id) => {
		expect((await callPendo(emulator, `/api/v1/report/${id}/results.json`)).status).toBe(404);
	});

	test('an address that Pendo does not have is 404 with JSON', async () => {
		const answer = await callPendo(emulator, '/api/v1/nothing');
		expect(answer.status).toBe(404);
		expect(await answer.json()).toEqual({ message: 'not found' });
	});
});
