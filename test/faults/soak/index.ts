import { setTimeout as sleep } from 'node:timers/promises';
import type { Emulator } from '../../../emulator/server';
import {
	enter,
	wronglyTold,
	type EngineSetup,
	type WatchingEngine,
} from '../../support/many-watches/engine';
import { openN8n } from '../../support/many-watches/n8n';
import { openNodeRed } from '../../support/many-watches/node-red';
import { never, type Row } from '../support/row';
import { waitUntil } from '../support/wait';
import { Probe, type Held } from './held';

interface SoakPlan {
	open(setup: EngineSetup): Promise<WatchingEngine>;
	/** Seconds between two polls of a watch. */
	interval: number;
	/** Good polls of each watch, and how many of these are for warming up. */
	polls: number;
	fresh: number;
}

/** As many polls of each watch as a day has with the usual interval of five minutes. */
const POLLS_OF_A_DAY = 288;
const WATCHES = 50;
/** One answer of so many is spoiled. */
const SPOILED = 20;
/** Megabytes. */
const MOST_GROWTH = 10;
/** An engine has timers of its own, which come and go. */
const OF_THE_ENGINE = 5;
/** Half a second apart; together longer than a poll takes. */
const LOOKS = 10;
const LONGEST = 2 * 3_600_000;

export function nodeRedSoakRows(full: boolean): Promise<Row[]> {
	const polls = full ? { polls: POLLS_OF_A_DAY, fresh: 20 } : { polls: 24, fresh: 8 };
	return soakRows({ open: openNodeRed, interval: 1, ...polls });
}

/** A day takes n8n half an hour: only in full runs. */
export async function n8nSoakRows(full: boolean): Promise<Row[]> {
	if (!full) return [];
	return await soakRows({ open: openN8n, interval: 5, polls: POLLS_OF_A_DAY, fresh: 20 });
}

/** Many watches in one real engine, while people enter and one answer of twenty is spoiled. */
async function soakRows({ open, interval, polls, fresh }: SoakPlan): Promise<Row[]> {
	const reports = Array.from({ length: WATCHES }, (_, index) => `soaked-${index + 1}`);
	const probe = await Probe.create();
	const engine = await open({ reports, interval, env: probe.env });
	const tally = new Tally(engine.emulator, reports);
	let end = (): void => undefined;
	try {
		const before = await probe.look(engine.pid);
		await engine.switchOn();
		await waitUntil('a snapshot of all', () => tally.fewest() >= 2, LONGEST, 1_000);
		const spoiling = spoil(engine, reports);
		({ end } = spoiling);
		const { entered } = spoiling;
		await waitUntil('all to be warm', () => tally.fewest() >= fresh, LONGEST, 1_000);
		const warm = await atRest(probe, engine);
		await waitUntil('a day of polls', () => tally.fewest() >= polls, LONGEST, 1_000);
		const after = await atRest(probe, engine);
		end();
		const spoiled = spoiling.spoiled();
		const asked = tally.asked();
		const restOf = tally.fewest();
		await waitUntil('the last polls', () => tally.fewest() >= restOf + 2, LONGEST, 1_000);
		await engine.switchOff();
		await sleep(10_000);
		const closed = await probe.look(engine.pid);
		const title = `Soak: ${engine.name}: ${WATCHES} watches, ${polls} polls each, one of ${SPOILED} answers spoiled`;
		const row = (what: string, value: number | string, target: string, holds: boolean): Row => ({
			name: `${title}: ${what}`,
			value,
			target,
			holds,
		});
		const growth = Math.round((after.megabytes - warm.megabytes) * 10) / 10;
		const openAt = [warm, after].map(({ open }) => counted(open)).join('; ');
		const descriptorsAt = [warm, after].map(({ descriptors }) => descriptors).join(', ');
		return [
			row('good polls', tally.all(), `at least ${WATCHES * polls}`, tally.all() >= WATCHES * polls),
			row('answers spoiled', `${spoiled} of ${asked}`, 'counted', spoiled > 0),
			row('visitors who entered', entered.length, 'counted', entered.length > 0),
			never(`${title}: missed or told twice`, wronglyTold(entered, engine.told())),
			row('megabytes grown after warming up', growth, `< ${MOST_GROWTH}`, growth < MOST_GROWTH),
			row(
				'sockets, timers and requests open, warm and at the end',
				openAt,
				'at most one more for each watch',
				after.open.length <= warm.open.length + WATCHES,
			),
			row(
				'files and sockets, warm and at the end',
				descriptorsAt,
				'at most one more for each watch',
				after.descriptors <= warm.descriptors + WATCHES,
			),
			row(
				'sockets, timers and requests open, before and when all are switched off',
				`${before.open.length}, ${closed.open.length}`,
				`at most ${OF_THE_ENGINE} more`,
				closed.open.length <= before.open.length + OF_THE_ENGINE,
			),
			never(`${title}: warnings of too many listeners`, closed.warnings),
		];
	} finally {
		end();
		await engine.close();
	}
}

