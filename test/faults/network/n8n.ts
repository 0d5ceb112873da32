import { dirname } from 'node:path';
import { everySeconds } from '../../../scripts/example';
import { noOp, TRIGGER, type Bench, type Credential } from '../../n8n/support/bench';
import { Watch } from '../../n8n/support/watch';
import { filesIn } from '../support/files';
import type { Told } from '../support/told';
import type { NetworkHost } from './host';

/** Real n8n in its default engine, logging all that it can. */
export function n8nNetwork(bench: Bench, key: string): NetworkHost {
	const credentials = new Map<string, Credential>();
	const credentialAt = async (baseUrl: string): Promise<Credential> => {
		const made =
			credentials.get(baseUrl) ??
			(await bench.makeCredential(baseUrl, { region: 'custom', baseUrl, apiKey: key }));
		credentials.set(baseUrl, made);
		return made;
	};
	/** What a person was told at once who published. */
	const refused: Told[] = [];
	const watches = new Map<string, Watch>();
	return {
		name: 'n8n',
		async follow(places) {
			await bench.stopWatches();
			for (const { name, baseUrl } of places) {
				const credential = await credentialAt(baseUrl);
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
				await bench.publish(id).catch(({ message }: Error) => {
					refused.push({ from: 'error', report: name, message });
				});
			}
		},
		async told() {
			const all = await Promise.all(
				[...watches].map(async ([report, watch]) => await toldBy(report, watch)),
			);
			return [...refused, ...all.flat()];
		},
		stateOf(report) {
			const data = bench.database.staticData(watches.get(report)!.workflowId);
			const state = data[`node:${TRIGGER}`]?.watch;
			return state === undefined ? '' : JSON.stringify(state);
		},
		pid: () => bench.n8n.pid,
		async written() {
			const exported = [...watches.values()].map(({ workflowId }) =>
				bench.client.workflow(workflowId),
			);
			return {
				workflows: JSON.stringify(await Promise.all(exported)),
				// Log, database, event log and settings.
				...filesIn(dirname(dirname(bench.n8n.database))),
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
