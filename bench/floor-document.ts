import type { Measurements } from './measure';
import { MILLION } from './plan';
import { median, medianRatio } from './statistics';
import { figure, table } from './table';
import { fastestParserOf } from './targets';
import type { WayName } from './ways';

/** The chapter of docs/performance.md on what no way can go below. */
export function describeFloors(measured: Measurements): string {
	const { scans, stateTexts } = measured;
	const draining = (rows: number) => {
		const of = (what: 'milliseconds' | 'stallMilliseconds' | 'megabytes') =>
			figure(median(measured.of('drain', rows, 'cold', what)));
		return `${of('milliseconds')} ms, longest stall ${of('stallMilliseconds')} ms, ${of('megabytes')} MB`;
	};
	const drainAgainst = (way: WayName) =>
		figure(medianRatio(measured.of('drain', MILLION, 'cold'), measured.of(way, MILLION, 'cold')));
	const textEnds = medianRatio(
		scans.map(({ textEnds }) => textEnds),
		scans.map(({ touch }) => touch),
	);
	const stateText = (what: keyof (typeof stateTexts)[number]) =>
		`${figure(median(stateTexts.map((cost) => cost[what])))} ms`;
	return `Where one of these alone comes near a target, the target is out of reach on that machine.

${table(
	['', 'measured'],
	[
		['reading and dropping the body of 100,000 rows', draining(100_000)],
		[
			'reading and dropping the body of 1,000,000 rows',
			`${draining(MILLION)}; ${drainAgainst('by hand')} × by hand, ${drainAgainst(fastestParserOf(measured))} × the fastest streaming parser`,
		],
		[
			'finding where texts end, four bytes at a time, without grammar, keys, ids or fingerprints',
			`${figure(textEnds)} × the speed of touching every byte`,
		],
		['`JSON.stringify` of the state of 1,000,000 visitors, once', stateText('stringify')],
		['`JSON.parse` of it, once', stateText('parse')],
		['writing once to as much fresh memory as that text takes', stateText('freshMemory')],
	],
)}

The last three hold the event loop in one piece, and belong to the host: n8n writes the state of a workflow as one text.`;
}