/** Of several looks the least of each: some watch always reads just now, on a busy machine many at once. */
async function atRest(probe: Probe, { pid }: WatchingEngine): Promise<Held> {
	const looks: Held[] = [];
	while (looks.length < LOOKS) {
		looks.push(await probe.look(pid));
		await sleep(500);
	}
	return {
		megabytes: Math.min(...looks.map(({ megabytes }) => megabytes)),
		open: looks
			.map(({ open }) => open)
			.reduce((least, each) => (each.length < least.length ? each : least)),
		descriptors: Math.min(...looks.map(({ descriptors }) => descriptors)),
		warnings: looks.at(-1)!.warnings,
	};
}

/** As in "612: 600 Timeout, 12 TCPSocketWrap". */
function counted(open: readonly string[]): string {
	const kinds = [...new Set(open)].map((kind) => ({
		kind,
		count: open.filter((each) => each === kind).length,
	}));
	kinds.sort((one, other) => other.count - one.count);
	return `${open.length}: ${kinds.map(({ kind, count }) => `${count} ${kind}`).join(', ')}`;
}

/** Good polls of each report; the emulator remembers only the last of all requests. */
class Tally {
	private readonly counted = new Set<number>();
	private readonly counts: Map<string, number>;

	constructor(
		private readonly emulator: Emulator,
		reports: readonly string[],
	) {
		this.counts = new Map(reports.map((report) => [report, 0]));
	}

	fewest(): number {
		this.count();
		return Math.min(...this.counts.values());
	}

	all(): number {
		return this.counted.size;
	}

	asked(): number {
		return this.emulator.control.state().requestCount;
	}

	private count(): void {
		for (const { id, path, kind, done, status, faults } of this.emulator.control.requests()) {
			if (kind !== 'results' || !done || status !== 200 || faults.length > 0) continue;
			if (this.counted.has(id)) continue;
			this.counted.add(id);
			const report = path.split('/').find((part) => this.counts.has(part))!;
			this.counts.set(report, this.counts.get(report)! + 1);
		}
	}
}

const FAULTS = ['status', 'reset', 'truncate', 'html', 'gzip-cut'] as const;

/** For every twentieth request one answer is spoiled and somebody enters, until it is told to end. */
function spoil(engine: WatchingEngine, reports: readonly string[]) {
	const { control } = engine.emulator;
	const entered: string[] = [];
	let spoiled = 0;
	let asked = control.state().requestCount;
	const look = setInterval(() => {
		const { requestCount } = control.state();
		for (; asked + SPOILED <= requestCount; asked += SPOILED) {
			const type = FAULTS[spoiled % FAULTS.length]!;
			const broken = type === 'reset' || type === 'truncate';
			control.addFault({
				match: { kind: 'results' },
				fault: { type, ...(broken && { afterBytes: 500 }) },
			});
			spoiled++;
			entered.push(enter(engine, reports[(spoiled * 37) % reports.length]!));
		}
	}, 20);
	return { entered, spoiled: () => spoiled, end: () => clearInterval(look) };
}
