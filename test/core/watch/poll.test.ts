import { poll, readState } from '../../../core/watch';
import { crowd, Host, options, start, streamOf, visitors } from './watch.support';

/** As Pendo answers: someone in two accounts, an anonymous visitor, odd ids, one without any. */
const visitorResults = `[{"visitorId":"u-1001","visitor_agent_email":"kim@example.test","visitor_auto_lastvisit":1746090000000,"account_auto_id":"acme","daysActive":3},
 {"visitorId":"u-1001","visitor_agent_email":"kim@example.test","visitor_auto_lastvisit":1746090000000,"account_auto_id":"globex","daysActive":1},
 {"visitorId":"Kim+Test@Example.test","visitor_agent_email":null,"visitor_auto_lastvisit":null},
 {"visitorId":"_PENDO_T_aB3dE5fG7hI"},{"visitorId":"88012345678901234567"},{"visitorId":"dept/a b%2F?ü#1","visitor_agent_tags":["a","<nil>"]},{"visitorId":""}]`;
const accountResults = `[{"accountId":"acme","account_agent_name":"Acme","account_auto_lastvisit":1746090000000},{"accountId":"parent::child"},{"accountId":"ACCOUNT-UNIQUE-ID"},{"accountId":null,"account_agent_name":null}]`;

describe('the first poll', () => {
	test('records who is in the report and fires for nobody', async () => {
		const host = new Host();
		const first = await host.poll(visitorResults);
		expect(first).toMatchObject({ events: [], notices: [], state: { version: 1, revision: 1 } });
		expect(await host.poll(visitorResults)).toMatchObject({ events: [], notices: [] });
	});

	test('fires for everyone now in the report where that is chosen, once', async () => {
		const host = new Host({ firstPoll: 'everyone' });
		const first = await host.poll(visitorResults);
		expect(first.entered).toEqual([
			'u-1001',
			'Kim+Test@Example.test',
			'_PENDO_T_aB3dE5fG7hI',
			'88012345678901234567',
			'dept/a b%2F?ü#1',
		]);
		expect(first.events[0]!.row.account_auto_id).toBe('acme');
		expect((await host.poll(visitorResults)).entered).toEqual([]);
	});

	test('of an account report works alike', async () => {
		const host = new Host({ kind: 'account', firstPoll: 'everyone' });
		const first = await host.poll(accountResults);
		expect(first.entered).toEqual(['acme', 'parent::child', 'ACCOUNT-UNIQUE-ID']);
	});

	test.each(['[]', 'null', '{"results":[]}'])('may find nobody: %s', async (nobody) => {
		const host = new Host();
		await host.poll(nobody);
		expect((await host.poll(visitors('a'))).entered).toEqual(['a']);
	});
});

describe('a newcomer', () => {
	test('enters once, with the fields of the row and who, where and when', async () => {
		const host = new Host();
		await host.poll(visitors('u-1'));
		const body = `[{"visitorId":"u-1"},{"visitorId":"u-2","visitor_agent_email":"kim@example.test","daysActive":3,"visitor_agent_tags":["a","<nil>"],"visitor_auto_lastvisit":null}]`;
		const read = await host.poll(body, { now: start + 300_000 });
		expect(read.events).toEqual([
			{
				row: {
					visitorId: 'u-2',
					visitor_agent_email: 'kim@example.test',
					daysActive: 3,
					visitor_agent_tags: ['a', '<nil>'],
					visitor_auto_lastvisit: null,
				},
				pendo: {
					event: 'entered',
					eventId: expect.stringMatching(/^[\w-]{22}$/) as string,
					subject: { kind: 'visitor', id: 'u-2' },
					report: options.report,
					detectedAt: '2026-05-01T12:05:00.000Z',
				},
			},
		]);
		expect(read.notices).toEqual([]);
		expect((await host.poll(body)).events).toEqual([]);
	});

	test('with several rows is one event, with the first of them', async () => {
		const host = new Host();
		await host.poll('[]');
		const read = await host.poll(visitorResults);
		expect(read.entered.filter((id) => id === 'u-1001')).toHaveLength(1);
		expect(read.events[0]!.row).toMatchObject({ account_auto_id: 'acme', daysActive: 3 });
	});

	test('whose rows are far apart is one event', async () => {
		const host = new Host();
		await host.poll('[]');
		const ids = ['late', ...crowd(2_000), 'late'];
		expect((await host.poll(visitors(...ids))).entered).toEqual(['late', ...crowd(2_000)]);
	});

	test('among 500 who are shuffled at each of 30 polls is the only one', async () => {
		const host = new Host();
		const ids = crowd(500);
		await host.poll(visitors(...ids));
		for (let poll = 1; poll <= 30; poll++) {
			ids.sort((one, other) => hash(one, poll) - hash(other, poll));
			expect((await host.poll(visitors(...ids))).entered).toEqual([]);
		}
		ids.splice(250, 0, 'newcomer');
		expect((await host.poll(visitors(...ids))).entered).toEqual(['newcomer']);
	});

	test('is found however the answer is cut into chunks', async () => {
		const first = await poll(undefined, streamOf(visitors('a')), options);
		for (const size of [1, 2, 3, 7, 64]) {
			const read = await poll(first.state, streamOf(visitorResults, size), options);
			expect(read.events).toHaveLength(5);
		}
	});

	test('is not made of a row whose id is null or empty', async () => {
		const host = new Host();
		await host.poll(visitors('a'));
		const read = await host.poll('[{"visitorId":"a"},{"visitorId":""},{"visitorId":null}]');
		expect(read.events).toEqual([]);
	});
});

