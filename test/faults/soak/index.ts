import { join } from 'node:path';
import { startEmulator } from '../../../emulator/server';
import { saidApart } from '../support/apart';
import type { Row } from '../support/row';
import type { SoakPlan, SoakResult } from './watchers';

/** As many polls of each watch as a day has with the usual interval of five minutes. */
const POLLS_OF_A_DAY = 288;
const POLLS_OF_A_QUICK_RUN = 24;
const WATCHES = 50;
/** Megabytes. */
const MOST_GROWTH = 10;

/** Many watches in one process, one answer of twenty spoiled. */
export async function soakRows(full: boolean): Promise<Row[]> {
	const emulator = await startEmulator();
	const { control } = emulator;
	const reports = Array.from({ length: WATCHES }, (_, index) => `soaked-${index + 1}`);
	for (const id of reports) control.createReport({ id, name: id, type: 'Visitor', generated: 200 });
	const faults = ['status', 'reset', 'truncate', 'html', 'gzip-cut'] as const;
	let asked = 0;
	let spoiled = 0;
	const everyTwentieth = setInterval(() => {
		const { requestCount } = control.state();
		for (; asked + 20 <= requestCount; asked += 20) {
			const type = faults[(asked / 20) % faults.length]!;
			control.addFault({
				match: { kind: 'results' },
				fault: { type, ...(type === 'reset' || type === 'truncate' ? { afterBytes: 500 } : {}) },
			});
			spoiled++;
			control.enter(reports[(asked / 20) % WATCHES]!, { count: 1 });
		}
	}, 20);
	const plan: SoakPlan = {
		url: emulator.url,
		reports,
		polls: full ? POLLS_OF_A_DAY : POLLS_OF_A_QUICK_RUN,
		fresh: full ? 20 : 8,
	};
	try {
		const result = await saidApart<SoakResult>(join(__dirname, 'watchers.ts'), [
			JSON.stringify(plan),
		]);
		const row = (name: string, value: number | string, target: string, holds: boolean): Row => ({
			name: `Soak: ${WATCHES} watches, ${plan.polls} polls each, 5 % of answers spoiled: ${name}`,
			value,
			target,
			holds,
		});
		const growth = Math.round((result.heapAtEnd - result.heapAtWarm) * 10) / 10;
		return [
			row(
				'good polls',
				result.polls,
				`${WATCHES * plan.polls}`,
				result.polls >= WATCHES * plan.polls,
			),
			row('answers spoiled', `${spoiled} of ${asked}`, 'counted', spoiled > 0),
			row('megabytes grown after warming up', growth, `< ${MOST_GROWTH}`, growth < MOST_GROWTH),
			row(
				'sockets, timers and requests open, warm and at the end',
				`${result.openAtWarm}, ${result.openAtEnd}`,
				'no growth',
				result.openAtEnd <= result.openAtWarm + WATCHES,
			),
			row('left open when all are closed', result.openWhenClosed, '0', result.openWhenClosed === 0),
			row('warnings of too many listeners', result.warnings, '0', result.warnings === 0),
		];
	} finally {
		clearInterval(everyTwentieth);
		await emulator.close();
	}
}
