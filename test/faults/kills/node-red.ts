import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { READ_WRITE_KEY, startEmulator } from '../../../emulator/server';
import { NodeRedHost } from '../support/node-red-host';
import type { Victim } from './engine';
import { makeReports } from './reports';

export type NodeRedMode = 'own file' | 'localfilesystem';

/** Node-RED 5, keeping the state in its own file alone or also in a context store of files, which writes every 30 s. */
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
		emulator,
		reports,
		savesIn: { folder: join(host.userDir, 'pendo-watches'), file: /\.json$/ },
		stateOf: (report) =>
			readFileSync(join(host.userDir, 'pendo-watches', `${report}.json`), 'utf8'),
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
