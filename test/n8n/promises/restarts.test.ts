import { connectionsOf, TRIGGER } from '../support/bench';
import { inBothEngines } from '../support/engines';
import { visitor, visitors } from '../support/rows';

jest.setTimeout(240_000);

inBothEngines('Restarts of n8n', (bench, durable) => {
	test.each([
		['an orderly stop', 'SIGTERM'],
		['a kill while idle', 'SIGKILL'],
	])('%s loses and repeats nobody', async (_, signal) => {
		const [watch, quiet] = await Promise.all([
			bench().publishWatch({ rows: visitors(5) }),
			bench().publishWatch({ rows: visitors(5) }),
		]);
		watch.enter(visitor('before'));
		expect(await watch.firesInAll(1)).toEqual(['before']);
		if (signal === 'SIGTERM') expect(await bench().n8n.stop('SIGTERM')).toBe(0);
		else await bench().n8n.kill();
		watch.enter(visitor('meanwhile'));
		await bench().startAgain();
		expect(await watch.firesInAll(2)).toEqual(['before', 'meanwhile']);
		watch.enter(visitor('after'));
		expect(await watch.firesInAll(3)).toEqual(['before', 'meanwhile', 'after']);
		expect(await quiet.executions()).toEqual([]);
	});

	test('one brings nobody back whom a trigger told that was changed alone', async () => {
		const watch = await bench().makeWatch({ rows: visitors(5) });
		const twin = watch.also(bench().makeReport(visitors(8, 'other')), 'Twin');
		const { nodes, connections } = await bench().client.workflow(watch.workflowId);
		await bench().client.saveWorkflow(watch.workflowId, {
			nodes: [...nodes, bench().trigger(twin.reportId, {}, 'Twin')],
			connections: { ...connections, ...connectionsOf('Twin') },
		});
		await bench().publish(watch.workflowId);
		const change = async (saveQuietChanges: boolean) => {
			const { parameters } = bench().trigger(twin.reportId, { parameters: { saveQuietChanges } });
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
		expect(await bench().n8n.stop('SIGTERM')).toBe(0);
		await bench().startAgain();
		await twin.settle(3);
		expect(await twin.fired()).toEqual(['ann', 'amy']);
		twin.enter(visitor('abe'));
		watch.enter(visitor('bea'));
		expect(await twin.firesInAll(3)).toEqual(['ann', 'amy', 'abe']);
		expect(await watch.firesInAll(3)).toEqual(['bob', 'ben', 'bea']);
		expect([...(await watch.notices()), ...(await twin.notices())]).toEqual([]);
	});

	test('one brings no snapshot back that an earlier name left', async () => {
		const watch = await bench().publishWatch({ rows: visitors(5) });
		const renamed = watch.also(watch.reportId, 'Who entered');
		watch.enter(visitor('ann'));
		await watch.firesInAll(1);
		watch.enter(visitor('amy'));
		expect(await watch.firesInAll(2)).toEqual(['ann', 'amy']);
		const { nodes } = await bench().client.workflow(watch.workflowId);
		const other = await watch.nodesWith({ name: 'Who entered' });
		await bench().client.deactivate(watch.workflowId);
		expect(await bench().n8n.stop('SIGTERM')).toBe(0);
		await bench().startAgain();
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
