import { join } from 'node:path';
import { saidApart } from '../support/apart';
import type { Row } from '../support/row';
import type { fuzz, Tally } from './fuzzers';

/** For each fuzzer, in minutes. */
export const WANTED_MINUTES = { quick: 1 / 6, full: 30 };
/** No input as small as these may take longer, in milliseconds. */
const LONGEST = 2_000;

export async function fuzzRows(minutes: number, full: boolean): Promise<Row[]> {
	const wanted = full ? WANTED_MINUTES.full : WANTED_MINUTES.quick;
	const { documents, snapshots } = await saidApart<Awaited<ReturnType<typeof fuzz>>>(
		join(__dirname, 'program.ts'),
		[String(minutes)],
	);
	return [
		rowOf('the row reader against JSON.parse', documents),
		rowOf('the snapshot decoder', snapshots),
		{
			name: 'Fuzzing: minutes for each',
			value: Math.round(minutes * 10) / 10,
			target: String(Math.round(wanted * 10) / 10),
			holds: minutes >= wanted,
		},
	];
}

function rowOf(what: string, { runs, slowest: longest, wrong }: Tally): Row {
	return {
		name: `Fuzzing: ${what}`,
		value:
			wrong ??
			`${runs} inputs, none read otherwise, none crashed; slowest ${Math.ceil(longest)} ms`,
		target: `no crash, no disagreement, none over ${LONGEST} ms`,
		holds: wrong === undefined && runs > 0 && longest < LONGEST,
	};
}
