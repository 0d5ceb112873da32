import type { Measurements } from './measure';
import { flowFindings } from './flow-targets';
import { MILLION, PARSERS, type ParserName } from './plan';
import { median, medianRatio } from './statistics';
import { watchFindings } from './watches/targets';

export interface Row {
	readonly name: string;
	readonly value: number;
	readonly unit: string;
	readonly target: string;
	readonly holds: boolean;
}

export interface ResultRow extends Row {
	/** The same by the processor time of the main thread, where the value is a time or a ratio of times. */
	readonly byProcessorTime?: number;
}

export interface Finding {
	readonly name: string;
	readonly unit: string;
	readonly value: number;
	readonly atMost?: number;
	readonly atLeast?: number;
	readonly below?: number;
	readonly exactly?: number;
	readonly byProcessorTime?: number;
}

/** Every target of the project, and what was measured. */
export function judge(measured: Measurements): ResultRow[] {
	return findingsOf(measured).map(({ name, unit, value, byProcessorTime, ...limit }) => ({
		name,
		value: Number(value.toPrecision(7)),
		unit,
		...judged(value, limit),
		...(byProcessorTime !== undefined && {
			byProcessorTime: Number(byProcessorTime.toPrecision(4)),
		}),
	}));
}

function judged(
	value: number,
	{ atMost, atLeast, below, exactly }: Pick<Finding, 'atMost' | 'atLeast' | 'below' | 'exactly'>,
): Pick<Row, 'target' | 'holds'> {
	if (atMost !== undefined) return { target: `at most ${atMost}`, holds: value <= atMost };
	if (exactly !== undefined) return { target: `exactly ${exactly}`, holds: value === exactly };
	if (atLeast !== undefined) return { target: `at least ${atLeast}`, holds: value >= atLeast };
	return { target: `below ${below}`, holds: value < below! };
}

export function fastestParserOf(measured: Measurements): ParserName {
	const time = (way: ParserName) => median(measured.of(way, MILLION, 'cold'));
	return PARSERS.reduce((one, other) => (time(one) < time(other) ? one : other));
}

function findingsOf(measured: Measurements): Finding[] {
	const { scans, stateSize, noChange, year } = measured;
	const ours = 'pendo-nodes';

	function ratio(
		[rows, mode, shape]: [number, 'cold' | 'memory' | 'warm', 'plain' | 'nasty'],
		peer: 'by hand' | ParserName = 'by hand',
	): Pick<Finding, 'value' | 'unit' | 'byProcessorTime'> {
		const by = (figure: 'milliseconds' | 'cpuMilliseconds') =>
			medianRatio(
				measured.of(ours, rows, mode, figure, shape),
				measured.of(peer, rows, mode, figure, shape),
			);
		return {
			unit: `× ${peer}`,
			value: by('milliseconds'),
			byProcessorTime: by('cpuMilliseconds'),
		};
	}

	const fastestParser = {
		...ratio([MILLION, 'cold', 'plain'], fastestParserOf(measured)),
		unit: '× the fastest streaming parser',
	};
	const warm = (rows: number, figure: 'milliseconds' | 'cpuMilliseconds') =>
		median(measured.of(ours, rows, 'warm', figure));
	const aRow = (rows: number, figure: 'milliseconds' | 'cpuMilliseconds') =>
		warm(rows, figure) / rows;
	const growth = (figure: 'milliseconds' | 'cpuMilliseconds') =>
		Math.log10(warm(MILLION, figure) / warm(100_000, figure));
	const stall = (rows: number): Pick<Finding, 'value' | 'unit' | 'byProcessorTime'> => ({
		unit: 'ms',
		value: median(measured.of(ours, rows, 'cold', 'stallMilliseconds')),
		byProcessorTime: median(measured.of(ours, rows, 'cold', 'stallCpuMilliseconds')),
	});

	return [
		{
			name: 'a whole poll of 1,000,000 rows over loopback',
			...ratio([MILLION, 'cold', 'plain']),
			atMost: 0.22,
		},
		{
			name: 'a whole poll of 1,000,000 rows from memory',
			...ratio([MILLION, 'memory', 'plain']),
			atMost: 0.15,
		},
		{
			name: 'a poll of 100,000 rows in a warm process',
			...ratio([100_000, 'warm', 'plain']),
			atMost: 0.28,
		},
		{
			name: 'a poll of 10,000 rows in a warm process',
			...ratio([10_000, 'warm', 'plain']),
			atMost: 0.45,
		},
		{
			name: 'a poll of 10,000 rows in a cold process',
			...ratio([10_000, 'cold', 'plain']),
			atMost: 1.3,
		},
		{
			name: 'a poll of 100,000 nasty rows in a warm process',
			...ratio([100_000, 'warm', 'nasty']),
			atMost: 0.45,
		},
		{ name: 'a whole poll of 1,000,000 rows', ...fastestParser, atMost: 0.1 },
		{
			name: 'reading, validating and fingerprinting',
			unit: '× the speed of touching every byte',
			value: medianRatio(
				scans.map(({ scan }) => scan),
				scans.map(({ touch }) => touch),
			),
			atLeast: 0.7,
		},
		{
			name: 'memory above draining the body, 1,000,000 rows',
			unit: 'MB',
			value:
				median(measured.of(ours, MILLION, 'cold', 'megabytes')) -
				median(measured.of('drain', MILLION, 'cold', 'megabytes')),
			atMost: 32,
		},
		{ name: 'longest stall of the event loop, 1,000,000 rows', ...stall(MILLION), atMost: 20 },
		{ name: 'longest stall of the event loop, 100,000 rows', ...stall(100_000), atMost: 12 },
		{
			name: `state of a subject, for any number from 1,000 to 2,000,000 (most at ${stateSize.at})`,
			unit: 'characters',
			value: stateSize.characters,
			atMost: 7.2,
		},
		{
			name: 'chance that a newcomer is taken for somebody known, for any of these numbers',
			unit: '',
			value: stateSize.mistaken,
			below: 1e-12,
		},
		{
			name: 'growth of time from 100,000 to 1,000,000 rows',
			unit: 'exponent',
			value: growth('milliseconds'),
			byProcessorTime: growth('cpuMilliseconds'),
			atMost: 1.08,
		},
		{
			name: 'time a row at 1,000,000 rows',
			unit: '× that at 10,000',
			value: aRow(MILLION, 'milliseconds') / aRow(10_000, 'milliseconds'),
			byProcessorTime: aRow(MILLION, 'cpuMilliseconds') / aRow(10_000, 'cpuMilliseconds'),
			atMost: 1.3,
		},
		{
			name: 'state written by a poll in which nobody came or left',
			unit: 'bytes',
			value: noChange.bytes,
			atMost: 0,
		},
		{
			name: 'the first poll of 1,000,000 rows',
			unit: '× a later one',
			value: medianRatio(measured.of(ours, MILLION, 'first'), measured.of(ours, MILLION, 'cold')),
			byProcessorTime: medianRatio(
				measured.of(ours, MILLION, 'first', 'cpuMilliseconds'),
				measured.of(ours, MILLION, 'cold', 'cpuMilliseconds'),
			),
			atMost: 1.3,
		},
		{
			name: `growth of memory over ${year.polls.toLocaleString('en')} polls of 10,000 rows`,
			unit: 'MB',
			value: year.grownMegabytes,
			atMost: 1,
		},
		{
			name: `growth of the state over ${year.polls.toLocaleString('en')} polls of 10,000 rows`,
			unit: 'characters',
			value: year.grownCharacters,
			atMost: 16,
		},
		...flowFindings(measured.flows),
		...watchFindings(measured.watches),
	];
}
