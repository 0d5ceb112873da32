import type { PollCase } from './cases/poll';
import type { ReportShape } from './reports';
import type { WayName } from './ways';

/**
 * `cold`: one poll in a fresh process. `first`: the same, with nothing stored. `memory`: the same as
 * cold, the body being in memory. `warm`: the later ones of several polls in one process.
 */
export type Mode = 'cold' | 'first' | 'memory' | 'warm';

export interface Plan {
	readonly way: WayName;
	readonly rows: number;
	readonly mode: Mode;
	readonly shape: ReportShape;
	/** True where it takes so long that it is not measured in each round. */
	readonly isSlow?: boolean;
}

export const SIZES = [1000, 10_000, 100_000, 1_000_000] as const;
export const MILLION = 1_000_000;

export const PARSERS = ['stream-json', '@streamparser/json'] as const;
export type ParserName = (typeof PARSERS)[number];

function plan(way: WayName, rows: number, mode: Mode, shape: ReportShape = 'plain'): Plan {
	return { way, rows, mode, shape };
}

/** Compared ways stand beside each other, so that they meet the machine in the same mood. */
export const PLANS: readonly Plan[] = [
	...SIZES.flatMap((rows) => [
		plan('by hand', rows, 'cold'),
		plan('pendo-nodes', rows, 'cold'),
		...PARSERS.map((way) => ({ ...plan(way, rows, 'cold'), isSlow: rows === MILLION })),
	]),
	...([100_000, MILLION] as const).map((rows) => plan('drain', rows, 'cold')),
	plan('pendo-nodes', MILLION, 'first'),
	plan('by hand', MILLION, 'memory'),
	plan('pendo-nodes', MILLION, 'memory'),
	...([10_000, 100_000] as const).flatMap((rows) => [
		plan('by hand', rows, 'warm'),
		plan('pendo-nodes', rows, 'warm'),
	]),
	plan('pendo-nodes', MILLION, 'warm'),
	plan('by hand', 100_000, 'warm', 'nasty'),
	plan('pendo-nodes', 100_000, 'warm', 'nasty'),
];

/** How many polls of a size warm a process up, and how many are measured. */
export type WarmPolls = Readonly<Record<number, { warmUp: number; polls: number }>>;

export function pollCase(
	{ way, rows, mode, shape }: Plan,
	port: number,
	file: string,
	warmPolls: WarmPolls,
): PollCase {
	const repeats = mode === 'warm' ? warmPolls[rows]! : { warmUp: 0, polls: 1 };
	return {
		way,
		place: { port, shape, rows },
		source: mode === 'memory' ? 'memory' : 'loopback',
		...(mode !== 'first' && { file }),
		...repeats,
	};
}
