import type { PollOptions, WatchState } from '../../../core/watch';
import { Host, noticesOf, options, toldBy } from './watch.support';

const changing = { events: ['changed'] as const, changedFields: ['plan'] };
const withOld = { ...changing, oldValues: true };
const json = (...rows: object[]) => JSON.stringify(rows);
const kim = (plan: unknown, more = {}) => json({ visitorId: 'kim', plan, ...more });

async function following(body: string, how: Partial<PollOptions> = changing): Promise<Host> {
	const host = new Host(how);
	await host.poll(body);
	return host;
}

async function changesFrom(before: string, after: string, how: Partial<PollOptions> = withOld) {
	const host = await following(before, how);
	const { events } = await host.poll(after);
	expect((await host.poll(after)).events).toEqual([]);
	return events.map(({ pendo }) => pendo.changes);
}

describe('a change of a chosen field', () => {
	test('is told once, with the whole row and the new value', async () => {
		const host = await following(kim('free', { seats: 1 }));
		const { events } = await host.poll(kim('paid', { seats: 2 }));
		expect(events).toEqual([
			{
				row: { visitorId: 'kim', plan: 'paid', seats: 2 },
				pendo: {
					event: 'changed',
					eventId: expect.stringMatching(/^[\w-]{22}$/) as string,
					subject: { kind: 'visitor', id: 'kim' },
					report: options.report,
					detectedAt: '2026-05-01T12:00:00.000Z',
					changes: { plan: { to: 'paid' } },
				},
			},
		]);
		expect((await host.poll(kim('paid'))).events).toEqual([]);
	});

	test('tells the old value where that is asked for, change after change', async () => {
		const host = await following(kim('free'), withOld);
		const changes = [];
		for (const plan of ['paid', 'paid', null, 'free', { a: 1 }]) {
			changes.push(...(await host.poll(kim(plan))).events.map(({ pendo }) => pendo.changes));
		}
		expect(changes).toEqual([
			{ plan: { from: 'free', to: 'paid' } },
			{ plan: { from: 'paid', to: null } },
			{ plan: { from: null, to: 'free' } },
			{ plan: { from: 'free', to: { a: 1 } } },
		]);
	});

	test('keeps no value where the old one is not asked for', async () => {
		const host = await following(kim('a marker'));
		expect(Object.keys((host.state as WatchState).details!)).toEqual(['fields', 'hashes']);
	});

	test.each([
		['text and number', '1', 1],
		['true and text', true, 'true'],
		['zero and null', 0, null],
		['an empty text and null', '', null],
		['false and null', false, null],
		['lists in another order', [1, 2], [2, 1]],
		['members of another name', { a: 1 }, { b: 1 }],
		['nested values', { a: [{ b: 1 }] }, { a: [{ b: 2 }] }],
	])('is one between %s', async (_what, from, to) => {
		expect(await changesFrom(kim(from), kim(to))).toEqual([{ plan: { from, to } }]);
	});

	test.each([
		[
			'members in another order',
			'{"a":1,"b":{"c":[1,{"d":2,"e":3}],"f":4}}',
			'{"b":{"f":4,"c":[1,{"e":3,"d":2}]},"a":1}',
		],
		['another spelling of a number', '1000', '1e3'],
		['another spelling of a text', '"é"', '"\\u00e9"'],
		['spaces', '[1,2]', '[ 1 ,\n2 ]'],
	])('is none between %s', async (_what, one, other) => {
		const body = (plan: string) => `[{"visitorId":"kim","plan":${plan}}]`;
		expect(await changesFrom(body(one), body(other))).toEqual([]);
	});

	test('is none between null and a column that is not there', async () => {
		expect(await changesFrom(kim(null), json({ visitorId: 'kim' }))).toEqual([]);
		expect(await changesFrom(json({ visitorId: 'kim' }), kim(null))).toEqual([]);
		expect(await changesFrom(kim('a'), json({ visitorId: 'kim' }))).toEqual([
			{ plan: { from: 'a', to: null } },
		]);
	});

	test('sees each digit of a long number', async () => {
		const body = (plan: string) => `[{"visitorId":"kim","plan":${plan}}]`;
		expect(await changesFrom(body('9007199254740992'), body('9007199254740993'))).toEqual([
			{ plan: { from: '9007199254740992', to: '9007199254740993' } },
		]);
	});

	test.each(['__proto__', 'constructor', 'a.b', 'ü', ''])(
		'may be of a field of any name: %j',
		async (name) => {
			const body = (value: number) => `[{"visitorId":"kim",${JSON.stringify(name)}:${value}}]`;
			const [changes] = await changesFrom(body(1), body(2), { ...withOld, changedFields: [name] });
			expect(Object.entries(changes!)).toEqual([[name, { from: 1, to: 2 }]]);
		},
	);

	test('of several fields is one event, and tells those that changed', async () => {
		const how = { ...withOld, changedFields: ['plan', 'seats', 'city'] };
		const before = kim('free', { seats: 1, city: 'Kiel' });
		expect(await changesFrom(before, kim('paid', { seats: 2, city: 'Kiel' }), how)).toEqual([
			{ plan: { from: 'free', to: 'paid' }, seats: { from: 1, to: 2 } },
		]);
	});

	test('of another field is no event', async () => {
		expect(await changesFrom(kim('a', { seats: 1 }), kim('a', { seats: 2 }))).toEqual([]);
	});

	test('is told of members alone, after those who entered and before those who left', async () => {
		const host = await following(
			json({ visitorId: 'a', plan: 1 }, { visitorId: 'b', plan: 1 }, { visitorId: 'c', plan: 1 }),
			{ ...changing, events: ['left', 'changed', 'entered'] },
		);
		const after = json(
			{ visitorId: 'c', plan: 2 },
			{ visitorId: 'new', plan: 9 },
			{ visitorId: 'a', plan: 3 },
		);
		expect(toldBy(await host.poll(after))).toEqual([
			'entered new',
			'changed c',
			'changed a',
			'left b',
		]);
	});

	test('of who is back after a doubted read is held against the values before', async () => {
		const host = await following(kim('free'), withOld);
		expect(noticesOf(await host.poll('[]'))).toEqual(['suspicious']);
		const { events } = await host.poll(kim('paid'));
		expect(events.map(({ pendo }) => pendo.changes)).toEqual([
			{ plan: { from: 'free', to: 'paid' } },
		]);
	});
});

