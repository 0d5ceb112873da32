import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { READ_WRITE_KEY, startEmulator, type Emulator } from '../emulator/server';
import { ensureEngine } from '../scripts/engines';
import { startNodeRed, type NodeRedFlow, type RunningNodeRed } from '../scripts/node-red';
import { ensureNodeRedPackage } from '../scripts/node-red-package';
import { projectRoot } from '../scripts/project';
import { processorTime, residentMemory, untilIdle } from './process-cost';
import { compiledFolder } from './processes';
import type { Probed } from './probe';
import { median } from './statistics';

export type FlowName = 'pendo-nodes' | 'split and filter' | 'function';

/** A flow that follows a report in a fresh Node-RED as it is installed: no context store is set. */
export interface FlowCost {
	readonly flow: FlowName;
	readonly rows: number;
	/** Processor time of the process, milliseconds a poll in which nobody came or left. */
	readonly cpuMilliseconds: number;
	/** Resident memory after these polls above that of Node-RED without a flow, MB of 10^6 bytes. */
	readonly megabytes: number;
	/** Of the longest stalls of some polls the median: a busy machine disturbs single ones. */
	readonly stallMilliseconds: number;
	/** Processor time of the main thread within the longest gap. */
	readonly stallCpuMilliseconds: number;
	/** Events of the first poll. */
	readonly first: number;
	/** Events after one newcomer appeared while Node-RED was stopped, and while a full deploy took place. */
	readonly afterRestart: number;
	readonly afterDeploy: number;
}

const REPORT = 'benchmark';
const WARM_UP = 4;
const POLLS = 10;
const STALL_POLLS = 5;
const MINUTE = 60_000;

/** Runs each flow, one after the other, on one emulator. */
export async function measureFlows(rows: number): Promise<FlowCost[]> {
	const emulator = await startEmulator();
	try {
		const costs: FlowCost[] = [];
		for (const flow of ['pendo-nodes', 'split and filter', 'function'] as const)
			costs.push(await measureFlow(emulator, flow, rows));
		return costs;
	} finally {
		await emulator.close();
	}
}

async function measureFlow(emulator: Emulator, flow: FlowName, rows: number): Promise<FlowCost> {
	emulator.control.createReport({ id: REPORT, name: 'Benchmark', generated: rows });
	const userDir = mkdtempSync(join(tmpdir(), 'pendo-nodes-bench-'));
	const start = await starter(emulator, userDir);
	let nodeRed = await start();
	try {
		await untilIdle(nodeRed.pid);
		const memoryBefore = residentMemory(nodeRed.pid);
		await afterRead(emulator, nodeRed, () => nodeRed.deploy(flowOf(flow, emulator)));
		const first = await eventsOf(nodeRed);

		const poll = () => afterRead(emulator, nodeRed, () => nodeRed.inject('poll'));
		for (let turn = 0; turn < WARM_UP; turn++) await poll();
		const worked = processorTime(nodeRed.pid);
		for (let turn = 0; turn < POLLS; turn++) await poll();
		const cpuMilliseconds = (processorTime(nodeRed.pid) - worked) / POLLS;
		const megabytes = residentMemory(nodeRed.pid) - memoryBefore;
		const stalls: Probed[] = [];
		for (let turn = 0; turn < STALL_POLLS; turn++) {
			await probe(nodeRed, 'start');
			await poll();
			stalls.push(await probe(nodeRed, 'stop'));
		}

		await nodeRed.stop();
		emulator.control.enter(REPORT, { count: 1 });
		await afterRead(emulator, undefined, async () => {
			nodeRed = await start();
		});
		await untilIdle(nodeRed.pid);
		const afterRestart = await eventsOf(nodeRed);

		emulator.control.enter(REPORT, { count: 1 });
		await afterRead(emulator, nodeRed, () => nodeRed.deploy(flowOf(flow, emulator)));
		const afterDeploy = (await eventsOf(nodeRed)) - afterRestart;
		return {
			...{ flow, rows, cpuMilliseconds, megabytes, first, afterRestart, afterDeploy },
			stallMilliseconds: median(stalls.map((stall) => stall.stallMilliseconds)),
			stallCpuMilliseconds: median(stalls.map((stall) => stall.stallCpuMilliseconds)),
		};
	} finally {
		await nodeRed.kill();
		rmSync(userDir, { recursive: true, force: true });
	}
}

