import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Emulator } from '../../../emulator/server';
import { filesIn } from '../support/files';
import { NodeRedHost } from '../support/node-red-host';
import { toldTo } from '../support/told';
import { waitUntil } from '../support/wait';
import type { NetworkHost } from './host';

const REPORT_SIGNAL = 'SIGPWR';

/** Node-RED 5, logging all that it can. */
export async function nodeRedNetwork(emulator: Emulator, key: string): Promise<NetworkHost> {
	const host = await NodeRedHost.open({
		inbox: `${emulator.url}/emulator/inbox`,
		key,
		// Node.js writes its crash report to where Node-RED runs; the usual signal for it ends Node-RED.
		env: { NODE_OPTIONS: `--report-on-signal --report-signal=${REPORT_SIGNAL}` },
		settings:
			"logging: { console: { level: 'trace', metrics: false, audit: true } }, contextStorage: { default: { module: 'localfilesystem', config: { flushInterval: 1 } } },",
	});
	return {
		name: 'Node-RED',
		follow: (places) =>
			host.follow(
				places.map(({ name, baseUrl }) => ({ report: name, baseUrl, more: { interval: 2 } })),
			),
		told: async () => toldTo(emulator),
		stateOf(report) {
			const file = join(host.userDir, 'pendo-watches', `${report}.json`);
			return existsSync(file) ? readFileSync(file, 'utf8') : '';
		},
		press: (report) => host.nodeRed.inject(`poll-${report}`),
		pid: () => host.nodeRed.pid,
		async written() {
			process.kill(host.nodeRed.pid, REPORT_SIGNAL);
			await waitUntil('a crash report', () =>
				Object.keys(filesIn(host.userDir)).some((name) => /^report\..*\.json$/.test(name)),
			);
			return {
				'far end': JSON.stringify(emulator.control.inbox()),
				flows: JSON.stringify(await host.nodeRed.flows()),
				...filesIn(host.userDir),
			};
		},
		close: () => host.close(),
	};
}
