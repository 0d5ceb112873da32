import type { WatchState } from '../../../core/watch';
import { crowd, Host, noticesOf, options, start, toldBy, visitors } from './watch.support';

const leaving = { events: ['left'] as const };

async function following(ids: unknown[], how: ConstructorParameters<typeof Host>[0] = leaving) {
	const host = new Host(how);
	await host.poll(visitors(...ids));
	return host;
}

describe('who leaves the report', () => {
	test('is told once, with the id alone, and who, where and when', async () => {
		const host = await following(['a', 'b']);
		const read = await host.poll(visitors('a'), { now: start + 60_000 });
		expect(read.events).toEqual([
			{
				row: { visitorId: 'b' },
				pendo: {
					event: 'left',
					eventId: expect.stringMatching(/^[\w-]{22}$/) as string,
					subject: { kind: 'visitor', id: 'b' },
					report: options.report,
					detectedAt: '2026-05-01T12:01:00.000Z',
				},
			},
		]);
		expect((await host.poll(visitors('a'))).events).toEqual([]);
	});

	test('is told each time, where somebody comes and goes', async () => {
		const host = await following(['a', 'b'], { events: ['entered', 'left'] });
		const told: string[] = [];
		for (const ids of [['a'], ['a', 'b'], ['a'], ['a'], ['a', 'b', 'c'], ['c']]) {
			told.push(...toldBy(await host.poll(visitors(...ids))));
		}
		expect(told).toEqual([
			'left b',
			'entered b',
			'left b',
			'entered b',
			'entered c',
			'left a',
			'left b',
		]);
	});

	test('is told after those who came, several in the order of their ids', async () => {
		const host = await following(['c', 'a', 'b', 'd'], { events: ['left', 'entered'] });
		expect(toldBy(await host.poll(visitors('x', 'd')))).toEqual([
			'entered x',
			'left a',
			'left b',
			'left c',
		]);
	});

	test('keeps the type of the id, and the digits of a long one', async () => {
		const host = new Host(leaving);
		await host.poll('[{"visitorId":"a"},{"visitorId":1e3},{"visitorId":12345678901234567890}]');
		const { events } = await host.poll(visitors('a'));
		expect(events.map(({ row, pendo }) => [row, pendo.subject.id])).toEqual([
			[{ visitorId: 1000 }, '1000'],
			[{ visitorId: '12345678901234567890' }, '12345678901234567890'],
		]);
	});

	test.each(['__proto__', ' ', 'a"b\\c', 'ü', '\ud83d', '\u2028', 'x'.repeat(100_000)])(
		'may have any id: %j',
		async (id) => {
			const host = await following(['a', id]);
			const { events } = await host.poll(visitors('a'));
			expect(events.map(({ row, pendo }) => [row['visitorId'], pendo.subject.id])).toEqual([
				[id, id],
			]);
		},
	);

	test('has the id accountId in an account report', async () => {
		const host = new Host({ ...leaving, kind: 'account' });
		await host.poll('[{"accountId":"acme"},{"accountId":"globex"}]');
		const { events } = await host.poll('[{"accountId":"acme"}]');
		expect(events[0]).toMatchObject({
			row: { accountId: 'globex' },
			pendo: { subject: { kind: 'account', id: 'globex' } },
		});
	});

	test('has not left while one of several rows is there', async () => {
		const host = await following(['a', 'b', 'b', 'b']);
		expect((await host.poll(visitors('b', 'a'))).events).toEqual([]);
		expect(toldBy(await host.poll(visitors('a')))).toEqual(['left b']);
	});

	test('is not told where leaving is not asked for, and nothing is kept for it', async () => {
		const host = await following(['a', 'b'], {});
		expect((await host.poll(visitors('a'))).events).toEqual([]);
		expect((host.state as WatchState).details).toBeUndefined();
	});

	test('is told from the next read on where it is asked for later', async () => {
		const host = await following(['a', 'b', 'c'], {});
		// Only fingerprints are kept of those who are gone: they cannot be named.
		expect((await host.poll(visitors('a', 'b'), leaving)).events).toEqual([]);
		expect(toldBy(await host.poll(visitors('a'), leaving))).toEqual(['left b']);
	});

	test('is told of the same id again when a crash repeats the poll', async () => {
		const host = await following(['a', 'b']);
		const lost = await host.pollAndDie(visitors('a'));
		const again = await host.poll(visitors('a'), { now: start + 1 });
		expect(again.events[0]!.pendo.eventId).toBe(lost.events[0]!.pendo.eventId);
	});
});

describe('a report that suddenly lost most of its rows', () => {
	const everyone = crowd(30);

	test('has told nobody as leaving before a second read says the same', async () => {
		const host = await following(everyone);
		const doubted = await host.poll(visitors('u-1'));
		expect([toldBy(doubted), noticesOf(doubted)]).toEqual([[], ['suspicious']]);
		const confirmed = await host.poll(visitors('u-1'));
		expect(toldBy(confirmed)).toEqual(
			everyone
				.slice(1)
				.sort()
				.map((id) => `left ${id}`),
		);
		expect((await host.poll(visitors('u-1'))).events).toEqual([]);
	});

	test('tells nobody who is back at the second read, and those who are not', async () => {
		const host = await following(everyone);
		await host.poll('[]');
		expect(toldBy(await host.poll(visitors(...everyone.slice(2))))).toEqual([
			'left u-1',
			'left u-2',
		]);
	});

	test('tells also of those who came in the doubted read and left right after', async () => {
		const host = await following(everyone);
		await host.poll(visitors('x', ...everyone.slice(20)));
		expect(toldBy(await host.poll(visitors(...everyone)))).toEqual(['left x']);
	});

	test('and loses most of the rest tells of those who were missing twice', async () => {
		const host = await following(everyone);
		await host.poll(visitors(...everyone.slice(0, 10)));
		const emptied = await host.poll('[]');
		expect(emptied.events).toHaveLength(20);
		expect(noticesOf(emptied)).toEqual(['suspicious']);
		expect((await host.poll('[]')).events).toHaveLength(10);
		expect((await host.poll('[]')).events).toEqual([]);
	});
});
