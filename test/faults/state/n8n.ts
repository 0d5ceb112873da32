import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { Bench, TRIGGER } from '../../n8n/support/bench';
import { visitor, visitors } from '../../n8n/support/rows';
import { Watch } from '../../n8n/support/watch';
import type { Row } from '../support/row';
import { waitUntil } from '../support/wait';
import { Clock, jumpRow } from './clock';
import { DAMAGES } from './damages';

const NODE = `node:${TRIGGER}`;
const WORDS = { 'state-damaged': /snapshot is damaged/, 'state-newer': /newer version/ };

/** Each damage on a workflow of its own, while n8n is stopped: as an import or a restored backup leaves it. */
export async function n8nStateRows(): Promise<Row[]> {
	const bench = await Bench.start();
	try {
		const watches = new Map<string, Watch>();
		for (const { name } of DAMAGES)
			watches.set(name, await bench.publishWatch({ rows: visitors(30) }));
		const original = await bench.publishWatch({ rows: visitors(30) });
		const all = [...watches.values(), original];
		const stateOf = ({ workflowId }: Watch) =>
			JSON.stringify(bench.database.staticData(workflowId)[NODE]?.watch ?? null);
		await waitUntil('a state of each', () => all.every((watch) => stateOf(watch) !== 'null'));
		await bench.n8n.stop();
		const other = stateOf(original);
		const damaged = new Map<string, string>();
		for (const { name, damage } of DAMAGES) {
			const watch = watches.get(name)!;
			damaged.set(name, damage(stateOf(watch), other));
			store(bench, watch.workflowId, damaged.get(name)!);
			watch.enter(visitor('meanwhile'));
		}
		const id = await importCopy(bench, original.workflowId);
		original.enter(visitor('meanwhile'));
		await bench.startAgain();
		await bench.publish(id);
		const rows: Row[] = await Promise.all(
			DAMAGES.map(async ({ name, told }): Promise<Row> => {
				const watch = watches.get(name)!;
				const problem = await outcomeOf(watch, told).catch((error: Error) => error.message);
				const kept = told === 'reset' || stateOf(watch) === damaged.get(name);
				return {
					name: `State: n8n: ${name}`,
					value: problem ?? (kept ? 'told in words, nobody fired' : 'its state was changed'),
					target: 'told in words, nobody fires, state untouched',
					holds: problem === undefined && kept,
				};
			}),
		);
		const twins = [original, new Watch(bench, id, original.reportId)];
		const fired = await Promise.all(twins.map(async (watch) => (await watch.firesInAll(1)).join()));
		rows.push({
			name: 'State: n8n: a workflow and its copy, exported and imported with its static data',
			value: `fired ${fired.join(' and ')}`,
			target: 'each newcomer once in each',
			holds: fired.every((subjects) => subjects === 'meanwhile'),
		});
		return rows;
	} finally {
		await bench.close();
	}
}

/** As an administrator copies it: with all that n8n saved of it, node ids included. */
async function importCopy(bench: Bench, workflowId: string): Promise<string> {
	const file = join(dirname(bench.n8n.database), 'exported.json');
	await bench.command('export:workflow', `--id=${workflowId}`, `--output=${file}`);
	const [exported] = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>[];
	if (!JSON.stringify(exported!.staticData).includes('snapshot'))
		throw new Error('n8n exported no static data');
	const id = 'importedWithData';
	writeFileSync(file, JSON.stringify([{ ...exported, id, name: id, active: false }]));
	await bench.command('import:workflow', `--input=${file}`);
	return id;
}

async function outcomeOf(watch: Watch, told: string): Promise<string | undefined> {
	if (told === 'reset') {
		await waitUntil('a notice', async () => (await watch.notices()).length > 0);
		const [notice] = await watch.notices();
		if (notice!.notice !== 'reset') return `notice ${String(notice!.notice)}`;
	} else {
		await waitUntil('an error', async () => (await watch.errors()).length > 0);
		await sleep(5_000);
		const messages = (await watch.errors()).map(({ error }) => error?.message ?? '');
		if (messages.length !== 1 || !WORDS[told as keyof typeof WORDS].test(messages[0]!))
			return `told ${messages.join(' and ')}`;
	}
	const fired = await watch.fired();
	return fired.length === 0 ? undefined : `fired ${fired.length}`;
}

function store(bench: Bench, workflowId: string, watch: string): void {
	const database = new DatabaseSync(bench.n8n.database);
	try {
		database
			.prepare('UPDATE workflow_entity SET staticData = ? WHERE id = ?')
			.run(`{${JSON.stringify(NODE)}:{"watch":${watch}}}`, workflowId);
	} finally {
		database.close();
	}
}

/** The clock jumps under a running n8n. */
export async function n8nClockRows(): Promise<Row[]> {
	const clock = new Clock();
	const bench = await Bench.start({ env: { ...clock.env, GENERIC_TIMEZONE: 'Europe/Berlin' } });
	try {
		const watch = await bench.publishWatch({ rows: visitors(30) });
		await watch.settle(1);
		const { emulator } = bench;
		const fired = async (id: string) => {
			// Set back, n8n itself needs up to two minutes: each of its timers first waits for its turn once more.
			await waitUntil(`an event of ${id}`, async () => (await watch.fired()).includes(id));
			await watch.settle(2, 180_000);
			return (await watch.fired()).join();
		};
		return [await jumpRow({ host: 'n8n', clock, emulator, report: watch.reportId }, fired)];
	} finally {
		await bench.close();
		clock.close();
	}
}
