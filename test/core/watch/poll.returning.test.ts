import { readState } from '../../../core/watch';
import { Host, visitors, options } from './watch.support';

describe('who left and comes back', () => {
	test('enters again, as in the Zapier app', async () => {
		const host = new Host();
		await host.poll(visitors('a', 'b'));
		expect((await host.poll(visitors('a'))).events).toEqual([]);
		expect((await host.poll(visitors('a', 'b'))).entered).toEqual(['b']);
		expect((await host.poll(visitors('a', 'b'))).entered).toEqual([]);
	});

	test('also where the whole of a small report came and went', async () => {
		const host = new Host();
		await host.poll(visitors('a'));
		await host.poll('[]');
		await host.poll('[]');
		expect((await host.poll(visitors('a'))).entered).toEqual(['a']);
	});
});

describe('only the first time', () => {
	test('who left and comes back does not enter again, however often', async () => {
		const host = new Host({ returning: 'firstTimeOnly' });
		await host.poll(visitors('a', 'b'));
		for (let round = 0; round < 5; round++) {
			expect((await host.poll(visitors('a'))).events).toEqual([]);
			expect((await host.poll(visitors('a', 'b'))).events).toEqual([]);
		}
		await host.poll(visitors('a', 'b', 'new'));
		await host.poll(visitors('a', 'b'));
		expect((await host.poll(visitors('a', 'b', 'new'))).events).toEqual([]);
		expect((await host.poll(visitors('newer'))).entered).toEqual(['newer']);
	});

	test('holds for those of the first poll, whether it fired for them or not', async () => {
		for (const firstPoll of ['snapshot', 'everyone'] as const) {
			const host = new Host({ returning: 'firstTimeOnly', firstPoll });
			await host.poll(visitors('a', 'b', 'c'));
			await host.poll(visitors('a', 'b'));
			expect((await host.poll(visitors('a', 'b', 'c'))).events).toEqual([]);
		}
	});

	test('switched on later, holds for everyone from then on', async () => {
		const host = new Host();
		await host.poll(visitors('a', 'b', 'before'));
		await host.poll(visitors('a', 'b'));
		const on = { returning: 'firstTimeOnly' } as const;
		expect((await host.poll(visitors('a', 'b'), on)).events).toEqual([]);
		await host.poll(visitors('a'), on);
		expect((await host.poll(visitors('a', 'b'), on)).events).toEqual([]);
		expect((await host.poll(visitors('a', 'b', 'before'), on)).entered).toEqual(['before']);
		await host.poll(visitors('a', 'b'), on);
		expect((await host.poll(visitors('a', 'b', 'before'), on)).events).toEqual([]);
	});

	test('switched off later, forgets who was there before, but not who is there now', async () => {
		const host = new Host({ returning: 'firstTimeOnly' });
		await host.poll(visitors('a', 'b', 'c'));
		await host.poll(visitors('a'));
		await host.poll(visitors('a', 'b'));
		const off = { returning: 'everyTime' } as const;
		expect((await host.poll(visitors('a', 'b'), off)).events).toEqual([]);
		expect(readState(host.state, options.words)!.seen).toBeUndefined();
		expect((await host.poll(visitors('a', 'b', 'c'), off)).entered).toEqual(['c']);
		await host.poll(visitors('a', 'c'), off);
		expect((await host.poll(visitors('a', 'b', 'c'), off)).entered).toEqual(['b']);
	});

	test('switched off at the poll at which someone returns, lets them enter', async () => {
		const host = new Host({ returning: 'firstTimeOnly' });
		await host.poll(visitors('a', 'b'));
		await host.poll(visitors('a'));
		expect((await host.poll(visitors('a', 'b'), { returning: 'everyTime' })).entered).toEqual([
			'b',
		]);
	});

	test('keeps what it remembers as it is while nobody new comes', async () => {
		const host = new Host({ returning: 'firstTimeOnly' });
		await host.poll(visitors('a', 'b'));
		const { seen } = readState(host.state, options.words)!;
		await host.poll(visitors('a'));
		expect(readState(host.state, options.words)!.seen).toBe(seen);
		await host.poll(visitors('a', 'c'));
		expect(readState(host.state, options.words)!.seen).not.toBe(seen);
	});

	test('holds for those who were there during a suspicious read', async () => {
		const people = Array.from({ length: 40 }, (_, index) => `u-${index}`);
		const host = new Host();
		await host.poll(visitors(...people));
		const on = { returning: 'firstTimeOnly' } as const;
		await host.poll(visitors('u-0', 'new'), on);
		await host.poll(visitors(...people, 'new'), on);
		await host.poll(visitors(...people.slice(0, 30)), on);
		expect((await host.poll(visitors(...people, 'new'), on)).events).toEqual([]);
	});
});
