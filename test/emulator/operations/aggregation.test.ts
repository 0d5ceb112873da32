import {
	GUIDE_IDS,
	NPS_COMMENT_POLL,
	NPS_POLL,
	REPORT_IDS,
	SEGMENT_IDS,
	type Emulator,
} from '../../../emulator/server';
import { aggregate, DAY, NOON, send, startAtNoon } from './call';

let emulator: Emulator;
beforeAll(async () => {
	emulator = await startAtNoon();
});
afterAll(() => emulator.close());

const ask = (pipeline: unknown, more: object = {}) =>
	send(emulator, 'POST /api/v1/aggregation', {
		response: { mimeType: 'application/json' },
		request: { name: 'test', pipeline },
		...more,
	});
const rowsOf = <Row>(...pipeline: unknown[]) => aggregate<Row>(emulator, ...pipeline);
const visitors = { source: { visitors: null } };
const lastDays = (source: object, count = 30) => ({
	source: { ...source, timeSeries: { period: 'dayRange', first: 'now()', count: -count } },
});

describe('the answer', () => {
	test('has a start time and rows', async () => {
		expect((await ask([{ source: { accounts: null } }, { limit: 0 }])).text).toBe(
			`{"startTime":${NOON},"results":[]}`,
		);
	});

	test.each([
		['results-only', '{"results":[]}'],
		['null-when-empty', `{"startTime":${NOON},"results":null}`],
		['array', '[]'],
	] as const)('may be %s', async (aggregationWrapper, text) => {
		emulator.control.setVariants({ aggregationWrapper });
		expect((await ask([visitors, { limit: 0 }])).text).toBe(text);
		emulator.control.setVariants({ aggregationWrapper: 'startTime' });
	});
});

describe('sources', () => {
	test('of visitors and accounts give ids and metadata by group', async () => {
		expect(await rowsOf(visitors, { filter: 'visitorId == "u-1001"' })).toEqual([
			{
				visitorId: 'u-1001',
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
			},
		]);
		expect(
			await rowsOf({ source: { accounts: null } }, { filter: 'accountId == "parent::child"' }),
		).toMatchObject([{ accountId: 'parent::child', metadata: { agent: { name: 'Child' } } }]);
	});

	test.each(['pages', 'features', 'trackTypes', 'guides'])('of %s give them all', async (name) => {
		const path = name.toLowerCase().slice(0, -1);
		const list = (await send(emulator, `GET /api/v1/${path}?expand=*`)).json();
		expect(await rowsOf({ source: { [name]: null } })).toEqual(list);
	});

	test('leave out who is not to be processed', async () => {
		const path = '/api/v1/metadata/visitor/pendo/value/VISITOR-UNIQUE-ID/donotprocess';
		await send(emulator, `PUT ${path}`, true);
		const filter = { filter: 'visitorId == "VISITOR-UNIQUE-ID"' };
		expect(await rowsOf(visitors, filter)).toEqual([]);
		expect(await rowsOf({ source: { doNotProcessVisitors: null } })).toEqual([
			{ visitorId: 'VISITOR-UNIQUE-ID' },
		]);
	});

	test('may be narrowed to people with a name and to a time of their last visit', async () => {
		const count = async (options: object) =>
			(await rowsOf<{ count: number }>({ source: { visitors: options } }, { count: null }))[0]
				?.count;
		const all = Number(await count({}));
		expect(await count({ identified: true })).toBe(
			(await rowsOf(visitors, { identified: 'visitorId' })).length,
		);
		expect(await count({ identified: true })).toBeLessThan(all);
		const recent = Number(await count({ startTime: NOON - 7 * DAY, endTime: NOON }));
		expect(recent).toBeGreaterThan(50);
		expect(recent).toBeLessThan(all / 2);
	});
});

