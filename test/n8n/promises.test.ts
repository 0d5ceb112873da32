import { Bench, connectionsOf, noOp, TRIGGER } from './support/bench';
import { visitor, visitors } from './support/rows';
import { until } from './support/until';
import { Watch } from './support/watch';

jest.setTimeout(240_000);

describe.each([
	{ mode: 'in the default engine', durable: false },
	{ mode: 'with durable cursors', durable: true },
])('$mode', ({ durable }) => {
	let bench: Bench;

	beforeAll(async () => {
		bench = await Bench.start({ durable });
		bench.emulator.control.setVariants({ rowOrder: 'shuffled' });
	});

	afterAll(async () => {
		await bench?.close();
	});

	describe('who fires', () => {
		afterAll(() => bench.stopWatches());

		test.concurrent('nobody who is in the report when it is published', async () => {
			const watch = await bench.publishWatch({ rows: visitors(25) });
			await watch.settle(3);
			expect(await watch.executions()).toEqual([]);
		});

		test.concurrent('everybody once, where that is asked for', async () => {
			const watch = await bench.publishWatch({
				rows: visitors(3),
				parameters: { firstPoll: 'everyone' },
			});
			const everyone = await watch.firesInAll(3);
			expect(everyone.sort()).toEqual(['visitor-0', 'visitor-1', 'visitor-2']);
		});

		test.concurrent('a newcomer exactly once, with the fields of the row', async () => {
			const watch = await bench.publishWatch({ rows: visitors(25) });
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
			const watch = await bench.publishWatch({ kind: 'account', rows: [{ accountId: 'acme' }] });
			watch.enter({ accountId: 'globex', account_custom_seats: 5 });
			expect(await watch.firesInAll(1)).toEqual(['globex']);
			expect((await watch.events())[0]).toMatchObject({
				accountId: 'globex',
				account_custom_seats: 5,
				pendo: { subject: { kind: 'account', id: 'globex' } },
			});
		});

		test.concurrent('nobody in 30 polls that shuffle 500 rows, then one newcomer', async () => {
			const watch = await bench.publishWatch({ rows: visitors(500) });
			await watch.settle(30);
			expect(await watch.executions()).toEqual([]);
			watch.enter(visitor('ann'));
			expect(await watch.firesInAll(1)).toEqual(['ann']);
		});

		test.concurrent('a visitor with several rows once', async () => {
			const row = (account: string) => visitor('ann', { account_auto_id: account });
			const watch = await bench.publishWatch({ rows: visitors(5) });
			watch.enter(row('acme'), row('globex'), row('initech'));
			expect(await watch.firesInAll(1)).toEqual(['ann']);
		});

		test.concurrent('who left and comes back, once more', async () => {
			const watch = await bench.publishWatch({ rows: [...visitors(5), visitor('ann')] });
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
			const watch = await bench.publishWatch({
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
			const watch = await bench.publishWatch({ rows: visitors(5) });
			watch.enter(...ids.map((id) => visitor(id)), visitor(''), { visitorId: null });
			expect((await watch.firesInAll(ids.length)).sort()).toEqual([...ids].sort());
		});

		test.concurrent('whoever appears in an empty report', async () => {
			const watch = await bench.publishWatch({ rows: [] });
			await watch.settle(1);
			watch.enter(visitor('ann'));
			expect(await watch.firesInAll(1)).toEqual(['ann']);
		});
	});

	describe('what a person does to the workflow', () => {
		afterAll(() => bench.stopWatches());

		test.concurrent('saving a draft leaves the published watch alone', async () => {
			const watch = await bench.publishWatch({ rows: visitors(5) });
			watch.enter(visitor('ann'));
			const other = bench.makeReport(visitors(3, 'other'));
			const parameters = { ...bench.trigger(other).parameters };
			const nodes = await watch.nodesWith({ parameters });
			await bench.client.saveWorkflow(watch.workflowId, { nodes });
			expect(await watch.firesInAll(1)).toEqual(['ann']);
			expect(await watch.notices()).toEqual([]);
		});

		test.concurrent(
			'publishing again right after somebody entered loses and repeats nobody',
			async () => {
				const watch = await bench.publishWatch({ rows: visitors(5) });
				watch.enter(visitor('ann'));
				await watch.republish();
				expect(await watch.firesInAll(1)).toEqual(['ann']);
				watch.enter(visitor('bob'));
				await watch.republish();
				expect(await watch.firesInAll(2)).toEqual(['ann', 'bob']);
				expect(await watch.notices()).toEqual([]);
			},
		);

		test.concurrent(
			'editing another node right after somebody entered does not either',
			async () => {
				const watch = await bench.publishWatch({ rows: visitors(5) });
				const { nodes } = await bench.client.workflow(watch.workflowId);
				watch.enter(visitor('ann'));
				await watch.republish({ nodes: [...nodes, noOp('Another', 300)] });
				expect(await watch.firesInAll(1)).toEqual(['ann']);
			},
		);

		test.concurrent(
			'saving from a tab opened long ago does not bring an old snapshot back',
			async () => {
				const watch = await bench.publishWatch({ rows: visitors(5) });
				const tab = await bench.client.workflow(watch.workflowId);
				watch.enter(visitor('ann'));
				expect(await watch.firesInAll(1)).toEqual(['ann']);
				const { versionId } = await bench.client.workflow(watch.workflowId);
				const stale = { ...tab, versionId, active: undefined };
				await bench.client.request('PATCH', `/rest/workflows/${watch.workflowId}`, stale);
				await bench.client.publishAndWait(watch.workflowId);
				await watch.settle(2);
				expect(await watch.fired()).toEqual(['ann']);
			},
		);

		test.concurrent('renaming the trigger keeps the watch', async () => {
			const watch = await bench.publishWatch({ rows: visitors(5) });
			watch.enter(visitor('ann'));
			expect(await watch.firesInAll(1)).toEqual(['ann']);
			const renamed = watch.also(watch.reportId, 'Who entered');
			watch.enter(visitor('bob'));
			const nodes = await watch.nodesWith({ name: 'Who entered' });
			await watch.republish({ nodes, connections: connectionsOf('Who entered') });
			watch.enter(visitor('cid'));
			// A poll that was under way meanwhile tells under the old name whom it saw.
			const fired = async () => [...(await watch.fired()), ...(await renamed.fired())];
			await until('the third event', async () =>
				(await fired()).includes('cid') ? true : undefined,
			);
			await watch.settle(2);
			watch.enter(visitor('dan'));
			await until('an event by the new name', async () =>
				(await renamed.fired()).includes('dan') ? true : undefined,
			);
			await watch.settle(2);
			expect(await fired()).toEqual(['ann', 'bob', 'cid', 'dan']);
			expect(await watch.notices()).toEqual([]);
			expect(await renamed.notices()).toEqual([]);
		});

		test.concurrent.each([
			['changing the trigger', TRIGGER],
			['renaming the trigger', 'Who entered'],
		])('%s while a poll is under way loses nobody', async (_what, name) => {
			const watch = await bench.publishWatch({ rows: visitors(5) });
			await watch.settle(1);
			const seenAs = [...new Set([TRIGGER, name])].map((each) => watch.also(watch.reportId, each));
			watch.enter(visitor('ann'));
			const slow = watch.breaks({ type: 'delay', milliseconds: 6000 });
			await watch.begun(watch.requests().length + 1);
			// A trigger that is changed in no way goes on as it is.
			const { parameters } = bench.trigger(watch.reportId, {
				parameters: { saveQuietChanges: true },
			});
			const nodes = await watch.nodesWith({ name, parameters });
			await watch.republish({ nodes, connections: connectionsOf(name) });
			slow.mend();
			const all = async (look: (each: Watch) => Promise<unknown[]>) =>
				(await Promise.all(seenAs.map(look))).flat();
			const fired = async () => await all(async (each) => await each.fired());
			await until('an event', async () => ((await fired()).length > 0 ? true : undefined));
			await watch.settle(3);
			expect(await fired()).toEqual(['ann']);
			expect(await all(async (each) => await each.notices())).toEqual([]);
		});

		test.concurrent('a name that the trigger had before brings no old snapshot back', async () => {
			const watch = await bench.publishWatch({ rows: visitors(5) });
			const renamed = watch.also(watch.reportId, 'Who entered');
			watch.enter(visitor('ann'));
			expect(await watch.firesInAll(1)).toEqual(['ann']);
			const { nodes } = await bench.client.workflow(watch.workflowId);
			const other = await watch.nodesWith({ name: 'Who entered' });
			await watch.republish({ nodes: other, connections: connectionsOf('Who entered') });
			// So that no poll of before tells under its own name whom it saw.
			await watch.settle(2);
			watch.enter(visitor('bob'));
			expect(await renamed.firesInAll(1)).toEqual(['bob']);
			await watch.republish({ nodes, connections: connectionsOf(TRIGGER) });
			await watch.settle(2);
			watch.enter(visitor('cid'));
			expect(await watch.firesInAll(2)).toEqual(['ann', 'cid']);
			expect(await watch.notices()).toEqual([]);
		});

		test.concurrent('another report starts with a notice and fires for nobody in it', async () => {
			const watch = await bench.publishWatch({ rows: visitors(5) });
			const other = watch.also(bench.makeReport(visitors(8, 'other')));
			const { parameters } = bench.trigger(other.reportId);
			// Durable cursors save the first snapshot with the first poll after publishing.
			await watch.settle(2);
			await watch.republish({ nodes: await watch.nodesWith({ parameters }) });
			await until('a notice', async () => (await other.notices())[0]);
			await other.settle(2);
			expect(await other.fired()).toEqual([]);
			expect(await other.notices()).toEqual([
				expect.objectContaining({
					notice: 'reset',
					severity: 'info',
					report: { id: other.reportId, name: `Report ${other.reportId}` },
					counts: { present: 8 },
				}),
			]);
			watch.enter(visitor('of the old report'));
			other.enter(visitor('ann'));
			expect(await other.firesInAll(1)).toEqual(['ann']);
		});

		test.concurrent(
			'a poll under way while the report is switched fires nothing of the old report',
			async () => {
				const watch = await bench.publishWatch({ rows: visitors(5) });
				watch.enter(visitor('of the old report'));
				watch.breaks({ type: 'delay', milliseconds: 6000 });
				const under = watch.requests().length;
				await watch.begun(under + 1);
				const other = watch.also(bench.makeReport(visitors(8, 'other')));
				const { parameters } = bench.trigger(other.reportId);
				const before = (await watch.fired()).length;
				await watch.republish({ nodes: await watch.nodesWith({ parameters }) });
				other.enter(visitor('ann'));
				expect((await other.firesInAll(before + 1)).slice(before)).toEqual(['ann']);
				expect((await other.notices()).map(({ notice }) => notice)).toEqual(['reset']);
			},
		);

		test.concurrent('a copied trigger takes a silent snapshot of its own', async () => {
			const watch = await bench.publishWatch({ rows: visitors(5) });
			watch.enter(visitor('ann'));
			await watch.firesInAll(1);
			const { nodes, connections } = await bench.client.workflow(watch.workflowId);
			const other = watch.also(bench.makeReport(visitors(8, 'other')), 'Copy');
			const same = watch.also(watch.reportId, 'Twin');
			await watch.republish({
				nodes: [
					...nodes,
					bench.trigger(other.reportId, {}, 'Copy'),
					bench.trigger(watch.reportId, {}, 'Twin'),
				],
				connections: { ...connections, ...connectionsOf('Copy'), ...connectionsOf('Twin') },
			});
			await other.settle(2);
			watch.enter(visitor('bob'));
			other.enter(visitor('cid'));
			expect(await watch.firesInAll(2)).toEqual(['ann', 'bob']);
			expect(await other.firesInAll(1)).toEqual(['cid']);
			expect(await same.firesInAll(1)).toEqual(['bob']);
		});

		test.concurrent(
			'a duplicated workflow takes a silent snapshot of its own, equal node ids or not',
			async () => {
				const watch = await bench.publishWatch({ rows: visitors(5) });
				watch.enter(visitor('ann'));
				await watch.firesInAll(1);
				const original = await bench.client.workflow(watch.workflowId);
				const { id } = await bench.client.createWorkflow({
					name: 'Copy',
					nodes: original.nodes,
					connections: original.connections,
				});
				const copy = new Watch(bench, id, watch.reportId);
				await bench.publish(id);
				await copy.settle(3);
				expect(await copy.executions()).toEqual([]);
				watch.enter(visitor('bob'));
				expect(await watch.firesInAll(2)).toEqual(['ann', 'bob']);
				expect(await copy.firesInAll(1)).toEqual(['bob']);
			},
		);
	});

	describe('how it polls', () => {
		afterAll(() => bench.stopWatches());

		test.concurrent('events and notices leave by outputs of their own', async () => {
			const watch = await bench.publishWatch({ rows: visitors(5) });
			watch.enter(visitor('ann'));
			await watch.firesInAll(1);
			const { parameters } = bench.trigger(bench.makeReport(visitors(3)));
			await watch.republish({ nodes: await watch.nodesWith({ parameters }) });
			const [event, notice] = await bench.client.waitForExecutions(watch.workflowId, 2);
			expect([event!.items('Events').length, event!.items('Notices').length]).toEqual([1, 0]);
			expect([notice!.items('Events').length, notice!.items('Notices').length]).toEqual([0, 1]);
		});

		test.concurrent(
			'never two requests at once, however slow the report and however many poll times are due',
			async () => {
				const everySecond = Array.from({ length: 60 }, (_, second) => second);
				const watch = await bench.publishWatch({
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

	describe('restarts of n8n', () => {
		test.each([
			['an orderly stop', 'SIGTERM'],
			['a kill while idle', 'SIGKILL'],
		])('%s loses and repeats nobody', async (_, signal) => {
			const [watch, quiet] = await Promise.all([
				bench.publishWatch({ rows: visitors(5) }),
				bench.publishWatch({ rows: visitors(5) }),
			]);
			watch.enter(visitor('before'));
			expect(await watch.firesInAll(1)).toEqual(['before']);
			if (signal === 'SIGTERM') expect(await bench.n8n.stop('SIGTERM')).toBe(0);
			else await bench.n8n.kill();
			watch.enter(visitor('meanwhile'));
			await bench.startAgain();
			expect(await watch.firesInAll(2)).toEqual(['before', 'meanwhile']);
			watch.enter(visitor('after'));
			expect(await watch.firesInAll(3)).toEqual(['before', 'meanwhile', 'after']);
			expect(await quiet.executions()).toEqual([]);
		});

		test('one brings nobody back whom a trigger told that was changed alone', async () => {
			const watch = await bench.makeWatch({ rows: visitors(5) });
			const twin = watch.also(bench.makeReport(visitors(8, 'other')), 'Twin');
			const { nodes, connections } = await bench.client.workflow(watch.workflowId);
			await bench.client.saveWorkflow(watch.workflowId, {
				nodes: [...nodes, bench.trigger(twin.reportId, {}, 'Twin')],
				connections: { ...connections, ...connectionsOf('Twin') },
			});
			await bench.publish(watch.workflowId);
			const change = async (saveQuietChanges: boolean) => {
				const { parameters } = bench.trigger(twin.reportId, { parameters: { saveQuietChanges } });
				await watch.republish({ nodes: await twin.nodesWith({ parameters }) });
				await twin.settle(2);
			};
			await change(true);
			twin.enter(visitor('ann'));
			await twin.firesInAll(1);
			twin.enter(visitor('amy'));
			expect(await twin.firesInAll(2)).toEqual(['ann', 'amy']);
			// What n8n saves now is what it knew of both when they were published together.
			watch.enter(visitor('bob'));
			expect(await watch.firesInAll(1)).toEqual(['bob']);
			await change(false);
			watch.enter(visitor('ben'));
			expect(await watch.firesInAll(2)).toEqual(['bob', 'ben']);
			expect(await bench.n8n.stop('SIGTERM')).toBe(0);
			await bench.startAgain();
			await twin.settle(3);
			expect(await twin.fired()).toEqual(['ann', 'amy']);
			twin.enter(visitor('abe'));
			watch.enter(visitor('bea'));
			expect(await twin.firesInAll(3)).toEqual(['ann', 'amy', 'abe']);
			expect(await watch.firesInAll(3)).toEqual(['bob', 'ben', 'bea']);
			expect([...(await watch.notices()), ...(await twin.notices())]).toEqual([]);
		});

		test('one brings no snapshot back that an earlier name left', async () => {
			const watch = await bench.publishWatch({ rows: visitors(5) });
			const renamed = watch.also(watch.reportId, 'Who entered');
			watch.enter(visitor('ann'));
			await watch.firesInAll(1);
			watch.enter(visitor('amy'));
			expect(await watch.firesInAll(2)).toEqual(['ann', 'amy']);
			const { nodes } = await bench.client.workflow(watch.workflowId);
			const other = await watch.nodesWith({ name: 'Who entered' });
			await bench.client.deactivate(watch.workflowId);
			expect(await bench.n8n.stop('SIGTERM')).toBe(0);
			await bench.startAgain();
			await watch.republish({ nodes: other, connections: connectionsOf('Who entered') });
			await watch.settle(2);
			// The default engine kept nothing under this name: the watch begins anew.
			const anew = (await renamed.notices()).map(({ notice }) => notice);
			expect(anew).toEqual(durable ? [] : ['reset']);
			watch.enter(visitor('bob'));
			expect(await renamed.firesInAll(1)).toEqual(['bob']);
			await watch.republish({ nodes, connections: connectionsOf(TRIGGER) });
			await watch.settle(2);
			watch.enter(visitor('cid'));
			expect(await watch.firesInAll(3)).toEqual(['ann', 'amy', 'cid']);
			expect(await renamed.fired()).toEqual(['bob']);
			expect(await watch.notices()).toEqual([]);
		});
	});
});
