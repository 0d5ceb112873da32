import { TRACK_SECRET, type Emulator } from '../../../emulator/server';
import { aggregate, DAY, NOON, send, startAtNoon } from './call';

let emulator: Emulator;
beforeEach(async () => {
	emulator = await startAtNoon();
});
afterEach(() => emulator.close());

describe('bulk deletion', () => {
	const start = async (kind: string, ids: string[]) =>
		(await send(emulator, `POST /api/v1/bulkdelete/${kind}`, { [`${kind}s`]: ids })).json<{
			id: string;
		}>();
	const status = async (path: string) => (await send(emulator, `GET ${path}`)).status;

	test.each([
		['visitor', 'u-1001'],
		['account', 'acme'],
	])('takes a %s away after a while, for good', async (kind, id) => {
		const deletion = await start(kind, [id, 'nobody']);
		const look = () => send(emulator, `GET /api/v1/bulkdelete/${deletion.id}`);
		expect(Object.keys(deletion)).toEqual(['id']);
		expect((await look()).json()).toMatchObject({ id: deletion.id, status: 'processing' });
		expect((await send(emulator, 'GET /api/v1/bulkdelete')).json()).toHaveLength(1);
		expect(await status(`/api/v1/${kind}/${id}`)).toBe(200);
		emulator.control.changeClock({ advance: 5000 });
		expect((await look()).json()).toMatchObject({ status: 'completed' });
		expect((await send(emulator, 'GET /api/v1/bulkdelete')).text).toBe('[]');
		expect(await status(`/api/v1/${kind}/${id}`)).toBe(404);
		const field = `${kind}Id`;
		const filter = `${field} == "${id}"`;
		const rest = await aggregate(emulator, { source: { [`${kind}s`]: null } }, { filter });
		expect(rest).toEqual([]);
	});

	test.each([
		['visitor', { visitors: [] }, 422],
		['visitor', { accounts: ['acme'] }, 422],
		['account', { accounts: 'acme' }, 422],
		['visitor', ['u-1001'], 400],
	])('of a %s refuses %j', async (kind, body, code) => {
		expect((await send(emulator, `POST /api/v1/bulkdelete/${kind}`, body)).status).toBe(code);
	});

	test('may be limited to 500', async () => {
		const visitors = Array.from({ length: 501 }, (_, index) => `v${index}`);
		const ask = (list: string[]) =>
			send(emulator, 'POST /api/v1/bulkdelete/visitor', { visitors: list });
		expect((await ask(visitors)).status).toBe(200);
		emulator.control.setVariants({ bulkSize: 'limited' });
		expect((await ask(visitors)).status).toBe(422);
		expect((await ask(visitors.slice(1))).status).toBe(200);
	});
});

describe('feedback', () => {
	const item = {
		accountId: 'acme',
		visitorId: 'u-1001',
		title: 'This is the title',
		description: 'This is a more verbose description of the feedback.',
		appIds: [-323232],
		labels: [{ name: 'Admin', category: 'Role' }, { name: 'label' }],
		importance: 2,
		productAreas: ['_PENDO_DEFAULTGROUP_00_'],
		linksData: [{ title: 'Pendo', linkUrl: 'https://app.pendo.io' }],
	};
	const create = async (body: unknown) =>
		(await send(emulator, 'POST /api/v1/feedback', body)).json<{ id: string }>();

	test('is created, updated and deleted', async () => {
		const { id } = await create(item);
		expect(emulator.control.feedback()).toEqual([{ ...item, createdAt: NOON, id }]);
		const path = `/api/v1/feedback/${id}`;
		const change = { title: 'New', importance: -1, labels: [{ name: 'newlabel' }] };
		expect((await send(emulator, `PATCH ${path}`, change)).json()).toEqual({
			...item,
			...change,
			createdAt: NOON,
			id,
		});
		expect((await send(emulator, 'DELETE /api/v1/feedback', { ids: [id] })).status).toBe(200);
		expect(emulator.control.feedback()).toEqual([]);
		expect((await send(emulator, `PATCH ${path}`, change)).status).toBe(404);
	});

	test.each([
		[{ ...item, title: '' }],
		[{ ...item, visitorId: undefined }],
		[{ ...item, importance: 'high' }],
		[{ ...item, labels: 'Admin' }],
		[{ ...item, labels: [{ category: 'Role' }] }],
		[{ ...item, description: 7 }],
	])('%j is refused with 422', async (body) => {
		expect((await send(emulator, 'POST /api/v1/feedback', body)).status).toBe(422);
		expect(emulator.control.feedback()).toEqual([]);
	});

	test('is deleted all or not at all', async () => {
		const { id } = await create(item);
		const remove = (ids: unknown) => send(emulator, 'DELETE /api/v1/feedback', { ids });
		expect((await remove([id, 'nothing'])).status).toBe(404);
		expect((await remove([])).status).toBe(422);
		expect(emulator.control.feedback()).toHaveLength(1);
	});

	test('has options to choose from', async () => {
		const options = (await send(emulator, 'GET /api/v1/feedback/options')).json();
		expect(options.productAreas).toEqual([{ id: '_PENDO_DEFAULTGROUP_00_', name: 'Unassigned' }]);
	});
});