describe('paging by id', () => {
	test('meets everybody once', async () => {
		const met: string[] = [];
		for (;;) {
			const last = JSON.stringify(met.at(-1) ?? '');
			const page = await rowsOf<{ visitorId: string }>(
				visitors,
				{ sort: ['visitorId'] },
				{ filter: `visitorId > ${last}` },
				{ limit: 250 },
				{ select: { visitorId: 'visitorId' } },
			);
			met.push(...page.map(({ visitorId }) => visitorId));
			if (page.length < 250) break;
		}
		const all = await rowsOf<{ visitorId: string }>(visitors);
		expect(met).toEqual(all.map(({ visitorId }) => visitorId).toSorted((a, b) => (a < b ? -1 : 1)));
		expect(met.length).toBeGreaterThan(1000);
	});

	test('works with skip as well', async () => {
		const ordered = [visitors, { sort: ['-visitorId'] }];
		const both = await rowsOf(...ordered, { limit: 20 });
		expect([
			...(await rowsOf(...ordered, { limit: 10 })),
			...(await rowsOf(...ordered, { skip: 10 }, { limit: 10 })),
		]).toEqual(both);
	});
});

describe('filters', () => {
	const people = [
		'u-1001',
		'Kim+Test@Example.test',
		'dept/a b%2F?ü#1',
		'back\\slash "quote" \u0000\u001f\u2028 end',
	];
	const among = people
		.map((id) => `visitorId == "${id.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`)
		.join(' || ');

	test.each([
		['visitorId == "u-1001"', ['u-1001']],
		['visitorId != "u-1001" && visitorId < "a"', ['Kim+Test@Example.test']],
		['metadata.auto.lastvisit > 0', ['u-1001']],
		['metadata.auto.lastvisit >= 1746090000000', ['u-1001']],
		['metadata.auto.lastvisit <= 1746089999999', []],
		['isNull(metadata.auto.lastvisit)', people.slice(1)],
		['metadata.agent.email == null', people.slice(1)],
		['!isNull(metadata.agent.email)', ['u-1001']],
		['contains(metadata.agent.email, "@example")', ['u-1001']],
		['metadata.agent.email contains "@example"', ['u-1001']],
		['contains(metadata.auto.accountids, "globex")', ['u-1001']],
		['startsWith(visitorId, "Kim")', ['Kim+Test@Example.test']],
		['len(metadata.agent.tags) == 2', ['dept/a b%2F?ü#1']],
		['visitorId == "back\\\\slash \\"quote\\" \u0000\u001f\u2028 end"', [people[3]]],
		['(visitorId == "u-1001" || false) && 1 + 2 * 3 == 7', ['u-1001']],
		['metadata.__proto__.polluted == 1 || metadata.constructor == 1', []],
		['if(visitorId == "u-1001", true, false)', ['u-1001']],
	])('%s', async (filter, ids) => {
		const rows = await rowsOf<{ visitorId: string }>(visitors, { filter: among }, { filter });
		expect(rows.map(({ visitorId }) => visitorId).toSorted()).toEqual(ids.toSorted());
	});
});

