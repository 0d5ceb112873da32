import { connectionsOf, noOp, TRIGGER } from '../support/bench';
import { inBothEngines } from '../support/engines';
import { visitor, visitors } from '../support/rows';
import { until } from '../support/until';
import { Watch } from '../support/watch';

jest.setTimeout(240_000);

inBothEngines('What a person does to the workflow', (bench) => {
	test.concurrent('saving a draft leaves the published watch alone', async () => {
		const watch = await bench().publishWatch({ rows: visitors(5) });
		watch.enter(visitor('ann'));
		const other = bench().makeReport(visitors(3, 'other'));
		const parameters = { ...bench().trigger(other).parameters };
		const nodes = await watch.nodesWith({ parameters });
		await bench().client.saveWorkflow(watch.workflowId, { nodes });
		expect(await watch.firesInAll(1)).toEqual(['ann']);
		expect(await watch.notices()).toEqual([]);
	});

	test.concurrent(
		'publishing again right after somebody entered loses and repeats nobody',
		async () => {
			const watch = await bench().publishWatch({ rows: visitors(5) });
			watch.enter(visitor('ann'));
			await watch.republish();
			expect(await watch.firesInAll(1)).toEqual(['ann']);
			watch.enter(visitor('bob'));
			await watch.republish();
			expect(await watch.firesInAll(2)).toEqual(['ann', 'bob']);
			expect(await watch.notices()).toEqual([]);
		},
	);

	test.concurrent('editing another node right after somebody entered does not either', async () => {
		const watch = await bench().publishWatch({ rows: visitors(5) });
		const { nodes } = await bench().client.workflow(watch.workflowId);
		watch.enter(visitor('ann'));
		await watch.republish({ nodes: [...nodes, noOp('Another', 300)] });
		expect(await watch.firesInAll(1)).toEqual(['ann']);
	});

	test.concurrent(
		'saving from a tab opened long ago does not bring an old snapshot back',
		async () => {
			const watch = await bench().publishWatch({ rows: visitors(5) });
			const tab = await bench().client.workflow(watch.workflowId);
			watch.enter(visitor('ann'));
			expect(await watch.firesInAll(1)).toEqual(['ann']);
			const { versionId } = await bench().client.workflow(watch.workflowId);
			const stale = { ...tab, versionId, active: undefined };
			await bench().client.request('PATCH', `/rest/workflows/${watch.workflowId}`, stale);
			await bench().client.publishAndWait(watch.workflowId);
			await watch.settle(2);
			expect(await watch.fired()).toEqual(['ann']);
		},
	);

	test.concurrent('renaming the trigger keeps the watch', async () => {
		const watch = await bench().publishWatch({ rows: visitors(5) });
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
		const watch = await bench().publishWatch({ rows: visitors(5) });
		await watch.settle(1);
		const seenAs = [...new Set([TRIGGER, name])].map((each) => watch.also(watch.reportId, each));
		watch.enter(visitor('ann'));
		const slow = watch.breaks({ type: 'delay', milliseconds: 6000 });
		await watch.begun(watch.requests().length + 1);
		// A trigger that is changed in no way goes on as it is.
		const { parameters } = bench().trigger(watch.reportId, {
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
		const watch = await bench().publishWatch({ rows: visitors(5) });
		const renamed = watch.also(watch.reportId, 'Who entered');
		watch.enter(visitor('ann'));
		expect(await watch.firesInAll(1)).toEqual(['ann']);
		const { nodes } = await bench().client.workflow(watch.workflowId);
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
		const watch = await bench().publishWatch({ rows: visitors(5) });
		const other = watch.also(bench().makeReport(visitors(8, 'other')));
		const { parameters } = bench().trigger(other.reportId);
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
			const watch = await bench().publishWatch({ rows: visitors(5) });
			watch.enter(visitor('of the old report'));
			watch.breaks({ type: 'delay', milliseconds: 6000 });
			const under = watch.requests().length;
			await watch.begun(under + 1);
			const other = watch.also(bench().makeReport(visitors(8, 'other')));
			const { parameters } = bench().trigger(other.reportId);
			const before = (await watch.fired()).length;
			await watch.republish({ nodes: await watch.nodesWith({ parameters }) });
			other.enter(visitor('ann'));
			expect((await other.firesInAll(before + 1)).slice(before)).toEqual(['ann']);
			expect((await other.notices()).map(({ notice }) => notice)).toEqual(['reset']);
		},
	);

	test.concurrent('a copied trigger takes a silent snapshot of its own', async () => {
		const watch = await bench().publishWatch({ rows: visitors(5) });
		watch.enter(visitor('ann'));
		await watch.firesInAll(1);
		const { nodes, connections } = await bench().client.workflow(watch.workflowId);
		const other = watch.also(bench().makeReport(visitors(8, 'other')), 'Copy');
		const same = watch.also(watch.reportId, 'Twin');
		await watch.republish({
			nodes: [
				...nodes,
				bench().trigger(other.reportId, {}, 'Copy'),
				bench().trigger(watch.reportId, {}, 'Twin'),
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
			const watch = await bench().publishWatch({ rows: visitors(5) });
			watch.enter(visitor('ann'));
			await watch.firesInAll(1);
			const original = await bench().client.workflow(watch.workflowId);
			const { id } = await bench().client.createWorkflow({
				name: 'Copy',
				nodes: original.nodes,
				connections: original.connections,
			});
			const copy = new Watch(bench(), id, watch.reportId);
			await bench().publish(id);
			await copy.settle(3);
			expect(await copy.executions()).toEqual([]);
			watch.enter(visitor('bob'));
			expect(await watch.firesInAll(2)).toEqual(['ann', 'bob']);
			expect(await copy.firesInAll(1)).toEqual(['bob']);
		},
	);
});
