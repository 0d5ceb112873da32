import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestRecord } from '../../emulator/log';
import { processorTime, untilIdle } from '../process-cost';
import {
	enter,
	wronglyTold,
	type EngineSetup,
	type WatchingEngine,
} from '../../test/support/many-watches/engine';
import { openN8n } from '../../test/support/many-watches/n8n';
import { openNodeRed } from '../../test/support/many-watches/node-red';
import type { LoopDelay } from './probe';
import { ProbedLoop } from './probed';

/** How many watches poll how often, and for how long it is measured, seconds. */
export interface WatchLoad {
	readonly engine: 'n8n' | 'Node-RED';
	readonly watches: number;
	readonly interval: number;
	readonly idle: number;
	readonly busy: number;
	readonly env?: Record<string, string>;
}

export interface WatchesCost {
	readonly load: WatchLoad;
	/** The same watches, switched off. */
	readonly idle: LoopDelay;
	/** From switching all on until each has polled. */
	readonly start: LoopDelay;
	readonly startSeconds: number;
	readonly busy: LoopDelay;
	readonly polls: number;
	/** Processor time of the process above that of the idle one, milliseconds a poll. */
	readonly cpuMilliseconds: number;
	readonly entered: number;
	/** Visitors who entered and were not told, or told more than once, or told without having entered. */
	readonly wrong: number;
}

const SETTLE = 3_000;
const MINUTE = 60_000;
const open = { n8n: openN8n, 'Node-RED': openNodeRed };

export async function measureWatches(load: WatchLoad): Promise<WatchesCost> {
	const loop = await ProbedLoop.create();
	const reports = Array.from({ length: load.watches }, (_, index) => `watched-${index + 1}`);
	const setup: EngineSetup = {
		reports,
		interval: load.interval,
		env: { ...loop.env, ...load.env },
	};
	const engine = await open[load.engine](setup);
	try {
		await sleep(SETTLE);
		await untilIdle(engine.pid);
		const idleCpu = processorTime(engine.pid);
		const idle = await loop.during(() => sleep(load.idle * 1000));
		const idleShare = (processorTime(engine.pid) - idleCpu) / load.idle;

		const started = Date.now();
		const start = await loop.during(async () => {
			await engine.switchOn();
			await untilEachPolled(engine, reports);
		});
		const startSeconds = (Date.now() - started) / 1000;
		await sleep(SETTLE);

		const { control } = engine.emulator;
		control.clearRequests();
		const busyCpu = processorTime(engine.pid);
		const entered: string[] = [];
		const busy = await loop.during(async () => {
			const deadline = Date.now() + load.busy * 1000;
			// Those who enter last are polled within the time, too.
			for (let second = 0; second < load.busy - load.interval; second++) {
				entered.push(enter(engine, reports[(second * 37) % reports.length]!));
				await sleep(1000);
			}
			await sleep(deadline - Date.now());
		});
		const cpu = processorTime(engine.pid) - busyCpu - idleShare * load.busy;
		const polls = goodPolls(engine).length;
		// Whoever is told again is told again by the next poll.
		await sleep(load.interval * 1000 + SETTLE);
		return {
			...{ load, idle, start, startSeconds, busy, polls },
			cpuMilliseconds: cpu / polls,
			entered: entered.length,
			wrong: wronglyTold(entered, engine.told()),
		};
	} finally {
		await engine.close();
	}
}

function goodPolls({ emulator }: WatchingEngine): RequestRecord[] {
	return emulator.control
		.requests()
		.filter(({ kind, done, status }) => kind === 'results' && done && status === 200);
}

async function untilEachPolled(engine: WatchingEngine, reports: readonly string[]): Promise<void> {
	const deadline = Date.now() + 5 * MINUTE;
	while (new Set(goodPolls(engine).map(({ path }) => path)).size < reports.length) {
		if (Date.now() > deadline) throw new Error('some watches did not poll within five minutes');
		await sleep(100);
	}
}
