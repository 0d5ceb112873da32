import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { READ_WRITE_KEY, REPORT_IDS, startEmulator, type Emulator } from '../emulator/server';
import { ensureEngine } from './engines';
import { startNodeRed, type NodeRedFlow } from './node-red';
import { ensureNodeRedPackage } from './node-red-package';
import { findFreePort } from './ports';
import { cacheFolder, projectRoot } from './project';
import { refuseSecond } from './running';

const pollEverySeconds = 5;
const usualPorts = { nodeRed: 1880, emulator: 8797 };
const exampleFile = join(projectRoot, 'node-red', 'examples', 'new-visitor-to-chat.json');

interface Wishes {
	/** Real Pendo instead of the emulator. */
	key?: string;
	region: string;
	json: boolean;
	/** Called with what ends a part, as soon as that part runs. */
	stopLater(stop: () => Promise<unknown>): void;
}

/** Real Node-RED with a ready flow, on the emulator or on real Pendo. */
export async function startOnNodeRed({ key, region, json, stopLater }: Wishes): Promise<void> {
	// Real Pendo has a folder of its own: the example's watch must not start polling it.
	const userDir = join(cacheFolder, 'start', key ? 'node-red-real' : 'node-red');
	const runningFile = join(userDir, 'running');
	mkdirSync(userDir, { recursive: true });
	await refuseSecond(runningFile, '/settings');
	const engine = await ensureEngine('node-red-5');
	const { modules } = await ensureNodeRedPackage();
	const emulator = key
		? undefined
		: await startEmulator({ port: await findFreePort(usualPorts.emulator) });
	if (emulator) stopLater(() => emulator.close());
	const port = await findFreePort(usualPorts.nodeRed);
	process.stderr.write(`Starting Node-RED on port ${port}.\n`);
	const env: Record<string, string> = emulator
		? { CHAT_WEBHOOK: `${emulator.url}/emulator/inbox` }
		: {};
	const nodeRed = await startNodeRed({ engine, userDir, modules, port, env });
	stopLater(async () => {
		await nodeRed.stop();
		rmSync(runningFile, { force: true });
	});
	writeFileSync(runningFile, nodeRed.url);

	const own = (await nodeRed.flows()).some(({ type }) => type === 'tab');
	const flows = own ? await nodeRed.flows() : example();
	await nodeRed.deploy(flows.map((node) => fill(node, emulator, region, own)));
	const tab = flows.find(({ type }) => type === 'tab')!;
	const editor = `${nodeRed.url}/#flow/${tab.id}`;
	if (json) console.log(JSON.stringify({ url: nodeRed.url, editor, emulator: emulator?.url }));
	else console.log(emulator ? aboutEmulator(editor, emulator) : aboutPendo(editor, region));
}

function example(): NodeRedFlow[] {
	return JSON.parse(readFileSync(exampleFile, 'utf8')) as NodeRedFlow[];
}

/** The example's gaps; in flows that the person may have changed only where Pendo is: its port may be another. */
function fill(
	node: NodeRedFlow,
	emulator: Emulator | undefined,
	region: string,
	own: boolean,
): NodeRedFlow {
	if (node.type === 'pendo-config' && (emulator || !own)) {
		return emulator
			? {
					...node,
					region: 'custom',
					baseUrl: emulator.url,
					credentials: { apiKey: READ_WRITE_KEY },
				}
			: // By reference: the key itself is in no file.
				{ ...node, region, credentials: { apiKey: '${PENDO_INTEGRATION_KEY}' } };
	}
	if (node.type === 'pendo-visitor-in-report' && emulator && !own) {
		return {
			...node,
			report: REPORT_IDS.livingVisitors,
			reportName: 'Trial users, week 1',
			interval: pollEverySeconds,
			intervalUnit: 's',
		};
	}
	return node;
}

function aboutEmulator(editor: string, emulator: Emulator): string {
	return `
Node-RED runs with @pendo-nodes/node-red-contrib-pendo, on a Pendo that lives on this computer.

  Node-RED    ${editor}
  Pendo       ${emulator.url}
              its reports, who is in them, and the inbox where chat messages arrive

What to watch for: about every 20 seconds somebody enters the report "Trial users, week 1".
Within ${pollEverySeconds} seconds the status under the Pendo node counts them, and the inbox has a message.
On the Pendo page you can add and remove people yourself, or let Pendo fail.
Ctrl-C stops both.`;
}

function aboutPendo(editor: string, region: string): string {
	return `
Node-RED runs with @pendo-nodes/node-red-contrib-pendo and your Pendo key (region ${region}).

  Node-RED    ${editor}

Open the Pendo node, choose a report, and deploy.
Ctrl-C stops Node-RED.`;
}
