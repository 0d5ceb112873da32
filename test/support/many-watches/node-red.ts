import { READ_WRITE_KEY, startEmulator } from '../../../emulator/server';
import { NodeRedHost } from '../../faults/support/node-red-host';
import { createReports, type EngineSetup, type WatchingEngine } from './engine';

interface Told {
	readonly report?: string;
	readonly subject?: string;
}

/** Node-RED 5 as it is installed; each event goes to a far end as an HTTP request. */
export async function openNodeRed({
	reports,
	interval,
	env,
}: EngineSetup): Promise<WatchingEngine> {
	const emulator = await startEmulator();
	createReports(emulator, reports);
	const inbox = `${emulator.url}/emulator/inbox`;
	const host = await NodeRedHost.open({ inbox, key: READ_WRITE_KEY, env });
	const flow = host.flow(
		reports.map((report) => ({ report, baseUrl: emulator.url, more: { interval } })),
	);
	const switchOff = () =>
		host.nodeRed.deploy(
			flow.map((node) => (node.type === 'tab' ? { ...node, disabled: true } : node)),
		);
	await switchOff();
	return {
		name: 'Node-RED',
		pid: host.nodeRed.pid,
		emulator,
		switchOn: () => host.nodeRed.deploy(flow),
		switchOff,
		told: () =>
			emulator.control
				.inbox()
				.map(({ body }) => body as Told)
				.filter(({ subject }) => subject !== undefined)
				.map(({ report, subject }) => `${report} ${subject}`),
		async close() {
			await host.close();
			await emulator.close();
		},
	};
}
