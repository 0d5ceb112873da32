import { told } from './event';
import { advanceHeld, decodeHeld } from './held';
import { orFailure } from './known';
import { discardedNotice, releasedNotice } from './notice';
import { contextOf, type PollOptions } from './options';
import type { HandOver } from './poll';
import { sealState, type WatchState } from './state';

export type ReleaseOptions = Pick<PollOptions, 'kind' | 'pair' | 'report' | 'rows' | 'words'>;

/** Asks for the release of all that is held, one after the other, whatever the mode says. */
export function startRelease(state: WatchState): WatchState {
	const { held } = state;
	if (held === undefined || held.releasing) return state;
	return sealState({ ...state, held: { ...held, releasing: true } });
}

/**
 * Hands over some of what is held, between two polls. `needsRead` where the next one's row was too
 * much to keep: only a poll can release it.
 */
export async function release(
	state: WatchState,
	count: number,
	options: ReleaseOptions,
): Promise<HandOver & { readonly needsRead: boolean }> {
	const stored = state.held;
	if (stored === undefined) return { state, events: [], notices: [], needsRead: false };
	const context = contextOf(options, state);
	const { events } = await orFailure(options, async () => await decodeHeld(stored));
	const kept = events.findIndex(({ rows }) => rows === undefined);
	const next = events.slice(0, Math.min(count, kept < 0 ? events.length : kept));
	if (next.length === 0) return { state, events: [], notices: [], needsRead: events.length > 0 };
	const held = advanceHeld(stored, next.length);
	const { released, leftAgain } = stored;
	return {
		state: sealState({ ...state, revision: state.revision + 1, held }),
		events: next.map((event) => told(event, context)),
		notices: held ? [] : [releasedNotice(context, released + next.length, leftAgain)],
		needsRead: false,
	};
}

/** Drops all that is held. */
export async function discard(state: WatchState, options: ReleaseOptions): Promise<HandOver> {
	const stored = state.held;
	if (stored === undefined) return { state, events: [], notices: [] };
	const { events, leftAgain } = await orFailure(options, async () => await decodeHeld(stored));
	return {
		state: sealState({ ...state, revision: state.revision + 1, held: undefined }),
		events: [],
		notices: [discardedNotice(contextOf(options, state), events, leftAgain)],
	};
}
