import { statSync } from 'node:fs';
import { join } from 'node:path';
import { READ_WRITE_KEY, startEmulator } from '../../../emulator/server';
import { NodeRedHost } from '../support/node-red-host';
import { waitUntil } from '../support/wait';
import type { Victim } from './engine';
import { makeReports } from './reports';

export type NodeRedMode = 'own file' | 'localfilesystem';

/** Node-RED writes its context every 30 seconds, where something changed. */
const FLUSHED_AFTER = 35_000;

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
	const flushedAt = (report: string) =>
		statSync(join(host.userDir, 'context', 'tab', `${report}.json`), { throwIfNoEntry: false })
			?.mtimeMs ?? 0;
	return {
		name: `Node-RED, ${mode}`,
		emulator,
		reports,
		savesIn:
			mode === 'own file'
				? { folder: join(host.userDir, 'pendo-watches'), file: /\.json$/ }
				: { folder: join(host.userDir, 'context'), file: /./ },
		savedBefore: (report) => (mode === 'own file' ? Date.now() : flushedAt(report)),
		async saves(dice) {
			const isFirst = reports.some((report) => flushedAt(report) === 0);
			if (mode === 'own file' || (!isFirst && dice.below(2) === 0)) return;
			const now = Date.now();
			await waitUntil(
				'Node-RED writes its context',
				() =>
					Date.now() - now > FLUSHED_AFTER || reports.every((report) => flushedAt(report) > now),
				60_000,
			);
		},
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