describe('a poll that finds the same people', () => {
	test('gives back the very state it was given, so that a host need not save', async () => {
		const { state } = await poll(undefined, streamOf(visitors('a', 'b', 'c')), options);
		const read = await poll(state, streamOf(visitors('c', 'a', 'b', 'a')), options);
		expect(read.state).toBe(state);
	});

	test('never changes the state it was given', async () => {
		const { state } = await poll(undefined, streamOf(visitors(...crowd(30))), options);
		const frozen = deepFreeze(structuredClone(state));
		for (const body of [visitors('new'), '[]', visitors(...crowd(31)), visitors(...crowd(3))]) {
			await poll(frozen, streamOf(body), { ...options, returning: 'firstTimeOnly' });
		}
		expect(frozen).toEqual(state);
	});

	test('counts only polls that hand something over', async () => {
		const host = new Host();
		const revisions = [];
		for (const ids of [['a', 'b'], ['a', 'b'], ['a'], ['a', 'c'], ['a', 'c']]) {
			await host.poll(visitors(...ids));
			revisions.push(readState(host.state, options.words)!.revision);
		}
		expect(revisions).toEqual([1, 1, 1, 2, 2]);
	});
});

describe('another report, kind or region', () => {
	test.each([
		['report', { report: { id: 'other', name: 'Other' } }],
		['kind', { kind: 'account' as const }],
		['region', { host: 'app.eu.pendo.io' }],
	])('is another watch: another %s fires for nobody and says so', async (_what, changes) => {
		const host = new Host({ firstPoll: 'everyone', returning: 'firstTimeOnly' });
		await host.poll(visitors('a', 'b'));
		const body = (ids: string[]) =>
			JSON.stringify(ids.map((id) => ({ visitorId: id, accountId: id })));
		const read = await host.poll(body(['x', 'y', 'z']), changes);
		expect(read.events).toEqual([]);
		expect(read.notices).toEqual([
			expect.objectContaining({
				notice: 'reset',
				counts: { present: 3 },
				severity: 'info',
			}),
		]);
		expect((await host.poll(body(['x', 'y', 'z', 'new']), changes)).entered).toEqual(['new']);
	});

	test('is not a new name of the same report', async () => {
		const host = new Host();
		await host.poll(visitors('a'));
		const renamed = { report: { ...options.report, name: 'Trial users, week 2' } };
		const read = await host.poll(visitors('a', 'b'), renamed);
		expect(read).toMatchObject({ entered: ['b'], notices: [] });
		expect(read.events[0]!.pendo.report.name).toBe('Trial users, week 2');
	});

	test('a copied trigger follows its own report, never compares with that of the original', async () => {
		const original = new Host();
		await original.poll(visitors(...crowd(200)));
		const copy = new Host({ report: { id: 'copy', name: 'Copy' } });
		copy.stored = original.stored;
		const read = await copy.poll(visitors(...crowd(200, 'x-')));
		expect(read.events).toEqual([]);
		expect(read.notices.map(({ notice }) => notice)).toEqual(['reset']);
		expect((await original.poll(visitors(...crowd(201)))).entered).toEqual(['u-201']);
	});

	test('a state that was lost is said to be so', async () => {
		const host = new Host({ firstPoll: 'everyone' });
		const read = await host.poll(visitors('a', 'b'), { anew: true });
		expect(read.events).toEqual([]);
		expect(read.notices.map(({ notice }) => notice)).toEqual(['reset']);
	});
});

describe('the id of an event', () => {
	const idsOf = (read: { events: ReadonlyArray<{ pendo: { eventId: string } }> }) =>
		read.events.map(({ pendo }) => pendo.eventId);

	test('is the same when a crash repeats the poll, and when others came meanwhile', async () => {
		const host = new Host();
		await host.poll(visitors('a'));
		const lost = await host.pollAndDie(visitors('a', 'b', 'c'), { now: start + 1 });
		const again = await host.pollAndDie(visitors('c', 'a', 'b'), { now: start + 60_000 });
		expect(idsOf(again)).toEqual(idsOf(lost).reverse());
		const later = await host.poll(visitors('a', 'x', 'b'), { now: start + 120_000 });
		expect(idsOf(later)).toContain(idsOf(lost)[0]);
	});

	test('is the same when a crash repeats the first poll, for everyone', async () => {
		const host = new Host({ firstPoll: 'everyone' });
		const lost = await host.pollAndDie(visitors('a', 'b'));
		expect(idsOf(await host.poll(visitors('a', 'b')))).toEqual(idsOf(lost));
	});

	test('is another one for another subject, another entering, another watch', async () => {
		const ids: string[] = [];
		for (const report of ['one', 'two']) {
			const host = new Host({ firstPoll: 'everyone', report: { id: report, name: report } });
			for (const present of [['a'], [], [], ['a', 'b'], ['b'], ['a', 'b']]) {
				ids.push(...idsOf(await host.poll(visitors(...present))));
			}
		}
		expect(ids).toHaveLength(8);
		expect(new Set(ids).size).toBe(8);
	});
});

function hash(id: string, seed: number): number {
	let value = seed;
	for (const character of id) value = (value * 31 + character.charCodeAt(0) * seed) % 1_000_003;
	return value;
}

function deepFreeze<T>(value: T): T {
	if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFreeze);
	return Object.freeze(value);
}
