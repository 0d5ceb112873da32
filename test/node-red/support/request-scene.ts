import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	READ_WRITE_KEY,
	startEmulator,
	TRACK_SECRET,
	type Emulator,
} from '../../../emulator/server';
import { ensureEngine, type EngineName } from '../../../scripts/engines';
import { startNodeRed, type NodeRedFlow, type RunningNodeRed } from '../../../scripts/node-red';
import { ensureNodeRedPackage } from '../../../scripts/node-red-package';

export type Message = Record<string, unknown> & { payload?: unknown };

/** What became of one message that a request node was given. */
export interface Outcome {
	/** What the node sent, in its order. */
	messages: Message[];
	/** What a Catch node heard. */
	caught?: Message & { error: { message: string; code?: string } };
}

/** Real Node-RED with request nodes on an emulator; each node is reached by HTTP. */
export class RequestScene {
	private constructor(
		readonly emulator: Emulator,
		readonly nodeRed: RunningNodeRed,
		readonly userDir: string,
	) {}

	static async open(
		setup: { engine?: EngineName; env?: Record<string, string> } = {},
	): Promise<RequestScene> {
		const engine = await ensureEngine(setup.engine ?? 'node-red-5');
		const { modules } = await ensureNodeRedPackage();
		const emulator = await startEmulator();
		emulator.control.setDelays({
			segmentReadyAfter: 0,
			exportReadyAfter: 0,
			deletionReadyAfter: 0,
		});
		const userDir = mkdtempSync(join(tmpdir(), 'pendo-nodes-request-'));
		const nodeRed = await startNodeRed({ engine, userDir, modules, env: setup.env });
		return new RequestScene(emulator, nodeRed, userDir);
	}

	async close(): Promise<void> {
		await this.nodeRed.stop();
		await this.emulator.close();
		rmSync(this.userDir, { recursive: true, force: true });
	}

	/** Deploys request nodes, by name; answers only when all of them run. */
	async deploy(
		nodes: Record<string, Record<string, unknown>>,
		{ config = {}, more = [] }: { config?: Record<string, unknown>; more?: NodeRedFlow[] } = {},
	): Promise<void> {
		await this.nodeRed.deploy([...this.flow(nodes, config), ...more]);
	}

	private flow(
		nodes: Record<string, Record<string, unknown>>,
		config: Record<string, unknown>,
	): NodeRedFlow[] {
		const at = { z: 'tab', x: 100, y: 100 };
		const code = (id: string, func: string, to: string[]) => ({
			...{ id, type: 'function', ...at, func, outputs: 1, wires: [to] },
		});
		const asked = Object.entries(nodes).flatMap(([name, properties]) => [
			{
				id: `in-${name}`,
				type: 'http in',
				...at,
				url: `/${name}`,
				method: 'post',
				wires: [[`fill-${name}`]],
			},
			code(
				`fill-${name}`,
				'const { req, res, payload } = msg; flow.set(msg._msgid, []); flow.set("who", payload.who); global.set("who", payload.who); return { req, res, turn: msg._msgid, ...payload };',
				[`node-${name}`],
			),
			{
				...{ id: `node-${name}`, type: 'pendo-request', ...at, pendo: 'config' },
				wires: [['collect']],
				...properties,
			},
		]);
		const ids = Object.keys(nodes).map((name) => `node-${name}`);
		return [
			{ id: 'tab', type: 'tab', label: 'Flow' },
			{
				...{ id: 'config', type: 'pendo-config', region: 'custom', baseUrl: this.emulator.url },
				credentials: { apiKey: READ_WRITE_KEY, trackEventSecret: TRACK_SECRET },
				...config,
			},
			...asked,
			code(
				'collect',
				'const { req, res, ...rest } = msg; const all = flow.get(msg.turn); all.push(rest); flow.set(msg.turn, all);',
				[],
			),
			{ id: 'complete', type: 'complete', ...at, scope: ids, wires: [['well']] },
			{ id: 'catch', type: 'catch', ...at, scope: ids, wires: [['badly']] },
			code('well', 'msg.payload = { messages: flow.get(msg.turn) }; return msg;', ['out']),
			code(
				'badly',
				'const { req, res, ...caught } = msg; msg.payload = { messages: flow.get(msg.turn), caught }; delete msg.statusCode; return msg;',
				['out'],
			),
			{ id: 'out', type: 'http response', ...at, statusCode: '200', wires: [] },
		] as NodeRedFlow[];
	}

	/** Gives a request node a message, and waits for what comes of it. */
	async send(name: string, message: object = {}): Promise<Outcome> {
		const answer = await fetch(`${this.nodeRed.url}/${name}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(message),
			signal: AbortSignal.timeout(30_000),
		});
		return (await answer.json()) as Outcome;
	}

	/** The one answer to a message. */
	async ask(name: string, message: object = {}): Promise<Message> {
		const { messages, caught } = await this.send(name, message);
		if (caught) throw new Error(caught.error.message);
		expect(messages).toHaveLength(1);
		return messages[0]!;
	}

	/** What Pendo was asked, as `PUT /path`, beside what the key may do. */
	asked(): string[] {
		return this.emulator.control
			.requests()
			.filter(({ kind }) => kind !== 'verify')
			.map(({ method, path }) => `${method} ${path}`);
	}
}
