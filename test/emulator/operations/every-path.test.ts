import {
	GUIDE_IDS,
	READ_ONLY_KEY,
	REPORT_IDS,
	SEGMENT_IDS,
	TRACK_SECRET,
	type Emulator,
} from '../../../emulator/server';
import { NOON, send, startAtNoon } from './call';

type Line = [line: string, body?: unknown];
/** Rows as long as the tests' functions are: a shorter one would be given a callback. */
const full = (lines: Line[]) => lines.map(([line, body]): [string, unknown] => [line, body]);

const { experiment, staged, welcome } = GUIDE_IDS;
const event = { type: 'track', event: 'Registered', visitorId: 'u-1001', timestamp: NOON };
const field = { name: 'tier', displayname: 'Tier', type: 'string' };

const READS: Line[] = [
	['GET /api/v1/token/verify'],
	['GET /api/v1/report'],
	[`GET /api/v1/report/${REPORT_IDS.sampleVisitors}/results.json`],
	[`GET /api/v1/report/${REPORT_IDS.sampleVisitors}/results.csv`],
	['POST /api/v1/aggregation', { request: { pipeline: [{ source: { pages: null } }] } }],
	['GET /api/v1/visitor/u-1001'],
	[`GET /api/v1/visitor/u-1001/history?starttime=${NOON - 86_400_000}`],
	['GET /api/v1/account/acme'],
	['GET /api/v1/metadata/schema/visitor'],
	['GET /api/v1/metadata/schema/account'],
	['GET /api/v1/metadata/schema/parentAccount'],
	['GET /api/v1/metadata/dependencies'],
	['GET /api/v1/metadata/dependencies/visitor/agent/plan'],
	['GET /api/v1/metadata/visitor/agent/value/u-1001/email'],
	['GET /api/v1/page'],
	['GET /api/v1/feature'],
	['GET /api/v1/tracktype'],
	['GET /api/v1/guide'],
	[`GET /api/v1/guide/${welcome}/history`],
	['GET /api/v1/guide/order'],
	['GET /api/v1/guide/localization/export'],
	['GET /api/v1/segment'],
	[`GET /api/v1/segment/${SEGMENT_IDS.uploaded}`],
	[`GET /api/v1/segment/${SEGMENT_IDS.uploaded}/status`],
	[`POST /api/v1/segment/${SEGMENT_IDS.uploaded}/visitors`],
	['GET /api/v1/bulkdelete'],
	['GET /api/v1/blacklist'],
	['GET /api/v1/blacklist/type/visitor'],
	['GET /api/v1/servername'],
	['GET /api/v1/servername/localhost'],
	['GET /api/v1/servername/flag/exclude'],
	['GET /api/v1/feedback/options'],
];

const WRITES: Line[] = [
	['POST /api/v1/metadata/schema/visitor/custom', [field]],
	['DELETE /api/v1/metadata/schema/visitor/custom/note'],
	['PUT /api/v1/metadata/visitor/custom/value/u-1001/score', 42],
	[
		'POST /api/v1/metadata/visitor/custom/value?create=true',
		[{ visitorId: 'u-1001', values: { score: 7 } }],
	],
	['PUT /api/v1/metadata/visitor/pendo/value/u-1001/donotprocess', true],
	['PUT /api/v1/metadata/account/pendo/value/acme/blacklistguides', true],
	[`PUT /api/v1/guide/${welcome}/state`, { state: 'disabled' }],
	[`PUT /api/v1/guide/${welcome}/segment`, { segmentId: SEGMENT_IDS.powerUsers }],
	[`POST /api/v1/guide/${welcome}/visitor/u-1001/reset`],
	['POST /api/v1/guide/all/visitor/u-1001/reset'],
	[`POST /api/v1/guide/${staged}/reset`],
	['POST /api/v1/guide/staged/reset'],
	[`POST /api/v1/guide/${experiment}/experiment/export`],
	['POST /api/v1/segment/upload', { name: 'Trial users', visitors: ['u-1001'] }],
	[`PUT /api/v1/segment/${SEGMENT_IDS.uploaded}`, { name: 'Renamed', visitors: ['u-1001'] }],
	[`PUT /api/v1/segment/${SEGMENT_IDS.uploaded}/visitor/u-1001`],
	[`DELETE /api/v1/segment/${SEGMENT_IDS.uploaded}/visitor/u-1001`],
	[
		`PATCH /api/v1/segment/${SEGMENT_IDS.uploaded}/visitor`,
		{ patch: [{ op: 'add', path: '/visitors', value: ['u-1001'] }] },
	],
	[`DELETE /api/v1/segment/${SEGMENT_IDS.uploaded}`],
	['POST /api/v1/bulkdelete/visitor', { visitors: ['u-1001'] }],
	['POST /api/v1/bulkdelete/account', { accounts: ['acme'] }],
	['POST /api/v1/feedback', { accountId: 'acme', visitorId: 'u-1001', title: 'Dark mode' }],
	[
		'PUT /api/v1/datasync/storageTypes/gcs/destinations/Default/credentials',
		{ serviceAccount: 'a@example.test', secretKey: 'made-up' },
	],
	[
		'PUT /api/v1/datasync/storageTypes/s3/destinations/Default/credentials',
		{ accessKeyId: 'made-up', secretAccessKey: 'made-up' },
	],
	[
		'PUT /api/v1/datasync/storageTypes/azure/destinations/Default/credentials',
		{ clientId: 'made-up', clientSecret: 'made-up' },
	],
];

