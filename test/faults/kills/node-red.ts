import { join } from 'node:path';
import { READ_WRITE_KEY, startEmulator } from '../../../emulator/server';
import { NodeRedHost } from '../support/node-red-host';
import type { Victim } from './engine';
import { makeReports } from './reports';

export type NodeRedMode = 'own file' | 'localfilesystem';

/** Node-RED 5 with its state in the package's own file, or in the context store that flushes each 30 s. */
export async function nodeRedVictim(mode: NodeRedMode): Promise<Victim> {
	const emulator = await startEmulator();
	const host = await NodeRedHost.open({
		inbox: `${emulator.url}/emulator/inbox`,
		key: READ_WRITE_KEY,
		settings:
			mode === 'own file'
				? undefined
				: "contextStorage: { default: 'memory', memory: { module: 'memory' }, disk: { module: 'localfilesystem' } },",
	});
	const reports = makeReports(emulator);
	const contextStore = mode === 'own file' ? '' : 'disk';
	await host.follow(
		reports.map((report) => ({ report, baseUrl: emulator.url, more: { contextStore } })),
	);
	return {
		name: `Node-RED, ${mode}`,
		emulator,
		reports,
		savesIn:
			mode === 'own file'
				? { folder: join(host.userDir, 'pendo-watches'), file: /\.json$/ }
				: { folder: join(host.userDir, 'context'), file: /./ },
		leaveSettlesAfter: mode === 'own file' ? 0 : 35_000,
		kill: () => host.nodeRed.kill(),
		async startAgain() {
			await host.startAgain();
			return 0;
		},
		rest: async () => undefined,
		givenUp: async () => [],
		retry: async () => undefined,
		async close() {
			await host.close();
			await emulator.close();
		},
	};
}
