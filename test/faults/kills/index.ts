import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Dice } from '../../../emulator/random';
import { ensureNodeRedPackage } from '../../../scripts/node-red-package';
import { ensurePackage } from '../../../scripts/package';
import { cacheFolder } from '../../../scripts/project';
import type { Row } from '../support/row';
import { n8nVictim } from './n8n';
import { nodeRedVictim } from './node-red';
import type { Victim } from './engine';
import { MOMENTS } from './moments';
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

/** Kills one engine at each moment in turn until there are as many kills as planned. */
export async function killRows(victim: string, plan: KillPlan): Promise<Row[]> {
	const { open } = VICTIMS.find((each) => each.victim === victim)!;
	const product = await productOf(victim);
	const records = plan.resume ? earlier(victim, product) : [];
	if (records.length < plan.kills) await killOn(open, product, plan, records);
	return rowsOf(victim, records, plan.resume ? WANTED : plan.kills);
}

async function killOn(
	open: () => Promise<Victim>,
	product: string,
	plan: KillPlan,
	records: KillRecord[],
): Promise<void> {
	const victim = await open();
	const seed = records.length + 1;
	const dice = new Dice(seed);
	const rounds = new Rounds(victim, dice, seed);
	try {
		await rounds.reads(2);
		while (records.length < plan.kills) {
			const moment = MOMENTS[records.length % MOMENTS.length]!;
			const record = await rounds.next(moment, product);
			records.push(record);
			if (plan.resume) keep(record);
			const { entered, delivered, who } = record;
			process.stderr.write(
				`${victim.name}: kill ${records.length} (${moment}): ${delivered} of ${entered} ${who.join(', ')}\n`,
			);
		}
	} finally {
		await victim.close();
	}
}

async function productOf(victim: string): Promise<string> {
	const tarball = victim.startsWith('n8n')
		? await ensurePackage()
		: (await ensureNodeRedPackage()).tarball;
	return basename(dirname(tarball));
}

function earlier(victim: string, product: string): KillRecord[] {
	if (!existsSync(FILE)) return [];
	return readFileSync(FILE, 'utf8')
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line) as KillRecord)
		.filter((record) => record.victim === victim && record.product === product);
}

function keep(record: KillRecord): void {
	mkdirSync(dirname(FILE), { recursive: true });
	appendFileSync(FILE, `${JSON.stringify(record)}\n`);
}
