import { GUIDE_IDS, SEGMENT_IDS, type Emulator } from '../../../emulator/server';
import { DAY, NOON, send, startAtNoon } from './call';

interface Item {
	id: string;
	kind: string;
	name: string;
	appId: number;
	state?: string;
	steps?: Array<{ content?: string }>;
}

let emulator: Emulator;
beforeEach(async () => {
	emulator = await startAtNoon();
});
afterEach(() => emulator.close());

const list = async (path: string) => (await send(emulator, `GET /api/v1/${path}`)).json<Item[]>();

describe.each([
	['page', 'Page'],
	['feature', 'Feature'],
	['tracktype', 'TrackType'],
	['guide', 'Guide'],
])('GET /%s', (path, kind) => {
	test('lists the default app, one app, or every app', async () => {
		const [usual, one, every] = [
			await list(path),
			await list(`${path}?appId=5629499534213120`),
			await list(`${path}?expand=*`),
		];
		expect(new Set(usual.map(({ appId }) => appId))).toEqual(new Set([-323232]));
		expect(new Set(one.map(({ appId }) => appId))).toEqual(new Set([5629499534213120]));
		expect(every).toHaveLength(usual.length + one.length);
		expect(new Set(every.map((item) => item.kind))).toEqual(new Set([kind]));
		expect(new Set(every.map(({ id }) => id)).size).toBe(every.length);
	});

	test('finds ids, whatever their app', async () => {
		const every = await list(`${path}?expand=*`);
		const [first, last] = [every[0], every.at(-1)];
		expect(await list(`${path}?id=${first?.id},nothing,${last?.id}`)).toEqual([first, last]);
	});

	test.each(['appId=-323232&expand=*', 'appId=web'])('refuses ?%s with 422', async (query) => {
		expect((await send(emulator, `GET /api/v1/${path}?${query}`)).status).toBe(422);
	});
});

describe('guides', () => {
	const { welcome, staged, nps } = GUIDE_IDS;
	const put = (path: string, body: unknown) => send(emulator, `PUT /api/v1/guide/${path}`, body);
	const post = (path: string) => send(emulator, `POST /api/v1/guide/${path}`);

	test('can be listed by state, and without their content', async () => {
		const guides = await list('guide?state=public');
		expect(new Set(guides.map(({ state }) => state))).toEqual(new Set(['public']));
		expect(guides[0]?.steps?.[0]?.content).toBe('<h1>Welcome tour</h1>');
		expect((await list('guide?summarizeContent=true'))[0]?.steps?.[0]).not.toHaveProperty(
			'content',
		);
	});

	test.each(['draft', 'staged', 'public', 'disabled', '_pendingReview_'])(
		'can be made %s',
		async (state) => {
			expect((await put(`${welcome}/state`, { state })).status).toBe(200);
			expect(await list(`guide?id=${welcome}`)).toMatchObject([{ state }]);
		},
	);

	test('get a segment', async () => {
		const segmentId = SEGMENT_IDS.powerUsers;
		expect((await put(`${welcome}/segment`, { segmentId })).status).toBe(200);
		expect(await list(`guide?id=${welcome}`)).toMatchObject([{ segmentId }]);
	});

	test('remember what was changed', async () => {
		await put(`${welcome}/state`, { state: 'disabled' });
		emulator.control.changeClock({ advance: DAY });
		await put(`${welcome}/segment`, { segmentId: 'everyone' });
		expect((await send(emulator, `GET /api/v1/guide/${welcome}/history`)).json()).toEqual([
			{ ts: NOON, property: 'state', from: 'public', to: 'disabled' },
			{ ts: NOON + DAY, property: 'segmentId', from: 'everyone', to: 'everyone' },
		]);
	});

	test('show in an order while they are public', async () => {
		const order = async () => (await send(emulator, 'GET /api/v1/guide/order')).json<string[]>();
		expect((await order()).slice(0, 2)).toEqual([welcome, nps]);
		await put(`${welcome}/state`, { state: 'disabled' });
		expect((await order())[0]).toBe(nps);
	});

	test.each([
		[`${welcome}/state`, { state: 'published' }, 422],
		[`${welcome}/state`, {}, 422],
		[`${welcome}/state`, 'public', 400],
		[`${welcome}/segment`, { segmentId: 'nowhere' }, 422],
		['nothing/state', { state: 'public' }, 404],
		['nothing/segment', { segmentId: 'everyone' }, 404],
	])('%s with %j is refused', async (path, body, status) => {
		expect((await put(path, body)).status).toBe(status);
	});

	test('are reset for a visitor, one guide or all', async () => {
		expect((await post(`${welcome}/visitor/u-1001/reset`)).status).toBe(200);
		expect(emulator.control.guideResets()).toEqual([
			{ time: NOON, guideId: welcome, visitorId: 'u-1001' },
		]);
		expect((await post('all/visitor/u-1001/reset')).status).toBe(200);
		expect(emulator.control.guideResets()).toHaveLength(21);
	});

	test('are reset for all while they are staged', async () => {
		expect((await post(`${staged}/reset`)).status).toBe(200);
		expect(emulator.control.guideResets()).toEqual([{ time: NOON, guideId: staged }]);
		expect((await post(`${welcome}/reset`)).status).toBe(422);
		expect((await post('staged/reset')).status).toBe(200);
		expect(emulator.control.guideResets().length).toBeGreaterThan(1);
	});

	test.each([
		`nothing/visitor/u-1001/reset`,
		`${welcome}/visitor/nobody/reset`,
		'all/visitor/nobody/reset',
		'nothing/reset',
		'nothing/experiment/export',
	])('POST %s is 404', async (path) => {
		expect((await post(path)).status).toBe(404);
	});

	test('that are no experiment have no results', async () => {
		const results = await post(`${GUIDE_IDS.experiment}/experiment/export`);
		expect(results.json()).toMatchObject({ variants: { A: { visitors: 120 } } });
		expect((await post(`${welcome}/experiment/export`)).status).toBe(422);
	});
});
