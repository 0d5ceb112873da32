import type { Row } from '../support/row';
import type { KillRecord } from './round';

/** How long after a check that fired n8n's default engine may lose its batch, in milliseconds. */
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
	const lost = sum((record) => record.lostAfterRead);
	const lostGaps = records.flatMap(({ lostGaps: gaps }) => gaps);
	const longest = lostGaps.length > 0 ? Math.max(...lostGaps) : 0;
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
	if (victim === 'n8n, default engine')
		rows.push(
			row(
				'lost in the window that the engine leaves open',
				lost === 0 ? 0 : `${lost}, killed ${Math.min(...lostGaps)}-${longest} ms after the read`,
				`only within ${OPEN_WINDOW} ms after a read that fired`,
				longest <= OPEN_WINDOW,
			),
		);
	else rows.push(count('lost after a read', (record) => record.lostAfterRead));
	if (victim.startsWith('n8n')) {
		const crashed = sum((record) => record.crashed);
		const retried = sum((record) => record.retried);
		rows.push(
			row(
				'in an execution that n8n marked crashed, and delivered by Retry',
				`${retried} of ${crashed}`,
				'all',
				retried === crashed,
			),
			count('repeated', (record) => record.repeated + record.repeatedLate + record.repeatedAnew),
		);
	} else {
		const gaps = records.flatMap(({ repeatedGaps }) => repeatedGaps);
		const repeated = sum((record) => record.repeated);
		const flushes = victim.endsWith('localfilesystem');
		const inTime = gaps.every((gap) => gap !== null && gap <= OPEN_WINDOW);
		const known = gaps.filter((gap) => gap !== null);
		const when = `killed ${Math.min(...known)}-${Math.max(...known)} ms after the read`;
		rows.push(
			row(
				'repeated with the same event id',
				repeated === 0 ? 0 : `${repeated}, ${when}`,
				flushes
					? 'only what was read in the last 30 s'
					: `only of the last batch, killed within ${OPEN_WINDOW} ms after the read`,
				flushes || inTime,
			),
			count('repeated with another event id', (record) => record.repeatedAnew),
		);
		const late = sum((record) => record.repeatedLate);
		rows.push(
			row('repeated of earlier batches', late, flushes ? 'counted' : '0', flushes || late === 0),
		);
	}
	return rows;
}
