import { Host, visitors } from './watch.support';

const pairs = { pair: true, events: ['entered', 'left'] as const };
const row = (visitorId: unknown, accountId?: unknown) => ({
	visitorId,
	...(accountId !== undefined && { accountId }),
});
const json = (...rows: object[]) => JSON.stringify(rows);

async function told(before: object[], after: object[]): Promise<unknown[]> {
	const host = new Host(pairs);
	await host.poll(json(...before));
	const { events } = await host.poll(json(...after));
	expect((await host.poll(json(...[...after].reverse()))).events).toEqual([]);
	return events.map(({ pendo }) => [pendo.event, pendo.subject.id, pendo.subject.accountId]);
}

describe('each pair of a visitor and an account, followed on its own', () => {
	test('enters and leaves on its own', async () => {
		expect(
			await told(
				[row('kim', 'acme'), row('kim', 'globex'), row('lee', 'acme')],
				[row('kim', 'acme'), row('kim', 'initech'), row('lee', 'acme')],
			),
		).toEqual([
			['entered', 'kim', 'initech'],
			['left', 'kim', 'globex'],
		]);
	});

	test('is one event however many rows it has, with its own row', async () => {
		const host = new Host({ ...pairs, firstPoll: 'everyone', rows: 'all' });
		const rows = [
			{ ...row('kim', 'acme'), day: 1 },
			{ ...row('kim', 'globex'), day: 1 },
			{ ...row('kim', 'acme'), day: 2 },
		];
		const { events } = await host.poll(json(...rows));
		expect(events.map(({ row: own, pendo }) => [own, pendo.rows])).toEqual([
			[rows[0], [rows[0], rows[2]]],
			[rows[1], [rows[1]]],
		]);
	});

	test('leaves with a row of both ids', async () => {
		const host = new Host(pairs);
		await host.poll(json(row('kim', 'acme'), row('lee', 'acme'), row('ann')));
		const { events } = await host.poll(json(row('lee', 'acme')));
		expect(events.map((event) => event.row)).toEqual([
			{ visitorId: 'ann' },
			{ visitorId: 'kim', accountId: 'acme' },
		]);
	});

	test('may lack the account: null or empty is none', async () => {
		expect(await told([row('x')], [row('x'), row('kim', ''), row('lee', null)])).toEqual([
			['entered', 'kim', null],
			['entered', 'lee', null],
		]);
	});

	test.each(['accountId', 'account_auto_id', 'account_id', 'ACCOUNTID'])(
		'has its account in the column %s',
		async (column) => {
			const host = new Host({ ...pairs, firstPoll: 'everyone' });
			const { events } = await host.poll(json({ visitorId: 'kim', [column]: 7 }));
			expect(events[0]!.pendo.subject).toEqual({ kind: 'visitor', id: 'kim', accountId: '7' });
		},
	);

	test('is never taken for another pair of alike ids', async () => {
		expect(await told([row('a', 'b,c')], [row('a', 'b,c'), row('a,b', 'c')])).toEqual([
			['entered', 'a,b', 'c'],
		]);
		expect(await told([row('a","b')], [row('a","b'), row('a', 'b')])).toEqual([
			['entered', 'a', 'b'],
		]);
	});

	test('changes on its own', async () => {
		const host = new Host({ pair: true, events: ['changed'], changedFields: ['plan'] });
		await host.poll(json({ ...row('kim', 'a'), plan: 1 }, { ...row('kim', 'b'), plan: 1 }));
		const { events } = await host.poll(
			json({ ...row('kim', 'a'), plan: 1 }, { ...row('kim', 'b'), plan: 2 }),
		);
		expect(events.map(({ pendo }) => [pendo.subject.accountId, pendo.changes])).toEqual([
			['b', { plan: { to: 2 } }],
		]);
	});

	test('is another watch than the visitor alone: nothing fires, and a notice says so', async () => {
		const host = new Host();
		await host.poll(visitors('kim'));
		const read = await host.poll(json(row('kim', 'acme')), pairs);
		expect(read.events).toEqual([]);
		expect(read.notices.map(({ notice }) => notice)).toEqual(['reset']);
	});
});
