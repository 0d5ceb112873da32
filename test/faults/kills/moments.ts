import { existsSync, watch } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dice } from '../../../emulator/random';
import { toldTo } from '../support/told';
import type { Victim } from './engine';

/** When in the life of a poll the engine is killed; a quick run has time for the first alone. */
export const MOMENTS = [
	'handed over',
	'saved',
	'compared',
	'random',
	'request sent',
	'half read',
	'read',
	'soon after',
] as const;
export type Moment = (typeof MOMENTS)[number];

/** Far longer than it takes, on a busy machine too. */
const LONGEST_WAIT = 120_000;

/**
 * Lets the reports change, then kills at that moment of the first watch's next poll.
 * Answers the time of the kill, and whether the moment came.
 */
export async function killAt(
	victim: Victim,
	moment: Moment,
	dice: Dice,
	change: () => void,
): Promise<{ at: number; reached: boolean; ended: Promise<void> }> {
	const { control } = victim.emulator;
	const report = victim.reports[0]!;
	const match = { path: `/${report}/` };
	if (moment === 'request sent')
		control.addFault({ match, times: 'always', fault: { type: 'stall' } });
	if (moment === 'half read')
		control.addFault({ match, times: 'always', fault: { type: 'stall', afterBytes: 1_000 } });
	const before = control.requests().at(-1)?.id ?? 0;
	const toldBefore = control.inbox().length;
	const saves = moment === 'saved' ? watchSaves(victim) : undefined;
	const stateBefore = victim.stateOf(report);
	change();
	const polled = () =>
		control.requests().find(({ id, path }) => id > before && path.includes(match.path));
	const isRead = () => {
		const record = polled();
		return record?.done === true && record.status === 200 && !record.aborted;
	};
	let reached = true;
	switch (moment) {
		case 'random':
			await sleep(dice.below(5_000));
			break;
		case 'request sent':
			reached = await soon(() => polled() !== undefined);
			await sleep(dice.below(30));
			break;
		case 'half read':
			reached = await soon(() => polled() !== undefined);
			await sleep(100 + dice.below(100));
			break;
		case 'read':
			reached = await soon(isRead);
			break;
		case 'compared':
			reached = await soon(isRead);
			// About as long as it takes to compare so few.
			await sleep(1 + dice.below(12));
			break;
		case 'soon after':
			reached = await soon(isRead);
			await sleep(dice.below(200));
			break;
		case 'handed over':
			reached = await soon(() =>
				toldTo(victim.emulator)
					.slice(toldBefore)
					.some((told) => told.report === report),
			);
			break;
		case 'saved':
			reached = await soon(
				() => isRead() && saves!.last >= polled()!.time && victim.stateOf(report) !== stateBefore,
			);
			break;
	}
	const at = Date.now();
	const ended = victim.kill();
	control.clearFaults();
	saves?.close();
	return { at, reached, ended };
}

/** Of the last save, the time in milliseconds since 1970. */
function watchSaves({ savesIn: { folder, file } }: Victim): { last: number; close(): void } {
	const saves = { last: 0, close() {} };
	if (!existsSync(folder)) return saves;
	const watcher = watch(folder, { recursive: true }, (_, name) => {
		if (name && file.test(name)) saves.last = Date.now();
	});
	saves.close = () => watcher.close();
	return saves;
}

async function soon(condition: () => boolean): Promise<boolean> {
	const deadline = Date.now() + LONGEST_WAIT;
	while (!condition()) {
		if (Date.now() > deadline) return false;
		await sleep(1);
	}
	return true;
}
