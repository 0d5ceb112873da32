import {
	discard,
	heldCount,
	release,
	startRelease,
	type HandOver,
	type WatchState,
} from '../../../core/watch';
import { crowd, failureOf, Host, noticesOf, options, toldBy, visitors } from './watch.support';

const flood = { mode: 'hold', threshold: 5, releaseNow: 2, keepLeavers: false } as const;

async function holding(ids: string[]): Promise<Host> {
	const host = new Host({ flood });
	await host.poll('[]');
	await host.poll(visitors(...ids));
	return host;
}

/** As a host does between two polls: what comes back is stored as JSON. */
function keep(host: Host, { state }: Pick<HandOver, 'state'>): WatchState {
	host.stored = JSON.stringify(state);
	return host.state as WatchState;
}

describe('between two polls', () => {
	test('held events are handed over a few at a time, in order, and at the end a notice says so', async () => {
		const host = await holding(crowd(5));
		const told = [];
		for (let turn = 0; turn < 4; turn++) {
			const result = await release(host.state as WatchState, 2, options);
			keep(host, result);
			told.push([toldBy({ events: result.events }), noticesOf({ notices: result.notices })]);
		}
		expect(told).toEqual([
			[['entered u-1', 'entered u-2'], []],
			[['entered u-3', 'entered u-4'], []],
			[['entered u-5'], ['released']],
			[[], []],
		]);
	});

	test('what was handed over is counted, and a poll releases the rest', async () => {
		const host = await holding(crowd(5));
		const { revision } = host.state as WatchState;
		const state = keep(host, await release(host.state as WatchState, 2, options));
		expect([state.revision, heldCount(state.held)]).toEqual([revision + 1, 3]);
		const read = await host.poll(visitors(...crowd(5)), { flood: { ...flood, mode: 'all' } });
		expect(read.entered).toEqual(['u-3', 'u-4', 'u-5']);
		expect(read.notices[0]!.counts).toMatchObject({ released: 5 });
	});

	test('the same is handed over again, with the same ids, where it was not saved', async () => {
		const host = await holding(crowd(5));
		const [lost, again] = [
			await release(host.state as WatchState, 3, options),
			await release(host.state as WatchState, 3, options),
		];
		expect(again.events).toEqual(lost.events);
	});

	test('a host that keeps the state in memory gets the same as one that writes it', async () => {
		const host = await holding(crowd(5));
		let state = host.state as WatchState;
		const entered = [];
		while (state.held) {
			const result = await release(state, 1, options);
			entered.push(...result.events.map(({ pendo }) => pendo.subject.id));
			state = result.state;
		}
		expect(entered).toEqual(crowd(5));
	});

	test('once a release was asked for, polls go on with it until nothing is held', async () => {
		const host = await holding(crowd(5));
		keep(host, { state: startRelease(host.state as WatchState) });
		const entered = [];
		for (let poll = 0; poll < 3; poll++) {
			entered.push((await host.poll(visitors(...crowd(5)))).entered);
		}
		expect(entered).toEqual([['u-1', 'u-2'], ['u-3', 'u-4'], ['u-5']]);
		const next = await host.poll(visitors(...crowd(5), ...crowd(5, 'x-')));
		expect([next.events, noticesOf(next)]).toEqual([[], ['held']]);
	});

	test('another flood during a release that was asked for is held too, until that is asked again', async () => {
		const host = await holding(crowd(5));
		keep(host, { state: startRelease(host.state as WatchState) });
		expect((await host.poll(visitors(...crowd(5)))).entered).toEqual(['u-1', 'u-2']);
		const all = visitors(...crowd(5), ...crowd(5, 'x-'));
		const flooded = await host.poll(all);
		expect([flooded.entered, noticesOf(flooded)]).toEqual([[], ['held']]);
		expect(flooded.notices[0]!.counts).toMatchObject({ detected: 5, held: 8 });
		expect((await host.poll(all)).events).toEqual([]);
		keep(host, { state: startRelease(host.state as WatchState) });
		expect((await host.poll(all)).entered).toEqual(['u-3', 'u-4']);
	});

	test('what is held can be dropped, with a notice', async () => {
		const host = await holding(crowd(5));
		const result = await discard(host.state as WatchState, options);
		expect([result.events, noticesOf({ notices: result.notices })]).toEqual([[], ['discarded']]);
		keep(host, result);
		expect((await host.poll(visitors(...crowd(5)))).events).toEqual([]);
	});

	test('there is nothing to do where nothing is held', async () => {
		const host = new Host();
		await host.poll(visitors('a'));
		const state = host.state as WatchState;
		expect(await release(state, 5, options)).toMatchObject({ state, events: [], needsRead: false });
		expect(await discard(state, options)).toEqual({ state, events: [], notices: [] });
		expect(startRelease(state)).toBe(state);
	});

	test('a row that was too much to keep needs a poll, which hands it over', async () => {
		const host = new Host({ flood });
		await host.poll('[]');
		const rows = crowd(90).map((visitorId) => ({ visitorId, text: '.'.repeat(100_000) }));
		await host.poll(JSON.stringify(rows));
		const kept = await release(host.state as WatchState, 1_000, options);
		expect([kept.events.length, kept.needsRead]).toEqual([79, false]);
		const state = keep(host, kept);
		expect(await release(state, 1, options)).toMatchObject({ state, events: [], needsRead: true });
		keep(host, { state: startRelease(state) });
		expect((await host.poll(JSON.stringify(rows))).events.map(({ row }) => row)).toEqual(
			rows.slice(79, 81),
		);
	});

	test('a damaged state is told, never guessed at', async () => {
		const state = (await holding(crowd(5))).state as WatchState;
		const { events } = state.held!;
		const damaged = { ...state, held: { ...state.held!, events: events.slice(0, -1) } };
		for (const use of [release(damaged, 1, options), discard(damaged, options)]) {
			expect((await failureOf(use)).code).toBe('state-damaged');
		}
	});
});
