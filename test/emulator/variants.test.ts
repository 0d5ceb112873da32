import { REPORT_IDS, REVOKED_KEY, startEmulator, type Emulator } from '../../emulator/server';
import { VARIANTS, type Variants } from '../../emulator/variants';
import { callPendo, rowsOf } from './pendo-client';
import { rawRequest } from './raw-client';

let emulator: Emulator;
beforeEach(async () => {
	emulator = await startEmulator({ paused: true });
});
afterEach(() => emulator.close());

const results = (id: string, format = 'json') =>
	callPendo(emulator, `/api/v1/report/${id}/results.${format}`);
const text = async (id: string, format?: string) => (await results(id, format)).text();
const set = (changes: Partial<Variants>) => emulator.control.setVariants(changes);

test('results may come inside an object', async () => {
	set({ resultsWrapper: 'object' });
	expect(await text(REPORT_IDS.sampleAccounts)).toMatch(
		/^\{"startTime":\d{13},"results":\[\{"accountId":"acme",.*\]\}$/,
	);
	expect(await text(REPORT_IDS.nullVisitors)).toMatch(/^\{"startTime":\d{13},"results":null\}$/);
});

test('an empty report may be null', async () => {
	set({ emptyResults: 'null' });
	expect(await text(REPORT_IDS.emptyVisitors)).toBe('null');
});

test.each([
	['array', '[]'],
	['null', 'null'],
] as const)('a list without reports may be %s', async (emptyList, body) => {
	set({ emptyList });
	emulator.control.deleteAllReports();
	expect(await (await callPendo(emulator, '/api/v1/report')).text()).toBe(body);
});

test.each([
	['403-empty', 403, ''],
	['401-json', 401, '{"message":"no valid key"}'],
	['403-json', 403, '{"message":"forbidden"}'],
] as const)('a wrong key may be answered with %s', async (wrongKey, status, body) => {
	set({ wrongKey });
	const answer = await callPendo(emulator, '/api/v1/report', 'nonsense');
	expect([answer.status, await answer.text()]).toEqual([status, body]);
});

test('a revoked key may be refused like a wrong one', async () => {
	set({ revokedKey: '403' });
	expect((await callPendo(emulator, '/api/v1/token/verify', REVOKED_KEY)).status).toBe(403);
});

test.each(VARIANTS.unavailableReport)(
	'a private report may answer %s',
	async (unavailableReport) => {
		set({ unavailableReport });
		const answer = await results(REPORT_IDS.privateVisitors);
		expect(answer.status).toBe(parseInt(unavailableReport, 10));
		if (unavailableReport === '200-null') expect(await answer.text()).toBe('null');
	},
);

test.each([
	['message', '{"message":"report not available"}'],
	['error', '{"error":"report not available"}'],
	['errors', '{"errors":[{"message":"report not available"}]}'],
	['empty', ''],
	['text', 'report not available'],
] as const)('an error may be worded as %s', async (errorBody, body) => {
	set({ errorBody });
	expect(await text('nope')).toBe(body);
});

test('an error may be a page of HTML', async () => {
	set({ errorBody: 'html' });
	expect(await text('nope')).toMatch(/^<!DOCTYPE html>/);
});

test('rows may come in another order at each request, none lost and none twice', async () => {
	set({ rowOrder: 'shuffled' });
	const ids = async () =>
		(await rowsOf(emulator, REPORT_IDS.visitors10k)).map(({ visitorId }) => visitorId);
	const [first, second] = [await ids(), await ids()];
	expect(second).not.toEqual(first);
	expect(new Set(second)).toEqual(new Set(first));
	expect(second).toHaveLength(10_000);
});

test.each(VARIANTS.visitorKey)('the id of a visitor may be called %s', async (visitorKey) => {
	set({ visitorKey });
	expect((await rowsOf(emulator, REPORT_IDS.sampleVisitors))[0]).toHaveProperty(
		visitorKey,
		'u-1001',
	);
});

test.each(VARIANTS.accountKey)('the id of an account may be called %s', async (accountKey) => {
	set({ accountKey });
	expect((await rowsOf(emulator, REPORT_IDS.sampleAccounts))[0]).toHaveProperty(accountKey, 'acme');
});

test.each(['account_auto_id', 'accountId'] as const)(
	"a visitor's account may be called %s",
	async (visitorAccountKey) => {
		set({ visitorAccountKey });
		expect((await rowsOf(emulator, REPORT_IDS.sampleVisitors))[0]).toHaveProperty(
			visitorAccountKey,
			'acme',
		);
	},
);

test.each([
	['absent', 'application/json'],
	['present', 'application/json; charset=utf-8'],
] as const)('charset %s', async (charset, type) => {
	set({ charset });
	expect((await results(REPORT_IDS.sampleVisitors)).headers.get('content-type')).toBe(type);
});

test.each([
	['gzip', 'gzip'],
	['brotli', 'br'],
	['none', undefined],
] as const)('compression %s, only for who accepts it', async (compression, encoding) => {
	set({ compression });
	const path = `/api/v1/report/${REPORT_IDS.sampleVisitors}/results.json`;
	const accepted = await rawRequest(emulator, path, { headers: { 'accept-encoding': 'gzip, br' } });
	expect(accepted.headers['content-encoding']).toBe(encoding);
	expect((await rawRequest(emulator, path)).headers['content-encoding']).toBeUndefined();
	expect(await rowsOf(emulator, REPORT_IDS.sampleVisitors)).toHaveLength(7);
});

test('CSV may have titles, ISO dates and a byte order mark', async () => {
	set({ csvHeader: 'title', csvTime: 'iso', csvByteOrderMark: 'present' });
	const bytes = Buffer.from(await (await results(REPORT_IDS.sampleVisitors, 'csv')).arrayBuffer());
	expect(bytes.toString().split('\r\n').slice(0, 2)).toEqual([
		'\ufeffVisitor ID,Email,Last Visit,Account ID,Days Active,Tags',
		'u-1001,kim@example.test,2025-05-01T09:00:00.000Z,acme,3,',
	]);
});

test('an unknown variant or value changes nothing', () => {
	expect(() => set({ charset: 'present', rowOrder: 'random' } as never)).toThrow(
		'rowOrder must be one of stable, shuffled',
	);
	expect(() => set({ toString: 'x' } as never)).toThrow('no variant is called toString');
	expect(emulator.control.state().variants.charset).toBe('absent');
});
