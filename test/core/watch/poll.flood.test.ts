import type { Flood, PollOptions, WatchState } from '../../../core/watch';
import { heldCount } from '../../../core/watch';
import { crowd, Host, noticesOf, start, toldBy, visitors } from './watch.support';

jest.setTimeout(60_000);

const flood = (mode: Flood['mode'], more: Partial<Flood> = {}): Partial<PollOptions> => ({
	flood: { mode, threshold: 5, releaseNow: 2, keepLeavers: false, ...more },
});
const waiting = (host: Host) => heldCount((host.state as WatchState).held);

/** A watch of which these are held. */
async function holding(ids: string[], how: Partial<PollOptions> = {}): Promise<Host> {
	const host = new Host({ ...flood('hold'), ...how });
	await host.poll(visitors('a'));
	await host.poll(visitors('a', ...ids));
	expect(waiting(host)).toBe(ids.length);
	return host;
}

describe('as many events as the threshold in one poll', () => {
	test.each([
		[4, ['u-1', 'u-2', 'u-3', 'u-4'], []],
		[5, [], ['held']],
		[6, [], ['held']],
	])('are a flood, fewer are not: %i of 5', async (count, entered, notices) => {
		const host = new Host(flood('hold'));
		await host.poll('[]');
		const read = await host.poll(visitors(...crowd(count)));
		expect([read.entered, noticesOf(read)]).toEqual([entered, notices]);
	});

	test('are counted over all kinds together', async () => {
		const host = new Host({ ...flood('hold'), events: ['entered', 'left'] });
		await host.poll(visitors('a', 'b', 'c'));
		const read = await host.poll(visitors('x', 'y'));
		expect(read.events).toEqual([]);
		expect(read.notices[0]).toMatchObject({ notice: 'held', counts: { detected: 5, held: 5 } });
		expect(read.notices[0]!.text).toContain('2 entered, 3 left');
	});

	test('never are where there is none, however small the threshold', async () => {
		const host = new Host(flood('hold', { threshold: 0 }));
		await host.poll('[]');
		expect(await host.poll('[]')).toMatchObject({ events: [], notices: [] });
	});

	test('are protected from in the first poll too, where it fires for everyone', async () => {
		const host = new Host({ ...flood('hold'), firstPoll: 'everyone' });
		const first = await host.poll(visitors(...crowd(500)));
		expect([first.events, noticesOf(first)]).toEqual([[], ['held']]);
		const all = await host.poll(visitors(...crowd(500)), flood('all'));
		expect(all.entered).toEqual(crowd(500));
	});

	test('are none of those that nobody asked to be told', async () => {
		const host = new Host({ events: ['left'], firstPoll: 'everyone' });
		expect((await host.poll(visitors(...crowd(500)))).events).toEqual([]);
	});
});

describe('mode hold', () => {
	test('keeps all of them, in order, with the row and time of when they were seen, through restarts', async () => {
		const host = new Host(flood('hold'));
		await host.poll('[]');
		const then = crowd(7).map((visitorId) => ({ visitorId, plan: 'then' }));
		const now = then.map((row) => ({ ...row, plan: 'now' })).reverse();
		await host.poll(JSON.stringify(then), { now: start + 1_000 });
		for (let poll = 0; poll < 3; poll++) {
			expect(await host.poll(JSON.stringify(now))).toMatchObject({ events: [], notices: [] });
		}
		const read = await host.poll(JSON.stringify(now), { ...flood('all'), now: start + 9_000 });
		expect(read.events.map(({ row }) => row)).toEqual(then);
		expect(new Set(read.events.map(({ pendo }) => pendo.detectedAt))).toEqual(
			new Set(['2026-05-01T12:00:01.000Z']),
		);
	});

	test('says so once, with how many, a few of them and what to do', async () => {
		const host = new Host(flood('hold'));
		await host.poll('[]');
		const { notices } = await host.poll(visitors(...crowd(500)));
		expect(notices).toEqual([
			expect.objectContaining({
				notice: 'held',
				title: '500 events of "Trial users, week 1" are held',
				severity: 'warning',
				counts: { detected: 500, held: 500, leftAgain: 0 },
				samples: crowd(5),
				next: 'Choose another mode.',
			}),
		]);
	});

	test('gives back the very state while nothing happens', async () => {
		const host = await holding(crowd(7));
		const before = host.stored;
		await host.poll(visitors('a', ...crowd(7)));
		expect(host.stored).toBe(before);
	});

	test('lets few newcomers pass while others wait, and adds a second flood behind the first', async () => {
		const host = await holding(crowd(6));
		expect((await host.poll(visitors('a', ...crowd(6), 'few'))).entered).toEqual(['few']);
		const second = await host.poll(visitors('a', 'few', ...crowd(6), ...crowd(5, 'x-')));
		expect(second.events).toEqual([]);
		expect(second.notices[0]!.counts).toEqual({ detected: 5, held: 11, leftAgain: 0 });
		const all = await host.poll(visitors('a', 'few', ...crowd(6), ...crowd(5, 'x-')), flood('all'));
		expect(all.entered).toEqual([...crowd(6), ...crowd(5, 'x-')]);
	});
});

