import { Bench } from './support/bench';
import { visitor, visitors } from './support/rows';
import { until } from './support/until';
import type { Watch } from './support/watch';

jest.setTimeout(300_000);

const crowd = (count: number, from = 0) =>
	Array.from({ length: count }, (_, index) => `new-${String(from + index).padStart(4, '0')}`);

async function noticed(watch: Watch, name: string) {
	return await until(`a notice ${name}`, async () =>
		(await watch.notices()).find(({ notice }) => notice === name),
	);
}

async function eventsOf(watch: Watch): Promise<unknown[]> {
	return (await watch.events()).map(({ pendo }) => {
		const { event, subject } = pendo as { event: string; subject: { id: string } };
		return `${event} ${subject.id}`;
	});
}

describe.each([
	{ mode: 'in the default engine', durable: false },
	{ mode: 'with durable cursors', durable: true },
])('$mode', ({ durable }) => {
	let bench: Bench;

	beforeAll(async () => {
		bench = await Bench.start({ durable });
	});

	afterAll(async () => {
		await bench?.close();
	});

	describe('other events', () => {
		afterAll(() => bench.stopWatches());

		test.concurrent('who leaves is told once, with the id', async () => {
			const watch = await bench.publishWatch({
				rows: visitors(5),
				parameters: { events: ['left'] },
			});
			watch.enter(visitor('ann'));
			await watch.settle(2);
			watch.leave('ann', 'visitor-3');
			expect((await watch.firesInAll(2)).sort()).toEqual(['ann', 'visitor-3']);
			expect((await watch.events())[0]).toMatchObject({
				visitorId: expect.any(String),
				pendo: { event: 'left', report: { id: watch.reportId } },
			});
		});

		test.concurrent(
			'a change of a chosen field is told, with the old value where asked',
			async () => {
				const rows = visitors(5).map((row) => ({ ...row, plan: 'free', daysActive: 1 }));
				const watch = await bench.publishWatch({
					rows,
					parameters: {
						events: ['entered', 'changed'],
						changedFields: ['plan'],
						options: { oldValues: true },
					},
				});
				bench.emulator.control.setRows(
					watch.reportId,
					rows.map((row, index) => ({
						...row,
						daysActive: 2,
						plan: index === 2 ? 'gold' : 'free',
					})),
				);
				expect(await watch.firesInAll(1)).toEqual(['visitor-2']);
				expect((await watch.events())[0]).toMatchObject({
					plan: 'gold',
					pendo: { event: 'changed', changes: { plan: { from: 'free', to: 'gold' } } },
				});
			},
		);

		test.concurrent('each visitor in each account, where that is asked for', async () => {
			const row = (account: string) => visitor('ann', { account_auto_id: account });
			const watch = await bench.publishWatch({
				rows: [row('acme')],
				parameters: { options: { subject: 'pair' } },
			});
			watch.enter(row('globex'));
			await watch.firesInAll(1);
			expect((await watch.events())[0]).toMatchObject({
				account_auto_id: 'globex',
				pendo: { subject: { kind: 'visitor', id: 'ann', accountId: 'globex' } },
			});
		});

		test.concurrent(
			'a report that empties tells nobody left until a second poll says so',
			async () => {
				const rows = visitors(30);
				const watch = await bench.publishWatch({ rows, parameters: { events: ['left'] } });
				bench.emulator.control.setRows(watch.reportId, []);
				await noticed(watch, 'suspicious');
				expect(new Set(await watch.firesInAll(30)).size).toBe(30);
				expect((await watch.notices()).map(({ notice }) => notice)).toEqual(['suspicious']);
			},
		);
	});

	describe('a flood', () => {
		afterAll(() => bench.stopWatches());

		test.concurrent('one below the threshold is none', async () => {
			const watch = await bench.publishWatch({ rows: visitors(5) });
			watch.enter(...crowd(99).map((id) => visitor(id)));
			expect(await watch.firesInAll(99)).toEqual(crowd(99));
			expect(await watch.notices()).toEqual([]);
		});

		test.concurrent(
			'is held and told; whoever comes later fires; a person releases it',
			async () => {
				const watch = await bench.publishWatch({ rows: visitors(5) });
				watch.enter(...crowd(130).map((id) => visitor(id)));
				expect(await noticed(watch, 'held')).toMatchObject({
					title: expect.stringContaining('130'),
					severity: 'warning',
					report: { id: watch.reportId },
					counts: { detected: 130, held: 130 },
					samples: crowd(5),
					next: expect.stringContaining('Release a Few'),
				});
				watch.enter(visitor('ann'));
				expect(await watch.firesInAll(1)).toEqual(['ann']);

				const parameters = {
					...(await triggerOf(watch)),
					floodMode: 'gradual',
					releasePerPoll: 50,
				};
				await watch.republish({ nodes: await watch.nodesWith({ parameters }) });
				expect(await watch.firesInAll(131)).toEqual(['ann', ...crowd(130)]);
				const sizes = (await watch.executions()).map(
					(execution) => execution.items('Pendo Trigger', 0).length,
				);
				expect(sizes.filter((size) => size > 1)).toEqual([50, 50, 30]);
				expect((await watch.notices()).map(({ notice }) => notice)).toEqual(['held', 'released']);
			},
		);

		test.concurrent('is sent all at once where that is asked for', async () => {
			const watch = await bench.publishWatch({
				rows: visitors(5),
				parameters: { floodMode: 'all' },
			});
			watch.enter(...crowd(130).map((id) => visitor(id)));
			expect(await watch.firesInAll(130)).toEqual(crowd(130));
		});

		test.concurrent('is discarded where that is asked for, and told', async () => {
			const watch = await bench.publishWatch({
				rows: visitors(5),
				parameters: { floodMode: 'discard', floodThreshold: 10 },
			});
			watch.enter(...crowd(12).map((id) => visitor(id)));
			expect(await noticed(watch, 'discarded')).toMatchObject({ counts: { discarded: 12 } });
			watch.enter(visitor('ann'));
			expect(await watch.firesInAll(1)).toEqual(['ann']);
		});

		test.concurrent('held and gone from the report before the release is not told', async () => {
			const watch = await bench.publishWatch({ rows: visitors(5) });
			watch.enter(...crowd(120).map((id) => visitor(id)));
			await noticed(watch, 'held');
			watch.leave(...crowd(20));
			await watch.settle(2);
			const parameters = { ...(await triggerOf(watch)), floodMode: 'all' };
			await watch.republish({ nodes: await watch.nodesWith({ parameters }) });
			expect(await watch.firesInAll(100)).toEqual(crowd(100, 20));
			expect(await noticed(watch, 'released')).toMatchObject({
				counts: { released: 100, leftAgain: 20 },
			});
		});

		test.concurrent('held and gone is told all the same where that is asked for', async () => {
			const watch = await bench.publishWatch({
				rows: visitors(5),
				parameters: { floodThreshold: 10, options: { keepLeavers: true } },
			});
			watch.enter(...crowd(12).map((id) => visitor(id)));
			await noticed(watch, 'held');
			watch.leave(...crowd(2));
			await watch.settle(2);
			const parameters = { ...(await triggerOf(watch)), floodMode: 'all' };
			await watch.republish({ nodes: await watch.nodesWith({ parameters }) });
			expect(await watch.firesInAll(12)).toEqual(crowd(12));
		});

		test.concurrent('of everyone at the first poll is one too', async () => {
			const watch = await bench.publishWatch({
				rows: visitors(120),
				parameters: { firstPoll: 'everyone' },
			});
			expect(await noticed(watch, 'held')).toMatchObject({ counts: { held: 120 } });
			expect(await watch.events()).toEqual([]);
		});
	});

	describe('notices', () => {
		afterAll(() => bench.stopWatches());

		test('of a report that was renamed in Pendo, looked at after a start', async () => {
			const watch = await bench.publishWatch({ rows: visitors(5) });
			await watch.settle(2);
			await bench.n8n.stop();
			const { reportId: id } = watch;
			bench.emulator.control.createReport({ id, name: 'New name', rows: visitors(5) });
			await bench.startAgain();
			// In the default engine n8n has saved what the first poll knew of the report.
			expect(await noticed(watch, 'report-changed')).toMatchObject({
				text: expect.stringContaining('"New name"'),
			});
		});

		test.concurrent('of a deleted report, of polls that fail, and of the recovery', async () => {
			const watch = await bench.publishWatch({ rows: visitors(5) });
			await watch.settle(1);
			const fault = watch.breaks({ type: 'status', status: 404 });
			expect(await noticed(watch, 'report-changed')).toMatchObject({
				title: expect.stringContaining('is gone'),
			});
			// With durable cursors n8n itself waits half an hour after such a failure.
			if (!durable) {
				await noticed(watch, 'failing');
				watch.enter(visitor('ann'));
				fault.mend();
				expect(await watch.firesInAll(1)).toEqual(['ann']);
				expect(await noticed(watch, 'recovered')).toMatchObject({ counts: { events: 1 } });
			}
			expect((await watch.errors()).length).toBe(1);
		});
	});

	test('500 at once are held, and released by a person through a restart, each once and in order', async () => {
		const watch = await bench.publishWatch({ rows: visitors(40) });
		await watch.settle(1);
		watch.enter(...crowd(500).map((id) => visitor(id)));
		expect(await noticed(watch, 'held')).toMatchObject({ counts: { held: 500 } });
		expect(await watch.events()).toEqual([]);
		const parameters = { ...(await triggerOf(watch)), floodMode: 'gradual', releasePerPoll: 60 };
		await watch.republish({ nodes: await watch.nodesWith({ parameters }) });
		await until('some are released', async () =>
			(await watch.events()).length >= 120 ? true : undefined,
		);
		await bench.n8n.stop();
		await bench.startAgain();
		expect(await watch.firesInAll(500)).toEqual(crowd(500));
		expect(await noticed(watch, 'released')).toMatchObject({ counts: { released: 500 } });
		expect(await eventsOf(watch)).toEqual(crowd(500).map((id) => `entered ${id}`));
	});
});

async function triggerOf(watch: Watch): Promise<Record<string, unknown>> {
	const nodes = await watch.nodesWith({});
	return nodes.find(({ name }) => name === watch.trigger)!.parameters;
}
