import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { READ_WRITE_KEY, startEmulator, type Emulator } from '../../../emulator/server';
import { ensureEngine, type EngineName } from '../../../scripts/engines';
import { startNodeRed, type NodeRedFlow, type RunningNodeRed } from '../../../scripts/node-red';
import { ensureNodeRedPackage } from '../../../scripts/node-red-package';

export const REPORT = 'followed';
/** How often the followed report is polled: the shortest interval there is. */
const INTERVAL = 1_000;

export interface Told {
	from: 'event' | 'notice' | 'error';
	topic?: string;
	payload: Record<string, unknown>;
	pendo?: Record<string, unknown>;
	error?: { message: string; code?: string };
}

/** Real Node-RED that follows one report of an emulator, whose inbox keeps all that the flow sent. */
export class Scene {
	private newcomers = 0;
	nodeRed!: RunningNodeRed;

	private constructor(
		readonly emulator: Emulator,
		readonly userDir: string,
		private readonly start: () => Promise<RunningNodeRed>,
	) {}

	static async open(
		setup: { engine?: EngineName; settings?: string; env?: Record<string, string> } = {},
	): Promise<Scene> {
		const engine = await ensureEngine(setup.engine ?? 'node-red-5');
		const { modules } = await ensureNodeRedPackage();
		const emulator = await startEmulator();
		const userDir = mkdtempSync(join(tmpdir(), 'pendo-nodes-node-red-'));
		const { env } = setup;
		const settings = setup.settings?.replaceAll('USER_DIR', userDir);
		const scene = new Scene(emulator, userDir, () =>
			startNodeRed({ engine, userDir, modules, settings, env }),
		);
		scene.nodeRed = await scene.start();
		return scene;
	}

	async close(): Promise<void> {
		await this.nodeRed.kill();
		await this.emulator.close();
		rmSync(this.userDir, { recursive: true, force: true });
	}

	/** A report of ten that nothing has followed yet, and a flow that follows it. */
	async follow(trigger: Record<string, unknown> = {}): Promise<void> {
		await this.nodeRed.deploy([]);
		this.newReport();
		await this.nodeRed.deploy(this.flow(trigger));
	}

	newReport(): void {
		this.emulator.control.clearFaults();
		this.emulator.control.clearRequests();
		this.emulator.control.clearInbox();
		this.emulator.control.createReport({ id: REPORT, name: 'Followed', generated: 10 });
	}

	flow(trigger: Record<string, unknown> = {}, config: Record<string, unknown> = {}): NodeRedFlow[] {
		const at = (x: number, y: number) => ({ z: 'tab', x, y });
		const post = (name: string) => ({
			id: `send-${name}`,
			type: 'http request',
			...at(700, 100),
			method: 'POST',
			ret: 'txt',
			url: `${this.emulator.url}/emulator/inbox`,
			wires: [[]],
		});
		const tag = (name: string) => ({
			id: `tag-${name}`,
			type: 'function',
			...at(500, 100),
			func: `const { topic, payload, pendo, error } = msg; return { payload: { from: '${name}', topic, payload, pendo, error } };`,
			outputs: 1,
			wires: [[`send-${name}`]],
		});
		const press = (topic: string) => ({
			id: `press-${topic}`,
			type: 'inject',
			...at(100, 100),
			props: [{ p: 'topic', vt: 'str' }],
			topic,
			wires: [['trigger']],
		});
		return [
			{ id: 'tab', type: 'tab', label: 'Flow' },
			{
				id: 'config',
				type: 'pendo-config',
				region: 'custom',
				baseUrl: this.emulator.url,
				credentials: { apiKey: READ_WRITE_KEY },
				...config,
			},
			{
				id: 'trigger',
				type: 'pendo-visitor-in-report',
				...at(300, 100),
				pendo: 'config',
				report: REPORT,
				interval: INTERVAL / 1000,
				intervalUnit: 's',
				firstPoll: 'snapshot',
				returning: 'everyTime',
				contextStore: '',
				wires: [['tag-event'], ['tag-notice']],
				...trigger,
			},
			{ id: 'catch', type: 'catch', ...at(300, 300), scope: null, wires: [['tag-error']] },
			...['event', 'notice', 'error'].flatMap((name) => [tag(name), post(name)]),
			...['poll', 'test', 'reset', 'status', 'release', 'discard'].map(press),
		] as NodeRedFlow[];
	}

	/** Somebody new is in the report; answers who. */
	enter(): string {
		const visitorId = `newcomer-${++this.newcomers}`;
		this.emulator.control.enter(REPORT, { rows: [{ visitorId, plan: 'trial' }] });
		return visitorId;
	}

	told(from: Told['from']): Told[] {
		const all = this.emulator.control.inbox().map(({ body }) => body as Told);
		return all.filter((message) => message.from === from);
	}

	/** The names of the notices so far. */
	notices(): unknown[] {
		return this.told('notice').map(({ payload }) => payload.notice);
	}

	/** How often each of these fired. */
	fired(ids: string[]): number[] {
		const events = this.told('event').filter(({ pendo }) => !pendo?.sample);
		return ids.map((id) => events.filter(({ topic }) => topic === id).length);
	}

	/** Complete reads of the report so far. */
	reads(): number {
		return this.requests().filter(({ done, status }) => done && status === 200).length;
	}

	requests() {
		return this.emulator.control.requests().filter(({ kind }) => kind === 'results');
	}

	/** Waits for so many more reads, and until what they found has arrived; `begin` may be what leads to them. */
	async pollAgain(times = 1, begin?: () => Promise<void>): Promise<void> {
		const wanted = this.reads() + times;
		await begin?.();
		await waitFor(() => this.reads() >= wanted, `${times} more polls`);
		await sleep(250);
	}

	/** One read that certainly began after this call. */
	async pollAnew(): Promise<void> {
		await this.pollAgain(2);
	}

	/** Open connections from Node-RED to the emulator, as Linux counts them. */
	connections(): number {
		const port = this.emulator.port.toString(16).toUpperCase().padStart(4, '0');
		const established = readFileSync('/proc/net/tcp', 'utf8')
			.split('\n')
			.map((line) => line.trim().split(/\s+/))
			.filter(([, , remote, state]) => remote?.endsWith(`:${port}`) && state === '01')
			.map((columns) => `socket:[${columns[9]}]`);
		const folder = `/proc/${this.nodeRed.pid}/fd`;
		const own = readdirSync(folder).map((name) => {
			try {
				return readlinkSync(join(folder, name));
			} catch {
				return '';
			}
		});
		return established.filter((socket) => own.includes(socket)).length;
	}

	async restart(how: 'stop' | 'kill'): Promise<void> {
		await this.nodeRed[how]();
		this.nodeRed = await this.start();
	}
}

export async function waitFor(
	condition: () => boolean,
	what: string,
	milliseconds = 20_000,
): Promise<void> {
	const deadline = Date.now() + milliseconds;
	while (!condition()) {
		if (Date.now() > deadline) throw new Error(`${what} did not happen in ${milliseconds} ms`);
		await sleep(25);
	}
}