describe('mode gradual', () => {
	test('hands over a few at each poll, in order, and says when it is done', async () => {
		const host = new Host(flood('gradual'));
		await host.poll('[]');
		const polls = [];
		for (let poll = 0; poll < 5; poll++) {
			const read = await host.poll(visitors(...crowd(5)));
			polls.push([read.entered, noticesOf(read)]);
		}
		expect(polls).toEqual([
			[['u-1', 'u-2'], ['held']],
			[['u-3', 'u-4'], []],
			[['u-5'], ['released']],
			[[], []],
			[[], []],
		]);
	});

	test('lets whoever comes meanwhile wait behind the others', async () => {
		const host = new Host(flood('gradual'));
		await host.poll('[]');
		await host.poll(visitors(...crowd(5)));
		expect((await host.poll(visitors('new', ...crowd(5)))).entered).toEqual(['u-3', 'u-4']);
		expect((await host.poll(visitors('new', ...crowd(5)))).entered).toEqual(['u-5', 'new']);
	});

	test('holds nobody where a flood is no more than one release, and says nothing', async () => {
		const host = new Host(flood('gradual', { releaseNow: 5 }));
		await host.poll('[]');
		const read = await host.poll(visitors(...crowd(5)));
		expect([read.entered, read.notices]).toEqual([crowd(5), []]);
	});

	test('that releases nothing at polls leaves the state as it is', async () => {
		const host = await holding(crowd(6));
		const before = host.stored;
		await host.poll(visitors('a', ...crowd(6)), flood('gradual', { releaseNow: 0 }));
		expect(host.stored).toBe(before);
	});
});

describe('mode all', () => {
	test('holds nobody', async () => {
		const host = new Host(flood('all'));
		await host.poll('[]');
		const read = await host.poll(visitors(...crowd(500)));
		expect([read.entered, read.notices]).toEqual([crowd(500), []]);
	});
});

describe('mode discard', () => {
	test('drops a flood with a notice, and whoever is discarded is known', async () => {
		const host = new Host(flood('discard'));
		await host.poll('[]');
		const read = await host.poll(visitors(...crowd(5)));
		expect(read.events).toEqual([]);
		expect(read.notices).toEqual([
			expect.objectContaining({
				notice: 'discarded',
				title: '5 events of "Trial users, week 1" were discarded',
				counts: { discarded: 5, held: 0, leftAgain: 0 },
			}),
		]);
		expect((await host.poll(visitors(...crowd(6)))).entered).toEqual(['u-6']);
	});
});

