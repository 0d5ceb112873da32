import type { NodeDef } from 'node-red';
import type { PollOptions } from '../../core/watch';

/** What a trigger node stores in a flow. Numbers may be text: the editor and `${ENV}` give text. */
export interface TriggerParameters extends NodeDef {
	pendo?: string;
	report?: string;
	reportName?: string;
	interval?: string | number;
	intervalUnit?: string;
	firstPoll?: string;
	returning?: string;
	contextStore?: string;
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000 };
const SHORTEST = 1_000;
/** A longer timer fires at once. */
const LONGEST = 2 ** 31 - 1;

export function intervalOf({ interval, intervalUnit }: TriggerParameters): number {
	const asked = Number(interval) * (UNITS[intervalUnit ?? ''] ?? UNITS.min!);
	return clampTimer(Number.isFinite(asked) && asked > 0 ? asked : 5 * UNITS.min!);
}

export function clampTimer(milliseconds: number): number {
	return Math.min(Math.max(milliseconds, SHORTEST), LONGEST);
}

/** The id of a report, also where its address was pasted. */
export function reportIdOf({ report }: TriggerParameters): string {
	const text = String(report ?? '').trim();
	return /^https?:\/\/\S+\/reports?\/([\w-]+)/.exec(text)?.[1] ?? text;
}

export function choicesOf({
	firstPoll,
	returning,
}: TriggerParameters): Omit<PollOptions, 'host' | 'kind' | 'report' | 'now' | 'pause'> {
	return {
		pair: false,
		events: ['entered'],
		changedFields: [],
		oldValues: false,
		rows: 'first',
		firstPoll: firstPoll === 'everyone' ? 'everyone' : 'snapshot',
		returning: returning === 'firstTimeOnly' ? 'firstTimeOnly' : 'everyTime',
		flood: { mode: 'all', threshold: 100, releaseNow: 0, keepLeavers: false },
		words: {
			release: 'Send the node a message with the topic "release", or "discard" to drop them.',
			beginAnew:
				'Send the node a message with the topic "reset": it takes a new snapshot. Whoever appeared in between does not fire.',
		},
	};
}
