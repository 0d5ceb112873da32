import { readState } from '../../../core/watch';
import { crowd, Host, start, visitors, options } from './watch.support';

const everyone = crowd(100);
const few = crowd(49);

async function following(ids: string[]): Promise<Host> {
	const host = new Host();
	await host.poll(visitors(...ids));
	return host;
}

describe('a report that suddenly lost most of its rows', () => {
	test('is told once, and who comes back at the next poll does not fire', async () => {
		const host = await following(everyone);
		const read = await host.poll(visitors(...few));
		expect(read.events).toEqual([]);
		expect(read.notices).toEqual([
			expect.objectContaining({
				notice: 'suspicious',
				severity: 'warning',
				counts: { known: 100, missing: 51 },
			}),
		]);
		expect(await host.poll(visitors(...everyone))).toMatchObject({ events: [], notices: [] });
		expect(await host.poll(visitors(...everyone))).toMatchObject({ events: [], notices: [] });
	});

	test.each([
		['null', 'null'],
		['an empty list', '[]'],
		['an empty list of results', '{"results":[]}'],
		['rows that all lack an id', '[{"visitorId":null},{"visitorId":""}]'],
	])('also where nothing is left: %s', async (_what, nobody) => {
		for (const size of [1, 5, 100]) {
			const host = await following(crowd(size));
			const read = await host.poll(nobody);
			expect(read.notices.map(({ notice, counts }) => [notice, counts])).toEqual([
				['suspicious', { known: size, missing: size }],
			]);
			expect((await host.poll(visitors(...crowd(size)))).events).toEqual([]);
		}
	});

	test('is believed at the second poll that says so', async () => {
		for (const remaining of [few, []]) {
			const host = await following(everyone);
			await host.poll(visitors(...remaining));
			expect(await host.poll(visitors(...remaining))).toMatchObject({ events: [], notices: [] });
			expect((await host.poll(visitors(...everyone))).entered).toEqual(
				everyone.slice(remaining.length),
			);
		}
	});

	test('is doubted anew each time, also when the first doubt was for nothing', async () => {
		const host = await following(everyone);
		for (let round = 0; round < 3; round++) {
			expect((await host.poll('[]')).notices).toHaveLength(1);
			expect(await host.poll(visitors(...everyone))).toMatchObject({ events: [], notices: [] });
		}
	});

	test('fires for newcomers as ever, once', async () => {
		const host = await following(everyone);
		expect((await host.poll(visitors('x', ...few))).entered).toEqual(['x']);
		expect((await host.poll(visitors('y', 'x', ...everyone))).entered).toEqual(['y']);
		expect((await host.poll(visitors('y', 'x', ...everyone))).entered).toEqual([]);
	});

	test('fires for newcomers in a read that confirms it, once', async () => {
		const host = await following(everyone);
		await host.poll(visitors('x', ...few));
		expect((await host.poll(visitors('x', 'y', ...few))).entered).toEqual(['y']);
		expect((await host.poll(visitors('x', 'y', ...few))).entered).toEqual([]);
	});

	test('is not confirmed by a read that lost most of the rest: that is a doubt of its own', async () => {
		const host = await following(everyone);
		await host.poll(visitors(...few));
		const read = await host.poll('[]');
		expect(read.notices.map(({ notice, counts }) => [notice, counts])).toEqual([
			['suspicious', { known: 49, missing: 49 }],
		]);
		// The other 51 were missing twice.
		expect((await host.poll(visitors(...everyone))).entered).toEqual(everyone.slice(49));
		expect((await host.poll(visitors(...everyone))).entered).toEqual([]);
	});

	test('is not confirmed by a poll that failed', async () => {
		const host = await following(everyone);
		await host.poll(visitors(...few));
		await host.failure('[{"visitorId":"u-1"}');
		expect((await host.poll(visitors(...everyone))).events).toEqual([]);
	});

	test('notes when the doubt began', async () => {
		const host = await following(everyone);
		await host.poll('[]', { now: start + 5 });
		expect(readState(host.state, options.words)!.suspicion!.since).toBe(start + 5);
		await host.poll('[]', { now: start + 9 });
		expect(readState(host.state, options.words)!.suspicion).toBeUndefined();
	});
});

describe('no suspicion falls on', () => {
	test.each([
		['a report that lost exactly half', 100, 50],
		['a report of nineteen that lost all but one', 19, 1],
		['a report that grew', 100, 300],
	])('%s', async (_what, before, after) => {
		const host = await following(crowd(before));
		const read = await host.poll(visitors(...crowd(after)));
		expect(read.notices).toEqual([]);
		await host.poll(visitors(...crowd(after)));
		expect((await host.poll(visitors(...crowd(before)))).entered).toEqual(
			crowd(before).slice(after),
		);
	});

	test('a report that was empty and still is', async () => {
		const host = await following([]);
		expect((await host.poll('[]')).notices).toEqual([]);
	});
});

test('a report of twenty that lost eleven is suspicious, and so is one whose people were all replaced', async () => {
	const twenty = await following(crowd(20));
	expect((await twenty.poll(visitors(...crowd(9)))).notices).toHaveLength(1);
	const replaced = await following(crowd(20));
	const read = await replaced.poll(visitors(...crowd(20, 'x-')));
	expect(read.notices.map(({ notice }) => notice)).toEqual(['suspicious']);
	expect(read.entered).toEqual(crowd(20, 'x-'));
});