describe('what people ask', () => {
	test('who was active in the last week', async () => {
		const rows = await rowsOf<{ visitorId: string; days: number; total: number }>(
			lastDays({ events: { appId: 'expandAppIds("*")', blacklist: 'apply' } }, 7),
			{ identified: 'visitorId' },
			{
				group: {
					group: ['visitorId'],
					fields: [{ days: { count: 'day' } }, { total: { sum: 'numEvents' } }],
				},
			},
			{ sort: ['-days', 'visitorId'] },
		);
		expect(rows.length).toBeGreaterThan(100);
		for (const { days, total } of rows) {
			expect(days).toBeGreaterThanOrEqual(1);
			expect(days).toBeLessThanOrEqual(7);
			expect(total).toBeGreaterThanOrEqual(days);
		}
	});

	test('which pages are visited most', async () => {
		const rows = await rowsOf<{ pageId: string; total: number }>(
			lastDays({ pageEvents: null }),
			{ group: { group: ['pageId'], fields: { total: { sum: 'numEvents' } } } },
			{ sort: ['-total'] },
			{ limit: 5 },
		);
		const pages = (await rowsOf<{ id: string }>({ source: { pages: null } })).map(({ id }) => id);
		expect(rows.map(({ total }) => total)).toEqual(
			rows.map(({ total }) => total).toSorted((a, b) => b - a),
		);
		for (const { pageId } of rows) expect(pages).toContain(pageId);
	});

	test('who uses a feature', async () => {
		const [{ featureId } = { featureId: '' }] = await rowsOf<{ featureId: string }>(
			lastDays({ featureEvents: null }),
		);
		const rows = await rowsOf<{ featureId: string; visitorId: string }>(
			lastDays({ featureEvents: { featureId } }),
		);
		expect(new Set(rows.map((row) => row.featureId))).toEqual(new Set([featureId]));
		expect(rows.length).toBeGreaterThan(5);
	});

	test('how people answered', async () => {
		const source = { pollEvents: { guideId: GUIDE_IDS.nps, pollId: NPS_POLL } };
		const rows = await rowsOf<{ pollResponse: number; browserTime: number }>(
			lastDays(source),
			{ filter: 'pollResponse <= 6' },
			{ sort: ['-browserTime'] },
		);
		expect(rows.length).toBeGreaterThan(20);
		for (const row of rows) {
			expect(row).toMatchObject({ guideId: GUIDE_IDS.nps, pollId: NPS_POLL, type: 'pollResponse' });
			expect(row.pollResponse).toBeLessThanOrEqual(6);
			expect(row.browserTime).toBeGreaterThan(NOON - 30 * DAY);
			expect(row.browserTime).toBeLessThanOrEqual(NOON);
		}
	});

	test('what they wrote beside it', async () => {
		const source = { pollEvents: { guideId: GUIDE_IDS.nps, pollId: NPS_COMMENT_POLL } };
		const comments = await rowsOf<{ pollResponse: string }>(lastDays(source));
		expect(comments.length).toBeGreaterThan(10);
		for (const { pollResponse } of comments) expect(pollResponse).toMatch(/^[A-Z].+\.$/);
	});

	test('who saw a guide', async () => {
		const guideId = GUIDE_IDS.welcome;
		const rows = await rowsOf(lastDays({ guideEvents: { guideId } }));
		expect(rows.length).toBeGreaterThan(5);
		expect(rows[0]).toMatchObject({ guideId, type: 'guideSeen', guideStepId: `${guideId}-step-1` });
	});

	test('who of a segment came', async () => {
		const rows = await rowsOf<{ metadata: { agent: { plan: string } } }>(visitors, {
			segment: { id: SEGMENT_IDS.powerUsers },
		});
		expect(new Set(rows.map(({ metadata }) => metadata.agent.plan))).toEqual(
			new Set(['enterprise']),
		);
		const own = await rowsOf(visitors, { segment: { id: SEGMENT_IDS.uploaded } });
		expect(own).toHaveLength(2);
		const accounts = await rowsOf<{ accountId: string }>(
			{ source: { accounts: null } },
			{ segment: { id: SEGMENT_IDS.uploaded } },
		);
		expect(accounts.map(({ accountId }) => accountId).toSorted()).toEqual(['acme', 'globex']);
	});

	test('what a saved report asks, from its own pipeline', async () => {
		const list = (await send(emulator, 'GET /api/v1/report')).json<
			Array<{ id: string; aggregation: { pipeline: unknown[] } }>
		>();
		const report = list.find(({ id }) => id === REPORT_IDS.livingVisitors);
		const rows = await rowsOf<Record<string, unknown>>(...(report?.aggregation.pipeline ?? []));
		expect(rows.length).toBeGreaterThan(100);
		expect(Object.keys(rows[0] ?? {}).slice(0, 2)).toEqual(['visitorId', 'visitor_agent_email']);
		expect(rows.some((row) => String(row.visitor_agent_email).includes('@'))).toBe(true);
	});
});

describe('time', () => {
	const days = async (timeSeries: object) => {
		const rows = await rowsOf<{ day: number }>(
			{ source: { events: null, timeSeries: { period: 'dayRange', ...timeSeries } } },
			{ group: { group: ['day'] } },
			{ sort: ['day'] },
		);
		return rows.map(({ day }) => (NOON - DAY / 2 - day) / DAY);
	};

	test.each([
		[{ first: 'now()', count: -3 }, [2, 1, 0]],
		[{ first: NOON - 3 * DAY, count: 2 }, [3, 2]],
		[{ first: NOON - 3 * DAY, last: 'now()' }, [3, 2, 1, 0]],
		[
			{
				first: 'dateAdd(startOfPeriod("daily",now()),-2,"days")',
				last: 'dateAdd(startOfPeriod("daily",now()),-1,"days")',
			},
			[2, 1],
		],
	])('%j is these days ago', async (timeSeries, ago) => {
		expect(await days(timeSeries)).toEqual(ago);
	});

	test('goes by hours as well', async () => {
		const rows = await rowsOf<{ hour: number }>({
			source: {
				events: null,
				timeSeries: { period: 'hourRange', first: NOON - DAY, count: 24 },
			},
		});
		expect(rows.length).toBeGreaterThan(10);
		for (const { hour } of rows) expect(hour % 3_600_000).toBe(0);
	});
});

