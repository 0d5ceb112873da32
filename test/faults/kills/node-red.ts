import { existsSync, readFileSync } from 'node:fs';
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
		settings: [
			"functionGlobalContext: { append: require('fs').appendFileSync },",
			...(mode === 'own file'
				? []
				: [
						"contextStorage: { default: 'memory', memory: { module: 'memory' }, disk: { module: 'localfilesystem' } },",
					]),
		].join('\n'),
	});
	const reports = makeReports(emulator);
	const contextStore = mode === 'own file' ? '' : 'disk';
	const left = join(host.userDir, 'left');
	// Directly behind the triggers, and before anything that could take its time.
	const first = {
		...{ id: 'first', type: 'function', z: 'tab', x: 200, y: 200, outputs: 0, wires: [] },
		func: `global.get('append')(${JSON.stringify(left)}, JSON.stringify(msg.topic) + '\\n');`,
	};
	const wires = [['first', 'tag-event'], ['tag-notice']];
	const flow = host.flow(
		reports.map((report) => ({ report, baseUrl: emulator.url, more: { contextStore, wires } })),
	);
	await host.nodeRed.deploy([...flow, first]);
	return {
		emulator,
		reports,
		savesIn: { folder: join(host.userDir, 'pendo-watches'), file: /\.json$/ },
		stateOf: (report) =>
			readFileSync(join(host.userDir, 'pendo-watches', `${report}.json`), 'utf8'),
		left: () =>
			existsSync(left)
				? readFileSync(left, 'utf8')
						.split('\n')
						.filter((line) => line !== '')
						.map((line) => JSON.parse(line) as string)
				: [],
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
