import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Dice } from '../../../emulator/random';
import { ensureNodeRedPackage } from '../../../scripts/node-red-package';
import { ensurePackage } from '../../../scripts/package';
import { cacheFolder } from '../../../scripts/project';
import type { Row } from '../support/row';
import { n8nVictim } from './n8n';
import { nodeRedVictim } from './node-red';
import { codeOf } from './code';
import type { Victim } from './engine';
import { KillRecords } from './records';
import { Rounds, type KillRecord } from './round';
import { rowsOf } from './rows';

export interface KillPlan {
	/** Kills of an earlier run of the same package count, where it resumes. */
	kills: number;
	/** Whether records are kept between runs. */
	resume: boolean;
}

/** For each host and mode, however few one run makes. */
export const WANTED = 200;

const FILE = join(cacheFolder, 'faults', 'kills.jsonl');

export const VICTIMS: readonly { name: string; victim: string; open: () => Promise<Victim> }[] = [
	{ name: 'kills-n8n', victim: 'n8n, default engine', open: () => n8nVictim(false) },
	{ name: 'kills-n8n-durable', victim: 'n8n, durable cursors', open: () => n8nVictim(true) },
	{
		name: 'kills-node-red',
		victim: 'Node-RED, own file',
		open: () => nodeRedVictim('own file'),
	},
	{
		name: 'kills-node-red-context',
		victim: 'Node-RED, localfilesystem',
		open: () => nodeRedVictim('localfilesystem'),
	},
];

/**
 * So many engines of one kind at a time: each waits half of the time, and those of the other
 * host run beside them.
 */
const LANES = Math.ceil(availableParallelism() * 1.5);
/** Opening an engine takes longer than a kill. */
const WORTH_AN_ENGINE = 4;

/** Kills engines at each moment in turn until there are as many kills as planned. */
export async function killRows(victim: string, plan: KillPlan): Promise<Row[]> {
	const { open } = VICTIMS.find((each) => each.victim === victim)!;
	const product = await productOf(victim);
	const records = new KillRecords(victim, product, plan.resume ? FILE : undefined);
	const missing = plan.kills - records.all.length;
	const lanes = Math.min(LANES, Math.ceil(missing / WORTH_AN_ENGINE));
	const seed = 1 + LANES * records.all.length;
	let broken = false;
	const lane = async (index: number) => {
		const victimOfLane = await open();
		try {
			const rounds = new Rounds(victimOfLane, new Dice(seed + index), seed + index);
			await rounds.reads(2);
			while (!broken) {
				const moment = records.nextMoment(plan.kills);
				if (moment === undefined) break;
				const record = await rounds.next(moment, product);
				records.keep(record);
				tell(record, records.all.length);
			}
		} catch (error) {
			broken = true;
			throw error;
		} finally {
			await victimOfLane.close();
		}
	};
	const ends = await Promise.allSettled(Array.from({ length: lanes }, (_, index) => lane(index)));
	for (const end of ends) if (end.status === 'rejected') throw end.reason;
	return rowsOf(victim, records.all, plan.resume ? WANTED : plan.kills);
}

function tell({ victim, moment, delivered, entered, who }: KillRecord, count: number): void {
	process.stderr.write(
		`${victim}: kill ${count} (${moment}): ${delivered} of ${entered} ${who.join(', ')}\n`,
	);
}

async function productOf(victim: string): Promise<string> {
	return codeOf(
		victim.startsWith('n8n') ? await ensurePackage() : (await ensureNodeRedPackage()).tarball,
	);
}
