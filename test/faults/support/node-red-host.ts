import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureEngine } from '../../../scripts/engines';
import { startNodeRed, type NodeRedFlow, type RunningNodeRed } from '../../../scripts/node-red';
import { ensureNodeRedPackage } from '../../../scripts/node-red-package';

export interface NodeRedSetup {
	/** Where the far end listens. */
	inbox: string;
	key: string;
	settings?: string;
	env?: Record<string, string>;
	/** Made in a folder of the system where it is missing. */
	userDir?: string;
}

export interface Followed {
	/** Of a report; its trigger has the same id. */
	report: string;
	baseUrl: string;
	more?: Record<string, unknown>;
}

/** Real Node-RED 5 whose triggers follow many reports; all that they say goes to one far end. */
export class NodeRedHost {
	private constructor(
		private readonly setup: NodeRedSetup,
		readonly userDir: string,
		private readonly start: () => Promise<RunningNodeRed>,
		public nodeRed: RunningNodeRed,
	) {}

	static async open(setup: NodeRedSetup): Promise<NodeRedHost> {
		const engine = await ensureEngine('node-red-5');
		const { modules } = await ensureNodeRedPackage();
		const userDir = setup.userDir ?? mkdtempSync(join(tmpdir(), 'pendo-nodes-faults-'));
		const { settings, env } = setup;
		const start = () => startNodeRed({ engine, userDir, modules, settings, env });
		return new NodeRedHost(setup, userDir, start, await start());
	}

	async close(): Promise<void> {
		await this.nodeRed.kill();
		rmSync(this.userDir, { recursive: true, force: true });
	}

	async restart(how: 'stop' | 'kill'): Promise<void> {
		await this.nodeRed[how]();
		await this.startAgain();
	}

	async startAgain(): Promise<void> {
		this.nodeRed = await this.start();
	}

	async follow(followed: readonly Followed[]): Promise<void> {
		await this.nodeRed.deploy(this.flow(followed));
	}

	flow(followed: readonly Followed[]): NodeRedFlow[] {
		const origins = [...new Set(followed.map(({ baseUrl }) => baseUrl))];
		const configOf = (baseUrl: string) => `config-${origins.indexOf(baseUrl)}`;
		const at = { z: 'tab', x: 200, y: 200 };
		const tag = (from: string, text: string) => ({
			...{ id: `tag-${from}`, type: 'function', ...at, outputs: 1, wires: [['send']] },
			func: `return { payload: { from: '${from}', ${text} } };`,
		});
		return [
			{ id: 'tab', type: 'tab', label: 'Flow' },
			...origins.map((baseUrl) => ({
				...{ id: configOf(baseUrl), type: 'pendo-config', region: 'custom', baseUrl },
				credentials: { apiKey: this.setup.key },
			})),
			...followed.map(({ report, baseUrl, more }) => ({
				...{ id: report, type: 'pendo-visitor-in-report', ...at, pendo: configOf(baseUrl) },
				...{ report, interval: 1, intervalUnit: 's', firstPoll: 'snapshot', contextStore: '' },
				...{ returning: 'everyTime', wires: [['tag-event'], ['tag-notice']], ...more },
			})),
			...followed.flatMap(({ report }) =>
				['poll', 'reset'].map((topic) => ({
					...{ id: `${topic}-${report}`, type: 'inject', ...at, topic, wires: [[report]] },
					props: [{ p: 'topic', vt: 'str' }],
				})),
			),
			{ id: 'catch', type: 'catch', ...at, scope: null, wires: [['tag-error']] },
			tag(
				'event',
				'report: msg.pendo.report.id, subject: msg.topic, eventId: msg.pendo.eventId, payload: msg.payload',
			),
			tag('notice', 'report: msg.payload.report.id, notice: msg.topic, payload: msg.payload'),
			tag('error', 'report: msg.error.source.id, code: msg.error.code, message: msg.error.message'),
			{
				...{ id: 'send', type: 'http request', ...at, method: 'POST', ret: 'txt' },
				...{ url: this.setup.inbox, wires: [[]] },
			},
		] as NodeRedFlow[];
	}
}
