import { inBothEngines } from '../support/engines';
import { visitor, visitors } from '../support/rows';

jest.setTimeout(240_000);

inBothEngines('Who fires', (bench) => {
	test.concurrent('nobody who is in the report when it is published', async () => {
		const watch = await bench().publishWatch({ rows: visitors(25) });
		await watch.settle(3);
		expect(await watch.executions()).toEqual([]);
	});

	test.concurrent('everybody once, where that is asked for', async () => {
		const watch = await bench().publishWatch({
			rows: visitors(3),
			parameters: { firstPoll: 'everyone' },
		});
		const everyone = await watch.firesInAll(3);
		expect(everyone.sort()).toEqual(['visitor-0', 'visitor-1', 'visitor-2']);
	});

	test.concurrent('a newcomer exactly once, with the fields of the row', async () => {
		const watch = await bench().publishWatch({ rows: visitors(25) });
		watch.enter(visitor('ann', { daysActive: 3, visitor_agent_tags: ['a', null] }));
		expect(await watch.firesInAll(1)).toEqual(['ann']);
		expect(await watch.events()).toEqual([
			{
				visitorId: 'ann',
				visitor_agent_email: 'ann@example.test',
				daysActive: 3,
				visitor_agent_tags: ['a', null],
				pendo: {
					event: 'entered',
					eventId: expect.stringMatching(/^[\w-]{22}$/),
					subject: { kind: 'visitor', id: 'ann' },
					report: { id: watch.reportId, name: `Report ${watch.reportId}` },
					detectedAt: expect.stringMatching(/^20\d\d-.*Z$/),
				},
			},
		]);
	});

	test.concurrent('an account that appears in an account report', async () => {
		const watch = await bench().publishWatch({ kind: 'account', rows: [{ accountId: 'acme' }] });
		watch.enter({ accountId: 'globex', account_custom_seats: 5 });
		expect(await watch.firesInAll(1)).toEqual(['globex']);
		expect((await watch.events())[0]).toMatchObject({
			accountId: 'globex',
			account_custom_seats: 5,
			pendo: { subject: { kind: 'account', id: 'globex' } },
		});
	});

	test.concurrent('nobody in 30 polls that shuffle 500 rows, then one newcomer', async () => {
		const watch = await bench().publishWatch({ rows: visitors(500) });
		await watch.settle(30);
		expect(await watch.executions()).toEqual([]);
		watch.enter(visitor('ann'));
		expect(await watch.firesInAll(1)).toEqual(['ann']);
	});

	test.concurrent('a visitor with several rows once', async () => {
		const row = (account: string) => visitor('ann', { account_auto_id: account });
		const watch = await bench().publishWatch({ rows: visitors(5) });
		watch.enter(row('acme'), row('globex'), row('initech'));
		expect(await watch.firesInAll(1)).toEqual(['ann']);
	});

	test.concurrent('who left and comes back, once more', async () => {
		const watch = await bench().publishWatch({ rows: [...visitors(5), visitor('ann')] });
		watch.leave('ann');
		await watch.settle(2);
		expect(await watch.executions()).toEqual([]);
		watch.enter(visitor('ann'));
		expect(await watch.firesInAll(1)).toEqual(['ann']);
		watch.leave('ann');
		await watch.settle(2);
		watch.enter(visitor('ann'));
		expect(await watch.firesInAll(2)).toEqual(['ann', 'ann']);
		const [first, second] = (await watch.events()).map(({ pendo }) => pendo);
		expect(first).not.toHaveProperty('eventId', (second as { eventId: string }).eventId);
	});

	test.concurrent('only the first time, where that is asked for', async () => {
		const watch = await bench().publishWatch({
			rows: visitors(5),
			parameters: { returning: 'firstTimeOnly' },
		});
		watch.enter(visitor('ann'));
		expect(await watch.firesInAll(1)).toEqual(['ann']);
		watch.leave('ann', 'visitor-0');
		await watch.settle(2);
		watch.enter(visitor('ann'), visitor('visitor-0'), visitor('bob'));
		expect(await watch.firesInAll(2)).toEqual(['ann', 'bob']);
	});

	test.concurrent('each id by its very own bytes, and no row without one', async () => {
		const odd = ['__proto__', 'constructor', 'toString', ' ', 'A@x', 'a@x', 'a@x '];
		const ids = [...odd, 'j\u00fcrgen', 'ju\u0308rgen', '日本-👩‍💻', '"quoted"\\\t'];
		const watch = await bench().publishWatch({ rows: visitors(5) });
		watch.enter(...ids.map((id) => visitor(id)), visitor(''), { visitorId: null });
		expect((await watch.firesInAll(ids.length)).sort()).toEqual([...ids].sort());
	});

	test.concurrent('whoever appears in an empty report', async () => {
		const watch = await bench().publishWatch({ rows: [] });
		await watch.settle(1);
		watch.enter(visitor('ann'));
		expect(await watch.firesInAll(1)).toEqual(['ann']);
	});

	test.concurrent('events and notices leave by outputs of their own', async () => {
		const watch = await bench().publishWatch({ rows: visitors(5) });
		watch.enter(visitor('ann'));
		await watch.firesInAll(1);
		const { parameters } = bench().trigger(bench().makeReport(visitors(3)));
		await watch.republish({ nodes: await watch.nodesWith({ parameters }) });
		const [event, notice] = await bench().client.waitForExecutions(watch.workflowId, 2);
		expect([event!.items('Events').length, event!.items('Notices').length]).toEqual([1, 0]);
		expect([notice!.items('Events').length, notice!.items('Notices').length]).toEqual([0, 1]);
	});

	test.concurrent(
		'never two requests at once, however slow the report and however many poll times are due',
		async () => {
			const everySecond = Array.from({ length: 60 }, (_, second) => second);
			const watch = await bench().publishWatch({
				rows: visitors(5),
				pollTimes: [...everySecond, ...everySecond, ...everySecond].map((second) => ({
					mode: 'custom',
					cronExpression: `${second} * * * * *`,
				})),
			});
			watch.breaks({ type: 'delay', milliseconds: 3500 });
			for (const name of ['ann', 'bob', 'cid']) {
				watch.enter(visitor(name), visitor(`${name} too`));
				await watch.settle(2);
			}
			const fired = await watch.firesInAll(6);
			expect(fired.sort()).toEqual(['ann', 'ann too', 'bob', 'bob too', 'cid', 'cid too']);
			expect(watch.requests().filter(({ concurrentSamePath }) => concurrentSamePath > 1)).toEqual(
				[],
			);
		},
	);
});
