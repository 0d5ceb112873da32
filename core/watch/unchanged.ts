import { isEmptyShape, isSameShape } from './details';
import { told } from './event';
import { pass, withoutRows, type Presence } from './flood';
import { decodeHeld, encodeHeld } from './held';
import { orFailure } from './known';
import { contextOf, shapeOf, type PollOptions } from './options';
import type { PollResult } from './poll';
import { sealState, type WatchState } from './state';

const EVERYBODY_IS_HERE: Presence = { isHere: () => true, rowsOf: () => undefined };

/** Whether a poll needs no rows where the report is as it was: nothing to confirm, to learn or to read again. */
export async function canDoWithoutRows(state: WatchState, options: PollOptions): Promise<boolean> {
	const shape = shapeOf(options);
	const keepsDetails = isEmptyShape(shape)
		? state.details === undefined
		: isSameShape(state.details, shape);
	const keepsSeen = (options.returning === 'firstTimeOnly') === (state.seen !== undefined);
	if (state.suspicion !== undefined || !keepsDetails || !keepsSeen) return false;
	const held = await orFailure(options, async () => await decodeHeld(state.held));
	return withoutRows(held, options.flood).size === 0;
}

/** A poll that found the report as it was: only what is held may move. */
export async function pollUnchanged(state: WatchState, options: PollOptions): Promise<PollResult> {
	const held = await orFailure(options, async () => await decodeHeld(state.held));
	const context = contextOf(options, state);
	const passage = pass(held, [], EVERYBODY_IS_HERE, options.flood, context);
	if (passage.held === held) return { state, detected: 0, events: [], notices: [] };
	return {
		state: sealState({
			...state,
			revision: state.revision + 1,
			held: await encodeHeld(passage.held),
		}),
		detected: 0,
		events: passage.send.map((event) => told(event, context)),
		notices: passage.notices,
	};
}