describe('choosing another mode acts on what is held at the next poll', () => {
	test('send all: all of it, then those who are new', async () => {
		const host = await holding(crowd(6));
		const read = await host.poll(visitors('new', 'a', ...crowd(6)), flood('all'));
		expect(read.entered).toEqual([...crowd(6), 'new']);
		expect(read.notices[0]).toMatchObject({ notice: 'released', counts: { released: 6, held: 0 } });
		expect((await host.poll(visitors('new', 'a', ...crowd(6)))).events).toEqual([]);
	});

	test('release gradually: from the first on', async () => {
		const host = await holding(crowd(6));
		const read = await host.poll(visitors('a', ...crowd(6)), flood('gradual'));
		expect([read.entered, waiting(host)]).toEqual([['u-1', 'u-2'], 4]);
	});

	test('and back to hold: the rest waits again', async () => {
		const host = await holding(crowd(6));
		await host.poll(visitors('a', ...crowd(6)), flood('gradual'));
		expect((await host.poll(visitors('a', ...crowd(6)))).events).toEqual([]);
		expect(waiting(host)).toBe(4);
	});

	test('discard: all of it, but not who comes at that poll', async () => {
		const host = await holding(crowd(6));
		const read = await host.poll(visitors('new', 'a', ...crowd(6)), flood('discard'));
		expect([read.entered, noticesOf(read), waiting(host)]).toEqual([['new'], ['discarded'], 0]);
	});
});

describe('who is held', () => {
	const all = { events: ['entered', 'left', 'changed'] as const, changedFields: ['plan'] };
	const plan = (value: number, ids = crowd(5)) =>
		JSON.stringify(ids.map((visitorId) => ({ visitorId, plan: value })));

	test('and leaves again is dropped, with a count in the next notice', async () => {
		const host = await holding(crowd(6));
		expect(await host.poll(visitors('a', ...crowd(4)))).toMatchObject({ events: [], notices: [] });
		const read = await host.poll(visitors('a', ...crowd(4)), flood('all'));
		expect(read.entered).toEqual(crowd(4));
		expect(read.notices[0]).toMatchObject({ counts: { released: 4, leftAgain: 2 } });
		expect(read.notices[0]!.text).toContain('2 visitors left the report again');
	});

	test('is dropped also where leaving is told: of both nobody hears', async () => {
		const host = await holding(crowd(6), { events: ['entered', 'left'] });
		expect((await host.poll(visitors('a', ...crowd(5)))).events).toEqual([]);
		expect(toldBy(await host.poll(visitors('a', ...crowd(5)), flood('all')))).toEqual(
			crowd(5).map((id) => `entered ${id}`),
		);
	});

	test('is told of where the last one left', async () => {
		const host = await holding(crowd(6));
		const read = await host.poll(visitors('a'));
		expect(read.notices[0]).toMatchObject({ counts: { released: 0, held: 0, leftAgain: 6 } });
	});

	test('and was dropped enters at the return, also where only the first time counts', async () => {
		const host = await holding(crowd(6), { returning: 'firstTimeOnly' });
		await host.poll(visitors('a', ...crowd(5)));
		const back = await host.poll(visitors('a', ...crowd(6)));
		expect(back.entered).toEqual(['u-6']);
		await host.poll(visitors('a', ...crowd(5)));
		expect((await host.poll(visitors('a', ...crowd(6)))).entered).toEqual([]);
	});

	test('is kept though gone, where that is chosen', async () => {
		const host = await holding(crowd(6));
		const kept = { keepLeavers: true };
		await host.poll(visitors('a'), flood('hold', kept));
		expect((await host.poll(visitors('a'), flood('all', kept))).entered).toEqual(crowd(6));
	});

	test('is not dropped by a read that is doubted', async () => {
		const host = await holding(crowd(40));
		expect(noticesOf(await host.poll('[]'))).toEqual(['suspicious']);
		expect(waiting(host)).toBe(40);
		const back = await host.poll(visitors('a', ...crowd(40)), flood('all'));
		expect(back.entered).toEqual(crowd(40));
	});

	test('enters once, however often it leaves and comes back, with the row of the return', async () => {
		const host = new Host({ ...flood('hold', { keepLeavers: true }), ...all });
		await host.poll('[]');
		await host.poll(plan(1));
		await host.poll(plan(1, crowd(4)));
		await host.poll(plan(2));
		const read = await host.poll(plan(2), flood('all'));
		expect(toldBy(read)).toEqual([
			...crowd(5).map((id) => `entered ${id}`),
			...crowd(4).map((id) => `changed ${id}`),
		]);
		expect(read.events[4]!.row).toEqual({ visitorId: 'u-5', plan: 2 });
	});

	test('and comes and goes has an id for each event, none of them twice', async () => {
		const keep = { threshold: 1, keepLeavers: true };
		const host = new Host({ ...flood('hold', keep), ...all });
		await host.poll(plan(1, ['a', 'kim']));
		const there = `${plan(1, ['a']).slice(0, -1)},${plan(2, ['kim']).slice(1)}`;
		for (const body of [there, plan(1, ['a']), there, plan(1, ['a'])]) await host.poll(body);
		const read = await host.poll(plan(1, ['a']), flood('all', keep));
		expect(toldBy(read)).toEqual(['changed kim', 'left kim', 'entered kim', 'left kim']);
		expect(new Set(read.events.map(({ pendo }) => pendo.eventId)).size).toBe(4);
	});

	test('and changes is told behind, in order; a second change joins the first', async () => {
		const host = new Host({ ...flood('hold'), ...all, oldValues: true });
		await host.poll('[]');
		await host.poll(plan(1));
		for (const value of [2, 3, 4]) {
			expect(await host.poll(plan(value))).toMatchObject({ events: [], notices: [] });
		}
		expect(waiting(host)).toBe(10);
		const { events } = await host.poll(plan(4), flood('all'));
		expect(events.slice(0, 5).map(({ row }) => row['plan'])).toEqual([1, 1, 1, 1, 1]);
		expect(events.slice(5).map(({ row, pendo }) => [row['plan'], pendo.changes])).toEqual(
			Array(5).fill([4, { plan: { from: 1, to: 4 } }]),
		);
	});
});

