import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { WANTED } from '../test/faults/kills';
import { WANTED_MINUTES } from '../test/faults/fuzz';
import { LANES, SECTIONS, type Depth, type Section } from '../test/faults/sections';
import { whyNotRun, type Row } from '../test/faults/support/row';
import { engineVersion } from './engines';
import { cacheFolder, projectRoot } from './project';

/** For each host and mode: as many as are wanted, and as `npm test` has time for. */
const KILLS = { full: WANTED, quick: 3 };

const folder = join(cacheFolder, 'faults');
const page = join(projectRoot, 'docs', 'reliability.md');
const resultsFile = join(projectRoot, 'test', 'faults', 'results.json');
/** Where a quick run leaves its rows, for `npm test`. */
const quickResults = join(folder, 'quick.json');

/** A row of a section as it was run last, in a full run. */
interface KeptRow extends Row {
	section: string;
	/** ISO 8601. */
	date: string;
}

const HELP = `npm run faults [-- --quick] [--kills N] [--only section,...]

  --quick   a few minutes; writes nothing into the repository
  --kills   at most, for each host and mode (${KILLS.full}); those of earlier full runs count
  --minutes for each fuzzer (${WANTED_MINUTES.full})
  --only    ${SECTIONS.map(({ name }) => name).join(', ')}
            In a full run, the other sections stand in the page as they were run last.`;

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			quick: { type: 'boolean', default: false },
			kills: { type: 'string' },
			minutes: { type: 'string' },
			only: { type: 'string' },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) return console.log(HELP);
	const full = !values.quick;
	const kills = Number(values.kills ?? (full ? KILLS.full : KILLS.quick));
	const fuzzMinutes = Number(values.minutes ?? (full ? WANTED_MINUTES.full : WANTED_MINUTES.quick));
	const names = values.only?.split(',') ?? SECTIONS.map(({ name }) => name);
	const chosen = SECTIONS.filter(({ name }) => names.includes(name));
	if (!Number.isInteger(kills) || kills < 1 || !(fuzzMinutes > 0) || chosen.length !== names.length)
		throw new Error(HELP);
	mkdirSync(folder, { recursive: true });
	const rows: Row[] = [];
	const lane = async (which: Section['lane']) => {
		for (const section of chosen.filter((each) => each.lane === which)) {
			const found = await rowsOf(section, { full, kills, fuzzMinutes });
			rows.push(...found);
			if (full) keep(section, found);
		}
	};
	await Promise.all(LANES.map(lane));
	for (const row of rows) console.log(`${row.holds ? '✓' : '✗'} ${row.name}: ${row.value}`);
	if (!full) writeFileSync(quickResults, `${JSON.stringify({ rows }, undefined, '\t')}\n`);
	const wrong = rows.filter(({ holds }) => !holds);
	console.log(`\n${rows.length - wrong.length} of ${rows.length} hold`);
	process.exitCode = wrong.some((row) => whyNotRun(row) === undefined) ? 1 : 0;
}

/** One that breaks is a row too. */
async function rowsOf(section: Section, depth: Depth): Promise<Row[]> {
	const started = Date.now();
	try {
		return await section.run(depth);
	} catch (error) {
		const { message, cause } = error instanceof Error ? error : new Error(String(error));
		const value = cause instanceof Error ? `${message}: ${cause.message}` : message;
		return [{ name: `${section.title}: runs to its end`, value, target: 'yes', holds: false }];
	} finally {
		console.error(`${section.name}: ${Math.round((Date.now() - started) / 1000)} s`);
	}
}

function kept(): KeptRow[] {
	const { rows } = JSON.parse(readFileSync(resultsFile, 'utf8')) as { rows: Partial<KeptRow>[] };
	return rows.filter((row): row is KeptRow => row.date !== undefined);
}

/** Writes the file and the page anew with these rows of a section, in the place of those before. */
function keep(ran: Section, rows: readonly Row[]): void {
	const date = new Date().toISOString();
	const before = kept();
	const parts = SECTIONS.map((section) => ({
		section,
		rows:
			section === ran
				? rows.map((row) => ({ ...row, section: ran.name, date }))
				: before.filter((row) => row.section === section.name),
	}));
	const all = parts.flatMap((part) => (part.rows.length > 0 ? part.rows : [notRun(part.section)]));
	writeFileSync(resultsFile, `${JSON.stringify({ rows: all }, undefined, '\t')}\n`);
	const texts = parts.map(({ section: { title }, rows: its }) =>
		[
			`## ${title}`,
			its[0] ? `Run on ${its[0].date.slice(0, 10)}.` : 'Not run yet.',
			...(its[0] ? [table(its)] : []),
		].join('\n\n'),
	);
	writeFileSync(page, `${[HEAD, versions(), ...texts].join('\n\n')}\n`);
}

function notRun({ title }: Section): Row {
	return { name: title, value: 'not run', target: 'run', holds: false };
}

const HEAD = `# How it was tried to break

<!-- Made by \`npm run faults\`. -->

Real n8n and real Node-RED follow reports of a Pendo emulator through a network that breaks, are killed at every step of a poll, find their state damaged, and are attacked. A ledger at the far end of the workflow is compared with who entered the reports. All of it stays on this machine; the programs are in \`test/faults/\`.

\`npm run faults\` runs all of it, which takes hours; \`npm run faults -- --quick\` runs less of it in a few minutes, and \`npm test\` does so too. \`--only <section>\`, \`--kills <number>\` and \`--minutes <number>\` (of fuzzing) run a part. A ✗ is what does not hold, or was run less often than it should be.

Not tried: kills of n8n in queue mode and with several mains; a fuzzer that is led by coverage (the inputs come from a grammar of JSON and of its damages; jazzer.js 4 needs a newer glibc than Debian 12 has). The moment *compared* is 1 to 12 ms after the read: nothing shows it from outside. n8n runs with \`N8N_EXPRESSION_ENGINE=legacy\` and, where it is killed, without task runners and without the ten seconds for which it waits after a crash. Its default engine saves nothing without an event, so that a state stays unchanged there while a network is bad says less than in Node-RED. A day of many watches has as many polls as a day, in minutes. Reports whose names, ids and columns carry markup are opened in the real editors by \`test/editors/\`. n8n and Node-RED switch no crash report on by themselves; that of Node.js is searched for the key under Node-RED.`;

function versions(): string {
	const machine = `Node.js ${process.versions.node}, ${process.platform}, ${cpus().length} cores`;
	return `On ${engineVersion('n8n-2')}, ${engineVersion('node-red-5')}, ${machine}.`;
}

function table(rows: readonly Row[]): string {
	const cell = (value: string | number) => String(value).replace(/\|/g, '\\|').replace(/\s+/g, ' ');
	return [
		'| | what | measured | wanted |',
		'|---|---|---|---|',
		...rows.map(
			({ holds, name, value, target }) =>
				`| ${holds ? '✓' : '✗'} | ${cell(name)} | ${cell(value)} | ${cell(target)} |`,
		),
	].join('\n');
}

// Ends what runs just now too: see startN8n and startNodeRed.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
	process.on(signal, () => process.exit(1));

main().then(
	// A server under test may keep a stalled connection.
	() => process.exit(),
	(error: unknown) => {
		console.error(error instanceof Error ? error.message : error);
		process.exit(1);
	},
);