describe('a field that is chosen later', () => {
	test('does not fire at that read, and does from then on', async () => {
		const host = await following(kim('free', { seats: 1 }), withOld);
		const both = { changedFields: ['plan', 'seats'] };
		expect((await host.poll(kim('free', { seats: 5 }), both)).events).toEqual([]);
		const { events } = await host.poll(kim('free', { seats: 6 }), both);
		expect(events.map(({ pendo }) => pendo.changes)).toEqual([{ seats: { from: 5, to: 6 } }]);
	});

	test('hides no change of a field that was followed before', async () => {
		const host = await following(kim('free', { seats: 1 }), withOld);
		const both = { changedFields: ['seats', 'plan'] };
		const { events } = await host.poll(kim('paid', { seats: 5 }), both);
		expect(events.map(({ pendo }) => pendo.changes)).toEqual([
			{ plan: { from: 'free', to: 'paid' } },
		]);
	});

	test('in another order is the same choice', async () => {
		const host = await following(kim('free', { seats: 1 }), {
			...withOld,
			changedFields: ['plan', 'seats'],
		});
		const other = { changedFields: ['seats', 'plan'] };
		expect((await host.poll(kim('free', { seats: 1 }), other)).events).toEqual([]);
		const { events } = await host.poll(kim('paid', { seats: 1 }), other);
		expect(events.map(({ pendo }) => pendo.changes)).toEqual([
			{ plan: { from: 'free', to: 'paid' } },
		]);
	});

	test('old values asked for later are told from the second change on', async () => {
		const host = await following(kim(1));
		const old = { oldValues: true };
		const first = await host.poll(kim(2), old);
		const second = await host.poll(kim(3), old);
		expect([first, second].map(({ events }) => events[0]!.pendo.changes)).toEqual([
			{ plan: { to: 2 } },
			{ plan: { from: 2, to: 3 } },
		]);
	});
});

describe('someone with several rows', () => {
	const rows = (...plans: unknown[]) =>
		json(...plans.map((plan, account) => ({ visitorId: 'kim', account, plan })));

	test('has not changed when they come in another order, nor when one more says the same', async () => {
		const host = await following(rows(1, 2), withOld);
		const before = host.stored;
		for (const body of [rows(2, 1), rows(1, 2, 2), rows(2, 2, 1, 1)]) {
			expect((await host.poll(body)).events).toEqual([]);
			expect(host.stored).toBe(before);
		}
	});

	test.each([
		['one of them changed', [1, 1], [1, 2]],
		['the first of them changed', [1, 1], [2, 1]],
		['all of them changed', [1, 2], [3, 4]],
		['a row with another value came', [1], [1, 1, 2]],
		['the row with another value went', [1, 2], [1]],
	])('is one event when %s', async (_what, before, after) => {
		const host = await following(rows(...before));
		expect(toldBy(await host.poll(rows(...after)))).toEqual(['changed kim']);
		expect((await host.poll(rows(...after))).events).toEqual([]);
		expect((await host.poll(rows(...[...after].reverse()))).events).toEqual([]);
	});

	test('is told with the first row that is not as before, or with all of them', async () => {
		for (const shown of ['first', 'all'] as const) {
			const host = await following(rows(1, 1), { ...withOld, rows: shown });
			const [event] = (await host.poll(rows(1, 2, 1))).events;
			const all = JSON.parse(rows(1, 2, 1)) as unknown[];
			expect(event!.row).toEqual(all[shown === 'first' ? 1 : 0]);
			expect(event!.pendo.rows).toEqual(shown === 'first' ? undefined : all);
			expect(event!.pendo.changes).toEqual({ plan: { from: 1, to: 2 } });
		}
	});
});

test('asking for changes without a field is refused in words', async () => {
	const failure = await new Host({ ...changing, changedFields: [] }).failure('[]');
	expect(failure).toMatchObject({ code: 'nothing-to-tell', transient: false });
	expect((await new Host({ events: [] }).failure('[]')).code).toBe('nothing-to-tell');
});
