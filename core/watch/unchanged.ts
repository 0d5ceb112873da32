import { isEmptyShape, isSameShape } from './details';
import { shapeOf, type PollOptions } from './options';
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

/** A poll that found the report as it was. */
export function pollUnchanged(state: WatchState): PollResult {
	return { state, detected: 0, events: [], notices: [] };
}
