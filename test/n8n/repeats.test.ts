import { randomUUID } from 'node:crypto';
import type { N8nNode } from '../../scripts/n8n-client';
import { Bench, noOp } from './support/bench';
import { visitor, visitors } from './support/rows';
import { until } from './support/until';
import { Watch } from './support/watch';

jest.setTimeout(240_000);

let bench: Bench;

beforeAll(async () => {
	bench = await Bench.start();
});

afterAll(async () => {
	await bench?.close();
});

function node(name: string, type: string, typeVersion: number, parameters: object): N8nNode {
	const parts = { parameters: parameters as Record<string, unknown>, position: [0, 0] as never };
	return { id: randomUUID(), name, type: `n8n-nodes-base.${type}`, typeVersion, ...parts };
}

test('an event that comes twice passes the node Remove Duplicates once', async () => {
	const watch = await bench.publishWatch({ rows: visitors(3) });
	watch.enter(visitor('ann'), visitor('bob'));
	await watch.firesInAll(2);
	const events = await watch.events();

	const path = randomUUID();
	const hook = {
		...node('Webhook', 'webhook', 2, { httpMethod: 'POST', path }),
		webhookId: randomUUID(),
	};
	const once = node('Once', 'removeDuplicates', 2, {
		operation: 'removeItemsSeenInPreviousExecutions',
		logic: 'removeItemsWithAlreadySeenKeyValues',
		dedupeValue: '={{ $json.body.pendo.eventId }}',
	});
	const to = (name: string) => ({ main: [[{ node: name, type: 'main' as const, index: 0 }]] });
	const { id } = await bench.client.createWorkflow({
		name: 'Each event once',
		nodes: [hook, once, noOp('Events', 0)],
		connections: { Webhook: to('Once'), Once: to('Events') },
	});
	await bench.publish(id);
	for (const event of [...events, ...events]) {
		const answer = await fetch(`${bench.n8n.url}/webhook/${path}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(event),
		});
		expect(answer.status).toBe(200);
	}
	const deliveries = new Watch(bench, id, watch.reportId, 'Once');
	const executions = await until('four executions', async () => {
		const all = await deliveries.executions();
		return all.length === 4 ? all : undefined;
	});
	expect(executions.map((execution) => execution.items('Once', 0).length)).toEqual([1, 1, 0, 0]);
});