async function starter(
	emulator: Emulator,
	userDir: string,
): Promise<() => Promise<RunningNodeRed>> {
	const engine = await ensureEngine('node-red-5');
	const { modules } = await ensureNodeRedPackage();
	const settings = `...require(${JSON.stringify(join(compiledFolder, 'probe.js'))}),`;
	const env = {
		PENDO_URL: `${emulator.url}/api/v1/report/${REPORT}/results.json`,
		PENDO_KEY: READ_WRITE_KEY,
	};
	return () => startNodeRed({ engine, userDir, modules, settings, env });
}

/** Does something that leads to a read of the report, and waits until Node-RED is done with it. */
async function afterRead(
	emulator: Emulator,
	nodeRed: RunningNodeRed | undefined,
	work: () => Promise<void>,
): Promise<void> {
	emulator.control.clearRequests();
	await work();
	const deadline = Date.now() + MINUTE;
	const isRead = () =>
		emulator.control.requests().some(({ kind, done, status }) => {
			return kind === 'results' && done && status === 200;
		});
	while (!isRead()) {
		if (Date.now() > deadline) throw new Error('the report was not read within a minute');
		await sleep(25);
	}
	if (nodeRed) await untilIdle(nodeRed.pid);
}

async function eventsOf(nodeRed: RunningNodeRed): Promise<number> {
	return (await probe(nodeRed, 'stop')).events;
}

async function probe(nodeRed: RunningNodeRed, what: 'start' | 'stop'): Promise<Probed> {
	const answer = await fetch(`${nodeRed.url}/probe/${what}`, { method: 'POST' });
	return (await answer.json()) as Probed;
}

/** Polled by a button, and once when it starts; what it tells is counted and shown in the sidebar. */
function flowOf(flow: FlowName, emulator: Emulator): NodeRedFlow[] {
	const nodes = flow === 'pendo-nodes' ? ourFlow(emulator) : byHand(flow);
	const tab = nodes.find(({ type }) => type === 'tab')!.id;
	const teller = nodes.find(({ type }) => type === 'debug')!;
	const at = { z: tab, x: 100, y: 200 };
	const counted = nodes.map((node) => ({
		...node,
		...(Array.isArray(node.wires) && {
			wires: (node.wires as string[][]).map((wires) =>
				wires.includes(teller.id) ? [...wires, 'count'] : wires,
			),
		}),
	}));
	const func = "global.get('countEvent')();";
	return [...counted, { id: 'count', type: 'function', ...at, func, outputs: 0, wires: [] }];
}

function byHand(flow: Exclude<FlowName, 'pendo-nodes'>): NodeRedFlow[] {
	const name = flow === 'function' ? 'node-red-function' : 'node-red-split-filter';
	const text = readFileSync(join(projectRoot, 'bench', 'peers', `${name}.json`), 'utf8');
	return (JSON.parse(text) as NodeRedFlow[]).map((node) =>
		node.type === 'inject' ? { ...node, id: 'poll', repeat: '' } : node,
	);
}

function ourFlow(emulator: Emulator): NodeRedFlow[] {
	const at = { z: 'tab', x: 100, y: 100 };
	return [
		{ id: 'tab', type: 'tab', label: 'Pendo' },
		{
			...{ id: 'config', type: 'pendo-config', region: 'custom', baseUrl: emulator.url },
			credentials: { apiKey: READ_WRITE_KEY },
		},
		{ id: 'poll', type: 'inject', ...at, props: [], wires: [['watch']] },
		{
			...{ id: 'watch', type: 'pendo-visitor-in-report', ...at, pendo: 'config', report: REPORT },
			...{ interval: 1, intervalUnit: 'h', firstPoll: 'snapshot', returning: 'everyTime' },
			wires: [['tell'], []],
		},
		{
			...{ id: 'tell', type: 'debug', ...at, active: true, tosidebar: true, complete: 'payload' },
			...{ targetType: 'msg', wires: [] },
		},
	];
}