test('exclude lists and servers are found by type, name and flag', async () => {
	const ask = async (path: string) => (await send(emulator, `GET /api/v1/${path}`)).json<unknown>();
	expect(await ask('blacklist')).toHaveLength(4);
	expect(await ask('blacklist/type/visitor')).toEqual([
		{ type: 'visitor', value: 'bot@example.test' },
	]);
	expect(await ask('servername')).toHaveLength(3);
	expect(await ask('servername/localhost')).toEqual({ name: 'localhost', flag: 'exclude' });
	expect(await ask('servername/flag/exclude')).toHaveLength(2);
	expect((await send(emulator, 'GET /api/v1/servername/nowhere')).status).toBe(404);
});

describe('a tracked event', () => {
	const said = {
		event: 'Trial extended',
		visitorId: 'brand-new',
		accountId: 'acme',
		timestamp: NOON - 1000,
		properties: { days: 14 },
		context: {
			ip: '192.0.2.1',
			userAgent: 'test',
			url: 'https://app.example.test/',
			title: 'Test',
		},
	};
	const event = { type: 'track', ...said };
	const track = (body: unknown) => send(emulator, 'POST /data/track', body, { key: TRACK_SECRET });

	test('is kept, and its visitor and its type are known from then on', async () => {
		expect(await track(event)).toMatchObject({ status: 200, text: '' });
		expect(emulator.control.tracked()).toEqual([said]);
		expect((await send(emulator, 'GET /api/v1/visitor/brand-new')).json()).toMatchObject({
			accountIds: ['acme'],
			lastStartTime: NOON - 1000,
		});
		const types = (await send(emulator, 'GET /api/v1/tracktype?expand=*')).json<
			Array<{ id: string; name: string }>
		>();
		const trackTypeId = types.find(({ name }) => name === 'Trial extended')?.id;
		const rows = await aggregate(emulator, {
			source: {
				trackEvents: null,
				timeSeries: { period: 'dayRange', first: 'now()', count: -1 },
			},
		});
		expect(rows).toEqual([
			{
				visitorId: 'brand-new',
				accountId: 'acme',
				appId: -323232,
				trackTypeId,
				day: NOON - DAY / 2,
				numEvents: 1,
				numMinutes: 1,
			},
		]);
	});

	test.each([
		['older than 7 days', { timestamp: NOON - 8 * DAY }],
		['properties too long', { properties: { text: 'x'.repeat(600) } }],
		['a property with an unfit name', { properties: { 'two words': 1 } }],
	])('%s is accepted, and dropped without a word', async (dropped, change) => {
		expect(await track({ ...event, ...change })).toMatchObject({ status: 200, text: '' });
		expect(emulator.control.tracked()).toMatchObject([{ dropped }]);
		expect((await send(emulator, 'GET /api/v1/visitor/brand-new')).status).toBe(404);
	});

	test.each([
		[{ ...event, type: 'page' }],
		[{ ...event, event: '' }],
		[{ ...event, visitorId: undefined }],
		[{ ...event, timestamp: '2026-05-11' }],
		[[event]],
	])('%j is refused with 400', async (body) => {
		expect((await track(body)).status).toBe(400);
		expect(emulator.control.tracked()).toEqual([]);
	});

	test('never shows its secret in the log', async () => {
		await send(emulator, `POST /data/track?stray=${TRACK_SECRET}`, event, { key: TRACK_SECRET });
		expect(emulator.control.requests()).toMatchObject([
			{ path: '/data/track?stray=(key)', key: 'ok', kind: 'operation' },
		]);
	});
});

test('what tests need to see is behind the scenes over HTTP, too', async () => {
	const look = async (path: string) =>
		(await send(emulator, `GET /emulator/${path}`)).json<unknown>();
	expect(await look('visitors/u-1001')).toMatchObject({ id: 'u-1001' });
	expect(await look('visitors/dept%2Fa%20b%252F%3F%C3%BC%231')).toMatchObject({
		id: 'dept/a b%2F?ü#1',
	});
	expect(await look('accounts/acme')).toMatchObject({ id: 'acme' });
	expect(await look('segments/-uploadedList/visitors')).toHaveLength(2);
	for (const path of ['tracked', 'guide-resets', 'feedback']) expect(await look(path)).toEqual([]);
	const delays = { segmentReadyAfter: 7 };
	expect((await send(emulator, 'POST /emulator/delays', delays)).json()).toMatchObject(delays);
	expect((await send(emulator, 'POST /emulator/delays', { other: 7 })).status).toBe(400);
	expect((await send(emulator, 'GET /emulator/visitors/nobody')).status).toBe(404);
});
