import { existsSync, readFileSync } from 'node:fs';
import { everySeconds } from '../../../scripts/example';
import { noOp, TRIGGER, type Bench } from '../../n8n/support/bench';
import { Watch } from '../../n8n/support/watch';
import type { Told } from '../support/told';
import type { NetworkHost } from './host';

/** Real n8n in its default engine, logging all that it can. */
export async function n8nNetwork(bench: Bench, baseUrl: string, key: string): Promise<NetworkHost> {
	const credential = await bench.makeCredential('Through a bad network', {
		region: 'custom',
		baseUrl,
		apiKey: key,
	});
	const watches = new Map<string, Watch>();
	return {
		name: 'n8n',
		async follow(faults) {
			for (const { name } of faults) {
				const { id } = await bench.client.createWorkflow({
					name,
					nodes: [
						bench.trigger(name, { credential, pollTimes: everySeconds(5) }),
						noOp('Events', -100),
						noOp('Notices', 100),
					],
					connections: { [TRIGGER]: { main: [[to('Events')], [to('Notices')]] } },
				});
				watches.set(name, new Watch(bench, id, name));
				await bench.publish(id);
			}
		},
		async told() {
			const all = await Promise.all(
				[...watches].map(async ([report, watch]) => await toldBy(report, watch)),
			);
			return all.flat();
		},
		stateOf(report) {
			const data = bench.database.staticData(watches.get(report)!.workflowId);
			const state = data[`node:${TRIGGER}`]?.watch;
			return state === undefined ? '' : JSON.stringify(state);
		},
		press: async (report) => {
			await bench.client.runManually(watches.get(report)!.workflowId, TRIGGER);
		},
		pid: () => bench.n8n.pid,
		async written() {
			const files = ['', '-wal', '-shm']
				.map((end) => `${bench.n8n.database}${end}`)
				.filter(existsSync);
			const exported = [...watches.values()].map(({ workflowId }) =>
				bench.client.workflow(workflowId),
			);
			return {
				logs: bench.n8n.logs(),
				workflows: JSON.stringify(await Promise.all(exported)),
				...Object.fromEntries(files.map((file) => [file, readFileSync(file, 'latin1')] as const)),
			};
		},
		close: async () => undefined,
	};
}

async function toldBy(report: string, watch: Watch): Promise<Told[]> {
	const told: Told[] = [];
	for (const execution of await watch.executions()) {
		if (execution.row.mode !== 'trigger') continue;
		for (const { json } of execution.items(TRIGGER, 0)) {
			const { subject, eventId } = json.pendo as { subject: { id: string }; eventId: string };
			told.push({ from: 'event', report, subject: subject.id, eventId, payload: json });
		}
		for (const { json } of execution.items(TRIGGER, 1))
			told.push({ from: 'notice', report, notice: String(json.notice), payload: json });
		const message = execution.error?.message;
		if (message !== undefined) told.push({ from: 'error', report, message });
	}
	return told;
}

function to(node: string) {
	return { node, type: 'main' as const, index: 0 };
}