describe('rows', () => {
	const two = [
		visitors,
		{ filter: 'visitorId == "u-1001" || visitorId == "Kim+Test@Example.test"' },
	];

	test('are selected, worked out, counted and reduced', async () => {
		expect(
			await rowsOf(
				...two,
				{ eval: { known: '!isNull(metadata.agent.email)' } },
				{ select: { id: 'visitorId', known: 'known', missing: 'metadata.agent.nothing' } },
				{ sort: ['id'] },
			),
		).toEqual([
			{ id: 'Kim+Test@Example.test', known: false, missing: null },
			{ id: 'u-1001', known: true, missing: null },
		]);
		expect(await rowsOf(...two, { count: null })).toEqual([{ count: 2 }]);
		expect(
			await rowsOf(...two, {
				reduce: [
					{ people: { count: null } },
					{ latest: { max: 'metadata.auto.lastvisit' } },
					{ first: { min: 'visitorId' } },
				],
			}),
		).toEqual([{ people: 2, latest: 1746090000000, first: 'Kim+Test@Example.test' }]);
	});

	test('are unwound', async () => {
		expect(
			await rowsOf(
				...two,
				{ select: { visitorId: 'visitorId', account: 'metadata.auto.accountids' } },
				{ unwind: { field: 'account' } },
			),
		).toEqual([
			{ visitorId: 'u-1001', account: 'acme' },
			{ visitorId: 'u-1001', account: 'globex' },
		]);
	});
});

describe('what cannot be run', () => {
	test.each([
		['an unknown step', [visitors, { frobnicate: 1 }], 'unknown step frobnicate'],
		['an unknown source', [{ source: { unicorns: null } }], 'unknown source unicorns'],
		['a step before the source', [{ limit: 1 }], 'the first step must be source'],
		['a second source', [visitors, visitors], 'source must be the first step only'],
		['no step', [], 'pipeline must be a list of steps'],
		['no list', visitors, 'pipeline must be a list of steps'],
		['a step with two names', [visitors, { limit: 1, skip: 1 }], /^each step must be/],
		['events of no time', [{ source: { events: null } }], 'this source needs a timeSeries'],
		[
			'a period that is none',
			[{ source: { events: null, timeSeries: { period: 'year', first: 0, count: 1 } } }],
			/^period must be one of/,
		],
		['a broken filter', [visitors, { filter: 'visitorId ==' }], /^cannot read the expression/],
		['an open text', [visitors, { filter: 'visitorId == "a' }], /^cannot read the expression/],
		['an unknown function', [visitors, { filter: 'nosuch(1)' }], 'unknown function nosuch'],
		['a limit that is none', [visitors, { limit: 'ten' }], 'limit must be a whole number'],
		['an unknown segment', [visitors, { segment: { id: 'nowhere' } }], 'segment not found'],
		[
			'an unknown way to gather',
			[visitors, { group: { group: ['visitorId'], fields: [{ x: { median: 'y' } }] } }],
			/^a field is gathered by one of/,
		],
	])('%s is refused in words', async (_, pipeline, words) => {
		const reply = await ask(pipeline);
		expect(reply.status).toBe(words === 'segment not found' ? 404 : 422);
		if (typeof words === 'string') expect(reply.json().message).toBe(words);
		else expect(reply.json().message).toMatch(words);
	});

	test.each([
		['a list', []],
		['no request', { response: { mimeType: 'application/json' } }],
	])('%s is refused with 400', async (_, body) => {
		expect((await send(emulator, 'POST /api/v1/aggregation', body)).status).toBe(400);
	});

	test('another type of answer is refused', async () => {
		expect((await ask([visitors], { response: { mimeType: 'text/html' } })).status).toBe(422);
	});
});
