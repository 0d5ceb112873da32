import { isEmptyShape, isSameShape } from './details';
import { shapeOf, type PollOptions } from './options';
import type { Validator } from '../pendo/validators';
import type { PollResult } from './poll';
import type { WatchState } from './state';

/** Whether a poll needs no rows where the report is as it was: nothing to confirm, to learn or to release. */
export function canDoWithoutRows(state: WatchState, options: PollOptions): boolean {
	const shape = shapeOf(options);
	const keepsDetails = isEmptyShape(shape)
		? state.details === undefined
		: isSameShape(state.details, shape);
	const keepsSeen = (options.returning === 'firstTimeOnly') === (state.seen !== undefined);
	const isSettled = state.suspicion === undefined && state.held === undefined;
	return isSettled && keepsDetails && keepsSeen;
}

/** The last read of the whole report. */
export interface LastRead {
	/** When, of `uptime`. */
	readonly at: number;
	/** What to ask with the next time. */
	readonly validator?: Validator;
	/** The state that it led to. */
	readonly state?: WatchState;
}

const READ_WHOLE_EVERY = 3_600_000;

/**
 * What to ask with whether anything has changed since the last read. Whoever answers that wrongly
 * would hide newcomers, so the whole report is read once an hour all the same.
 */
export function validatorFor(
	from: unknown,
	lastRead: LastRead | undefined,
	options: PollOptions,
	/** Of `uptime`. */
	now: number,
): Validator | undefined {
	if (options.anew || lastRead?.state === undefined || lastRead.state !== from) return undefined;
	if (now - lastRead.at >= READ_WHOLE_EVERY) return undefined;
	return canDoWithoutRows(lastRead.state, options) ? lastRead.validator : undefined;
}

/** A poll that found the report as it was. */
export function pollUnchanged(state: WatchState): PollResult {
	return { state, detected: 0, events: [], notices: [] };
}
