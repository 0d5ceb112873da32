import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Emulator } from '../../../emulator/server';
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
				flows: JSON.stringify(await host.nodeRed.flows()),
				...filesIn(host.userDir),
			};
		},
		close: () => host.close(),
	};
}

/** Every file of the user's folder but the package itself. */
export function filesIn(folder: string): Record<string, string> {
	const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((name) => !name.startsWith('node_modules') && !name.includes('/node_modules/'))
		.filter((name) => statSync(join(folder, name)).isFile());
	return Object.fromEntries(
		files.map((name) => [name, readFileSync(join(folder, name), 'latin1')] as const),
	);
}
