import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureNodeRedPackage } from '../scripts/node-red-package';
import type { Place } from './body';
import type { PollCost } from './cases/poll';
import type { ScanSpeed } from './cases/scan';
import type { StateSize } from './cases/state-size';
import type { StateTextCost } from './cases/state-text';
import type { Year } from './cases/year';
import { measureFlows, type FlowCost } from './node-red';
import { MILLION, PLANS, pollCase, type Mode, type Plan, type WarmPolls } from './plan';
import { benchFolder, runInProcess, startServer } from './processes';
import type { ReportShape } from './reports';
import { measureWatches, type WatchesCost, type WatchLoad } from './watches/measure';
import type { WayName } from './ways';

export interface Effort {
	readonly rounds: number;
	/** Rounds of what takes long. */
	readonly slowRounds: number;
	readonly warmPolls: WarmPolls;
	/** Rows of the reports that flows in Node-RED follow. */
	readonly flowRows: readonly number[];
	/** Of many watches in one engine. */
	readonly watches: readonly WatchLoad[];
	/** Polls of the long soak. */
	readonly soakPolls: number;
}

export class Measurements {
	readonly scans: ScanSpeed[] = [];
	readonly stateTexts: StateTextCost[] = [];
	readonly flows: FlowCost[] = [];
	readonly watches: WatchesCost[] = [];
	readonly polls = new Map<string, PollCost[]>();

	constructor(
		readonly stateSize: StateSize,
		readonly noChange: { readonly bytes: number },
		readonly year: Year,
	) {}

	add(plan: Plan, cost: PollCost): void {
		const name = nameOf(plan);
		this.polls.set(name, [...(this.polls.get(name) ?? []), cost]);
	}

	/** One figure of a kind of poll, of each round. */
	of(
		way: WayName,
		rows: number,
		mode: Mode,
		figure: keyof PollCost = 'milliseconds',
		shape: ReportShape = 'plain',
	): number[] {
		const name = nameOf({ way, rows, mode, shape });
		return (this.polls.get(name) ?? []).map((cost) => cost[figure]);
	}
}

function nameOf({ way, rows, mode, shape }: Plan): string {
	return `${way}, ${rows} ${shape} rows, ${mode}`;
}

function fileOf({ way, rows, shape }: Omit<Plan, 'mode'>): string {
	const state = way === 'pendo-nodes' ? 'snapshot' : 'ids';
	return join(benchFolder, `${state}-${shape}-${rows}.json`);
}

/** Runs all cases, in rounds, each in a process of its own. */
export async function measure(effort: Effort, say: (text: string) => void): Promise<Measurements> {
	mkdirSync(benchFolder, { recursive: true });
	const server = await startServer();
	try {
		const place: Place = { port: server.port, shape: 'plain', rows: 100_000 };
		say('state, and what each way stored');
		// Nothing here is timed.
		const [measurements] = await Promise.all([
			measureState({ ...place, rows: 10_000 }, effort.soakPolls),
			prepare(server.port),
			ensureNodeRedPackage(),
		]);
		for (let round = 0; round < effort.rounds; round++) {
			say(`round ${round + 1} of ${effort.rounds}`);
			measurements.scans.push(await runInProcess('scan', { place }));
			measurements.stateTexts.push(
				await runInProcess('state-text', {
					file: fileOf({ way: 'pendo-nodes', rows: MILLION, shape: 'plain' }),
				}),
			);
			for (const plan of PLANS) {
				if (plan.isSlow && round >= effort.slowRounds) continue;
				const cost = await runInProcess<PollCost>(
					'poll',
					pollCase(plan, server.port, fileOf(plan), effort.warmPolls),
				);
				measurements.add(plan, cost);
			}
		}
		for (const rows of effort.flowRows) {
			say(`flows in Node-RED, ${rows} rows`);
			measurements.flows.push(...(await measureFlows(rows)));
		}
		for (const load of effort.watches) {
			say(`${load.watches} watches in one ${load.engine}`);
			measurements.watches.push(await measureWatches(load));
		}
		return measurements;
	} finally {
		server.stop();
	}
}

async function measureState(place: Place, soakPolls: number): Promise<Measurements> {
	return new Measurements(
		await runInProcess('state-size', {}),
		await runInProcess('no-change', { place }),
		await runInProcess('year', { polls: soakPolls }),
	);
}

async function prepare(port: number): Promise<void> {
	const prepared = new Set<string>();
	for (const plan of PLANS) {
		const file = fileOf(plan);
		if (prepared.has(file)) continue;
		prepared.add(file);
		const { rows, shape } = plan;
		const way = plan.way === 'pendo-nodes' ? 'pendo-nodes' : 'by hand';
		await runInProcess('prepare', { way, place: { port, shape, rows }, file });
	}
}
