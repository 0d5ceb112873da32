import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Dice } from '../../../emulator/random';
import { engineVersion } from '../../../scripts/engines';
import { ensureNodeRedPackage } from '../../../scripts/node-red-package';
import { ensurePackage } from '../../../scripts/package';
import { cacheFolder } from '../../../scripts/project';
import { PostgresDatabase } from '../support/postgres';
import { notRun, type Row } from '../support/row';
import { n8nVictim } from './n8n';
import { nodeRedVictim } from './node-red';
import { codeOf } from './code';
import type { Victim } from './engine';
import { KillRecords } from './records';
import { emptyRound, Rounds, type KillRecord } from './round';
import { rowsOf } from './rows';

export interface KillPlan {
	/** Kills of an earlier run of the same package count, where it resumes. */
	kills: number;
	/** Whether records are kept between runs. */
	resume: boolean;
}

export interface VictimPlan {
	/** Of its section. */
	name: string;
	victim: string;
	open: () => Promise<Victim>;
	/** A quick run has no time for it. */
	onlyInFull?: true;
	/** Why it cannot be run on this machine, where that is so. */
	lacks?: () => string | undefined;
}

/** Kills of each host and mode, however few one run makes. */
export const WANTED = 200;
const ON_POSTGRES = {
	onlyInFull: true,
	lacks: () => PostgresDatabase.lacks(),
} as const;

const FILE = join(cacheFolder, 'faults', 'kills.jsonl');

export const VICTIMS: readonly VictimPlan[] = [
	{
		name: 'kills-n8n',
		victim: 'n8n, default engine',
		open: () => n8nVictim(false),
	},
	{
		name: 'kills-n8n-durable',
		victim: 'n8n, durable cursors',
		open: () => n8nVictim(true),
	},
	{
		name: 'kills-n8n-postgres',
		victim: 'n8n on PostgreSQL, default engine',
		...ON_POSTGRES,
		open: async () => await n8nVictim(false, await PostgresDatabase.start()),
	},
	{
		name: 'kills-n8n-postgres-durable',
		victim: 'n8n on PostgreSQL, durable cursors',
		...ON_POSTGRES,
		open: async () => await n8nVictim(true, await PostgresDatabase.start()),
	},
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
export async function killRows(
	{ victim, open, lacks }: VictimPlan,
	plan: KillPlan,
): Promise<Row[]> {
	const why = lacks?.();
	if (why !== undefined) return [notRun(`Killed: ${victim}`, why)];
	const kills = Math.min(plan.kills, WANTED);
	const product = await productOf(victim);
	const records = new KillRecords(victim, product, plan.resume ? FILE : undefined);
	const missing = kills - records.all.length;
	const lanes = Math.min(LANES, Math.ceil(missing / WORTH_AN_ENGINE));
	const seed = 1 + LANES * records.all.length;
	let broken = false;
	const lane = async (index: number) => {
		const victimOfLane = await open();
		try {
			const rounds = new Rounds(victimOfLane, new Dice(seed + index), seed + index);
			await rounds.reads(2);
			while (!broken) {
				const moment = records.nextMoment(kills);
				if (moment === undefined) break;
				const round = await rounds.next(moment).catch((error: Error) => {
					broken = true;
					return { ...emptyRound(moment), brokeOff: error.message };
				});
				const record = { victim, product, ...round };
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
	return rowsOf(victim, records.all, plan.resume ? WANTED : kills);
}

function tell(
	{ victim, moment, delivered, entered, who, brokeOff = '' }: KillRecord,
	count: number,
): void {
	process.stderr.write(
		`${victim}: kill ${count} (${moment}): ${delivered} of ${entered} ${who.join(', ')} ${brokeOff}\n`,
	);
}

/** Our code under test, and the version of the engine. */
async function productOf(victim: string): Promise<string> {
	const ofN8n = victim.startsWith('n8n');
	const code = codeOf(ofN8n ? await ensurePackage() : (await ensureNodeRedPackage()).tarball);
	return `${code} in ${engineVersion(ofN8n ? 'n8n-2' : 'node-red-5')}`;
}
