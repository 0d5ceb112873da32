import type { Row } from '../support/row';
import type { KillRecord } from './round';

/** How long after a read its batch is between the engine and what is saved, on a busy machine. */
const OPEN_WINDOW = 250;

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
		row(
			'delivered of those who entered',
			`${sum((record) => record.delivered)} of ${entered}`,
			'counted',
			entered > 0,
		),
		count('missed outside the window that the engine leaves open', (record) => record.missed),
		count('delivered although nothing happened', (record) => record.uncalledFor),
	];
	const during = (name: string, gaps: readonly (number | null)[], count: number) => {
		const known = gaps.filter((gap) => gap !== null);
		const when = `killed ${Math.min(...known)} to ${Math.max(...known)} ms after the read`;
		const inTime = gaps.every((gap) => gap !== null && gap <= OPEN_WINDOW);
		const target = `only killed within ${OPEN_WINDOW} ms after the read that found them`;
		return row(name, count === 0 ? 0 : `${count}, ${when}`, target, inTime);
	};
	const lost = sum((record) => record.lostAfterRead);
	const lostGaps = records.flatMap((record) => record.lostGaps);
	const repeatedAnew = count('repeated with another event id', (record) => record.repeatedAnew);
	const late = count('repeated of earlier checks', (record) => record.repeatedLate);
	const repeated = sum((record) => record.repeated);
	if (!victim.startsWith('n8n')) {
		const gaps = records.flatMap(({ repeatedGaps }) => repeatedGaps);
		return [
			...rows,
			during('sent, and lost on their way in the rest of the flow', lostGaps, lost),
			during('repeated with the same event id', gaps, repeated),
			repeatedAnew,
			late,
		];
	}
	const crashed = sum((record) => record.crashed);
	const retried = sum((record) => record.retried);
	return [
		...rows,
		victim === 'n8n, default engine'
			? during('lost in the window that the engine leaves open', lostGaps, lost)
			: count('lost after a read', (record) => record.lostAfterRead),
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
