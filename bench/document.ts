import type { Measurements } from './measure';
import { describeFloors } from './floor-document';
import { describeFlows } from './flow-document';
import { SIZES } from './plan';
import { median } from './statistics';
import { figure, table } from './table';
import type { ResultRow } from './targets';
import { describeWatches } from './watches/document';
import type { WayName } from './ways';

export const COLOURS = {
	'pendo-nodes': '#d6186f',
	'by hand': '#1c64d1',
	'@streamparser/json': '#b26a00',
	'stream-json': '#4b7a3a',
} as const satisfies Partial<Record<WayName, string>>;

export interface Circumstances {
	readonly command: string;
	readonly machine: string;
	readonly rounds: number;
	readonly slowRounds: number;
	readonly minutes: number;
	/** Load of the machine before the run. */
	readonly loadBefore: number;
}

/** docs/performance.md */
export function describe(
	rows: readonly ResultRow[],
	measured: Measurements,
	{ command, machine, rounds, slowRounds, minutes, loadBefore }: Circumstances,
): string {
	const failed = rows.filter(({ holds }) => !holds).length;
	const stalls = (way: WayName, size: number) =>
		figure(median(measured.of(way, size, 'cold', 'stallMilliseconds')));
	const memory = (way: WayName, size: number) =>
		figure(median(measured.of(way, size, 'cold', 'megabytes')));
	const times = (way: WayName, size: number) => figure(median(measured.of(way, size, 'cold')));
	const ways = Object.keys(COLOURS) as (keyof typeof COLOURS)[];

	return `# Performance

<!-- Written by \`npm run bench\`: change bench/document.ts, not this file. -->

The triggers live in somebody else's process. A poll of a large report must not stall the editor, the
webhooks or the other flows, and a watch of a million visitors must fit into the engine's state.

${table(
	['', 'measured', 'by processor time', 'target', ''],
	rows.map(({ name, value, unit, target, holds, byProcessorTime }) => [
		name,
		`${figure(value)} ${unit}`.trim(),
		byProcessorTime === undefined ? '' : figure(byProcessorTime),
		target,
		holds ? 'holds' : '**does not hold**',
	]),
)}

${failed === 0 ? 'All targets hold in this run.' : `${failed} of ${rows.length} targets do not hold in this run.`}

![Time of one poll against the number of rows](images/performance.svg)

One poll in a fresh process, reading over loopback, with what the last poll stored:

${table(
	['rows', ...ways.map((way) => `${way}: ms / longest stall, ms / memory, MB`)],
	SIZES.map((size) => [
		size.toLocaleString('en'),
		...ways.map((way) => `${times(way, size)} / ${stalls(way, size)} / ${memory(way, size)}`),
	]),
)}

## What no way can go below

${describeFloors(measured)}

## In Node-RED, beside flows drawn by hand

${describeFlows(measured.flows)}

## Many watches in one engine

${describeWatches(measured.watches)}

## How it was measured

\`${command}\` on ${machine}; ${minutes.toFixed(0)} minutes, rounds: ${rounds} (${slowRounds} for the streaming parsers at a million
rows). The load of the machine was ${loadBefore.toFixed(1)} before: where that is much above 0, other programs took part in the
figures, and those by the clock say little.

- Each case runs in a process of its own, on the JavaScript that the package ships. The cases of a round follow each
  other; a ratio is taken within each round, and the median of the rounds is shown.
- _by hand_ is what one writes without this package: the whole body into \`JSON.parse\`, the known ids in a \`Set\`, all ids as an
  array in the state. The streaming parsers replace \`JSON.parse\` alone.
- Every way does the whole job: it parses what was stored, reads the report, finds the five newcomers, and writes what to
  store next. A way that finds others is an error.
- The reports are generated: eleven flat fields, about 345 bytes a row; one row in twenty with nested metadata that has an inner
  \`visitorId\`, one in ten with its id in the middle, one in 97 with an odd id. _Nasty_ rows have escapes and emoji in
  their texts, nested metadata, and the id at their end.
- A server in a second process sends the body over 127.0.0.1.
- Memory is the highest resident memory of the process above that before the poll. A stall is the longest gap between two
  runs of a 1 ms timer; _by processor time_ it counts only what the process itself did in that gap.
- _By processor time_ counts what the main thread worked, whoever else had the processor meanwhile: the figure to look at
  where other programs ran too.
- _warm_ is the median of later polls in one process, which is how the engines run it; _cold_ the first poll of a process.

\`npm run bench -- --quick\` takes less than four minutes on this machine, once Node-RED is installed; it shows the same rows from one round and fewer polls, many watches in Node-RED alone; \`-- --full\` polls 100,000
times in its soak, as a watch that is polled every five minutes does in a year, which takes some 20 minutes more. The figures are in \`bench/results.json\`.
`;
}