/** These need something that another call made. */
const LATER: Line[] = [
	[`GET /api/v1/segment/${SEGMENT_IDS.uploaded}/visitors/no-such-job/status`],
	[`GET /api/v1/segment/${SEGMENT_IDS.uploaded}/visitors/no-such-job/results/csv`],
	['GET /api/v1/bulkdelete/no-such-deletion'],
];
const LATER_WRITES: Line[] = [
	['PATCH /api/v1/feedback/no-such-feedback', { title: 'Darker mode' }],
	['DELETE /api/v1/feedback', { ids: ['no-such-feedback'] }],
];
const XLIFF: Line = ['POST /api/v1/guide/localization/import', undefined];

let emulator: Emulator;
beforeEach(async () => {
	emulator = await startAtNoon();
});
afterEach(() => emulator.close());

test.each(full([...READS, ...WRITES]))('%s is answered with 200', async (line, body) => {
	expect((await send(emulator, line, body)).status).toBe(200);
});

test.each(full([...LATER, ...LATER_WRITES]))('%s says what is not there', async (line, body) => {
	const reply = await send(emulator, line, body);
	expect(reply.status).toBe(404);
	expect(reply.json().message).toMatch(/^(job|feedback) not found$/);
});

test('translations are taken as XLIFF', async () => {
	const body = { text: '<?xml version="1.0"?><xliff version="1.2"></xliff>' };
	expect((await send(emulator, XLIFF[0], undefined, body)).status).toBe(200);
	expect((await send(emulator, XLIFF[0], undefined, { text: 'no' })).status).toBe(400);
});

test.each(['/data/track', '/data/agentic'])(
	'POST %s takes the track event secret only, and answers without a body',
	async (path) => {
		const reply = await send(emulator, `POST ${path}`, event, { key: TRACK_SECRET });
		expect([reply.status, reply.text]).toEqual([200, '']);
		expect((await send(emulator, `POST ${path}`, event)).status).toBe(403);
		expect((await send(emulator, `POST ${path}`, event, { key: '' })).status).toBe(403);
	},
);

test('the track event secret opens nothing else', async () => {
	expect(
		(await send(emulator, 'GET /api/v1/report', undefined, { key: TRACK_SECRET })).status,
	).toBe(403);
});

test.each(full([...READS, ...LATER]))('a read-only key may ask %s', async (line, body) => {
	const reply = await send(emulator, line, body, { key: READ_ONLY_KEY });
	expect(reply.status).not.toBe(403);
});

test.each(full([...WRITES, ...LATER_WRITES, XLIFF]))(
	'a read-only key is refused %s with 403 and an empty body',
	async (line, body) => {
		const reply = await send(emulator, line, body, { key: READ_ONLY_KEY });
		expect([reply.status, reply.text]).toEqual([403, '']);
	},
);

test('what a read-only key was refused has not happened', async () => {
	const value = 'GET /api/v1/metadata/visitor/agent/value/u-1001/email';
	const write = 'PUT /api/v1/metadata/visitor/agent/value/u-1001/email';
	await send(emulator, write, 'other@example.test', { key: READ_ONLY_KEY });
	expect((await send(emulator, value)).json()).toBe('kim@example.test');
});

test.each(WRITES.filter(([, body]) => body !== undefined).map(([line]) => line))(
	'%s refuses a body that is not JSON with 400',
	async (line) => {
		for (const text of ['', '{', 'gold'])
			expect((await send(emulator, line, undefined, { text })).status).toBe(400);
	},
);

test.each([
	['7', '7'],
	['a date', 'Mon, 11 May 2026 12:00:30 GMT'],
	['nothing', undefined],
])('429 with %s in Retry-After turns a write away', async (_, retryAfter) => {
	emulator.control.addFault({
		match: { method: 'PUT', kind: 'operation' },
		fault: {
			type: 'status',
			status: 429,
			headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
		},
	});
	const value = '/api/v1/metadata/visitor/agent/value/u-1001/email';
	const refused = await send(emulator, `PUT ${value}`, 'new@example.test');
	expect([refused.status, refused.headers['retry-after']]).toEqual([429, retryAfter]);
	expect((await send(emulator, `GET ${value}`)).json()).toBe('kim@example.test');
	expect((await send(emulator, `PUT ${value}`, 'new@example.test')).status).toBe(200);
	expect((await send(emulator, `GET ${value}`)).json()).toBe('new@example.test');
});

test('a write whose answer is lost has happened', async () => {
	const value = '/api/v1/metadata/visitor/agent/value/u-1001/email';
	emulator.control.addFault({ match: { method: 'PUT' }, fault: { type: 'reset' } });
	await expect(send(emulator, `PUT ${value}`, 'new@example.test')).rejects.toThrow();
	expect((await send(emulator, `GET ${value}`)).json()).toBe('new@example.test');
});

test.each([
	'GET /api/v1/visitor',
	'GET /api/v1/account',
	'GET /api/v1/page/abc',
	'GET /api/v2/page',
])('%s is nowhere', async (line) => {
	const reply = await send(emulator, line);
	expect([reply.status, reply.json()]).toEqual([404, { message: 'not found' }]);
});
