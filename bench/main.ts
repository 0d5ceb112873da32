import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../scripts/project';
import { COLOURS, describe } from './document';
import { describeMachine, load } from './machine';
import { measure, type Effort, type Measurements } from './measure';
import { MILLION, SIZES, type WarmPolls } from './plan';
import { plot, type Line } from './plot';
import { compile } from './processes';
import { median } from './statistics';
import { judge, type ResultRow } from './targets';
import type { WatchLoad } from './watches/measure';

const MANY: readonly WatchLoad[] = [
	{ engine: 'Node-RED', watches: 200, interval: 20, idle: 20, busy: 60 },
	{ engine: 'n8n', watches: 200, interval: 30, idle: 20, busy: 60 },
];
const FEW: readonly WatchLoad[] = [
	{ engine: 'Node-RED', watches: 50, interval: 3, idle: 4, busy: 9 },
];

const WARM: WarmPolls = {
	10_000: { warmUp: 20, polls: 20 },
	100_000: { warmUp: 12, polls: 9 },
	[MILLION]: { warmUp: 1, polls: 2 },
};
const USUAL = {
	rounds: 5,
	slowRounds: 2,
	warmPolls: WARM,
	soakPolls: 2000,
	flowRows: [10_000, 50_000],
	watches: MANY,
};

const EFFORTS = {
	quick: {
		rounds: 1,
		slowRounds: 1,
		warmPolls: { ...WARM, 100_000: { warmUp: 6, polls: 5 } },
		soakPolls: 400,
		flowRows: [10_000],
		watches: FEW,
	},
	usual: USUAL,
	full: { ...USUAL, soakPolls: 100_000 },
} as const satisfies Record<string, Effort>;

/** @param parameters `--quick`, `--full` or nothing */
export async function bench(parameters: readonly string[]): Promise<void> {
	const name = nameOfEffort(parameters);
	const effort = EFFORTS[name];
	const started = Date.now();
	const loadBefore = load();
	const say = (text: string) => console.error(`${inMinutes(started)}  ${text}`);

	say('compiling');
	await compile();
	const measured = await measure(effort, say);
	const rows = judge(measured);

	const results = rows.map(({ name, value, unit, target, holds }) => ({
		name: `${name}${unit.startsWith('×') ? `, ${unit.slice(2)} being 1` : ''}`,
		value,
		unit: unit.startsWith('×') ? 'ratio' : unit,
		target,
		holds,
	}));
	write('bench/results.json', `${JSON.stringify({ rows: results }, null, '\t')}\n`);
	write('docs/images/performance.svg', plot('Time of one poll', linesOf(measured)));
	write(
		'docs/performance.md',
		describe(rows, measured, {
			command: `npm run bench${name === 'usual' ? '' : ` -- --${name}`}`,
			machine: describeMachine(),
			...effort,
			minutes: (Date.now() - started) / 60_000,
			loadBefore,
		}),
	);
	show(rows);
	say('bench/results.json and docs/performance.md are written');
}

function nameOfEffort(parameters: readonly string[]): keyof typeof EFFORTS {
	const [first, ...others] = parameters;
	if (first === undefined) return 'usual';
	if (first === '--quick' && others.length === 0) return 'quick';
	if (first === '--full' && others.length === 0) return 'full';
	throw new Error('Use: npm run bench, npm run bench -- --quick, or npm run bench -- --full.');
}

function linesOf(measured: Measurements): Line[] {
	return (Object.keys(COLOURS) as (keyof typeof COLOURS)[]).map((name) => ({
		name,
		colour: COLOURS[name],
		values: SIZES.map((size) => median(measured.of(name, size, 'cold'))),
	}));
}

function show(rows: readonly ResultRow[]): void {
	for (const { name, value, unit, target, holds, byProcessorTime } of rows) {
		const also = byProcessorTime === undefined ? '' : ` (by processor time ${byProcessorTime})`;
		console.log(`${holds ? 'holds ' : 'MISSED'}  ${name}: ${value} ${unit}${also}, ${target}`);
	}
}

function write(path: string, text: string): void {
	const file = join(projectRoot, path);
	mkdirSync(join(file, '..'), { recursive: true });
	writeFileSync(file, text);
}

function inMinutes(since: number): string {
	const seconds = Math.round((Date.now() - since) / 1000);
	return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
