import type { Row } from '../support/row';
import type { KillRecord } from './round';

/** Between reading and saving, on a busy machine; milliseconds. */
const LONGEST_WINDOW = 2_000;

/** The kills of one host and mode against what its README promises. */
export function rowsOf(victim: string, records: readonly KillRecord[], wanted: number): Row[] {
	const sum = (of: (record: KillRecord) => number) =>
		records.reduce((total, record) => total + of(record), 0);
	const row = (name: string, value: number | string, target: string, holds: boolean): Row => ({
		name: `Killed: ${victim}: ${name}`,
		value,
		target,
		holds,
	});
	const count = (name: string, of: (record: KillRecord) => number) =>
		row(name, sum(of), '0', sum(of) === 0);
	const unreached = records.filter(({ reached }) => !reached).length;
	const entered = sum((record) => record.entered);
	const rows = [
		row('kills', records.length, `${wanted}`, records.length >= wanted),
		row('moments that never came', unreached, '0', unreached === 0),
		count('kills after which something never came to rest', ({ brokeOff }) => (brokeOff ? 1 : 0)),
		row(
			'delivered of those who entered',
			`${sum((record) => record.delivered)} of ${entered}`,
			'counted',
			entered > 0,
		),
		count('missed', (record) => record.missed),
		count('delivered although nothing happened', (record) => record.uncalledFor),
	];
	const lost = sum((record) => record.lost);
	const repeated = sum((record) => record.repeated);
	const when = (count: number, gapsOf: (record: KillRecord) => readonly (number | null)[]) => {
		const gaps = records.flatMap(gapsOf).filter((gap) => gap !== null);
		if (count === 0 || gaps.length === 0) return count;
		return `${count}, killed ${Math.min(...gaps)} to ${Math.max(...gaps)} ms after the read`;
	};
	const areShort = (gapsOf: (record: KillRecord) => readonly (number | null)[]) =>
		records.flatMap(gapsOf).every((gap) => gap !== null && gap <= LONGEST_WINDOW);
	const lostWhen = when(lost, ({ lostGaps }) => lostGaps);
	const repeatedWhen = when(repeated, ({ repeatedGaps }) => repeatedGaps);
	const repeatedAnew = count('repeated with another event id', (record) => record.repeatedAnew);
	const late = count('repeated of earlier checks', (record) => record.repeatedLate);
	if (!victim.startsWith('n8n'))
		return [
			...rows,
			row(
				'sent and saved, then lost by Node-RED in the rest of the flow',
				lostWhen,
				'counted',
				true,
			),
			row(
				'repeated with the same event id',
				repeatedWhen,
				`only killed between sending and saving, at most ${LONGEST_WINDOW} ms after the read`,
				sum((record) => record.repeatedSaved) === 0 && areShort(({ repeatedGaps }) => repeatedGaps),
			),
			repeatedAnew,
			late,
		];
	const crashed = sum((record) => record.crashed);
	const retried = sum((record) => record.retried);
	return [
		...rows,
		victim.endsWith('default engine')
			? row(
					'saved by n8n without an execution, and so lost',
					lostWhen,
					`only in the moment after a check that fired, at most ${LONGEST_WINDOW} ms after the read`,
					areShort(({ lostGaps }) => lostGaps),
				)
			: count('saved without an execution', (record) => record.lost),
		row(
			'in an execution that n8n marked crashed, and delivered by Retry',
			`${retried} of ${crashed}`,
			'all',
			retried === crashed,
		),
		row(
			'starts after a kill that n8n itself gave up',
			sum((record) => record.failedStarts),
			'counted',
			true,
		),
		count('repeated with the same event id', (record) => record.repeated),
		repeatedAnew,
		late,
	];
}