describe('more than a host can keep', () => {
	const big = (ids: string[], size: number) =>
		JSON.stringify(ids.map((visitorId) => ({ visitorId, text: visitorId.padEnd(size, '.') })));

	test.each([
		['10,000 events', 10_050, 10],
		['8 MB of rows', 90, 100_000],
	])('%s: the rest is read again from the report at its release', async (_what, count, size) => {
		const host = new Host(flood('hold'));
		await host.poll('[]');
		const ids = crowd(count);
		await host.poll(big(ids, size));
		expect(waiting(host)).toBe(count);
		const bytes = host.stored!.length;
		const read = await host.poll(big(ids, size), flood('all'));
		expect(read.entered).toEqual(ids);
		expect(
			read.events.every(({ row }) => (row['text'] as string).startsWith(String(row['visitorId']))),
		).toBe(true);
		expect(waiting(host)).toBe(0);
		expect(bytes).toBeLessThan(8_000_000);
	});

	test('is released gradually too, each with its row, none twice', async () => {
		const host = new Host(flood('hold'));
		await host.poll('[]');
		const ids = crowd(90);
		await host.poll(big(ids, 100_000));
		const entered = [];
		for (let poll = 0; poll < 3; poll++) {
			const read = await host.poll(big(ids, 100_000), flood('gradual', { releaseNow: 30 }));
			entered.push(...read.entered);
			expect(read.events.map(({ row }) => (row['text'] as string).length)).toEqual(
				Array(30).fill(100_000),
			);
		}
		expect(entered).toEqual(ids);
	});

	test('waits on while its rows are missing from a doubted read', async () => {
		const host = new Host(flood('hold'));
		await host.poll('[]');
		const ids = crowd(90);
		await host.poll(big(ids, 100_000));
		const doubted = await host.poll(big(ids.slice(0, 10), 100_000), flood('all'));
		const back = await host.poll(big(ids, 100_000), flood('all'));
		expect([...doubted.entered, ...back.entered]).toEqual(ids);
		expect(back.events.every(({ row }) => 'text' in row)).toBe(true);
	});

	test('has the id alone of whoever is gone and is kept all the same', async () => {
		const host = new Host(flood('hold', { keepLeavers: true }));
		await host.poll('[]');
		const ids = crowd(90);
		await host.poll(big(ids, 100_000));
		await host.poll(visitors('u-1'));
		const read = await host.poll(visitors('u-1'), flood('all', { keepLeavers: true }));
		expect(read.entered).toEqual(ids);
		expect(read.events.at(-1)!.row).toEqual({ visitorId: 'u-90' });
	});
});
