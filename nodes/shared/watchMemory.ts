import { HEALTHY, type Health, type LastRead, type WatchState } from '../../core/watch';
import type { Saved } from './watchMark';

/**
 * What this process remembers of one watch beside its stored state: never stored itself,
 * since it must not survive a crash. Its times are those of `uptime`: whoever sets
 * the clock back must not stop a trigger.
 */
export interface WatchMemory {
	/** When the running poll must have ended; 0 where none runs. */
	busyUntil: number;
	/** The newest state that this process returned to the engine, and when. */
	newest?: {
		readonly state: WatchState;
		readonly at: number;
		/** What was handed over, and is not yet known to be saved: the state that it was found from. */
		readonly handover?: { readonly from: WatchState | undefined };
	};
	lastRead?: LastRead;
	/** When a quiet change was last handed over to be saved. */
	savedQuietlyAt: number;
	/** When the report itself was last looked up. */
	lookedAt: number;
	health: Health;
	/** Pendo asked not to come back before this time. */
	notBefore: number;
	touchedAt: number;
}

/** Longer than between two polls of a trigger that polls once a month. */
const FORGET_AFTER = 32 * 86_400_000;

const memories = new Map<string, WatchMemory>();

export function memoryOf(watch: string, now: number): WatchMemory {
	for (const [key, { touchedAt }] of memories) {
		if (now - touchedAt > FORGET_AFTER) memories.delete(key);
	}
	const memory = memories.get(watch) ?? {
		busyUntil: 0,
		savedQuietlyAt: now,
		lookedAt: -Infinity,
		health: HEALTHY,
		notBefore: 0,
		touchedAt: now,
	};
	memory.touchedAt = now;
	memories.set(watch, memory);
	return memory;
}

/** How long an older state waits for the newer one to be saved: a commit takes longer than a shared object. */
const GRACE = { durable: 60_000, shared: 5_000 };

/**
 * The state to poll from, or `stale` where the engine handed over a copy older than what this process
 * already returned: polling from it would fire the same batch again.
 *
 * A newer state that fired nothing is used in its stead, since n8n does not save quiet polls; and so is
 * any that was saved: the default engine gives a renamed node nothing and lets another trigger of the
 * workflow undo it, and durable cursors do not save the first poll, which is part of publishing. An older
 * one is accepted after a while, since the newer one may never have been saved: n8n drops what a poll found
 * where a person published meanwhile. It does not tell, so what it handed over in that very moment
 * may come again, with the same event ids. Whether it was saved is noted in the memory once it shows.
 */
export function stateToPoll(
	{ state, revision }: Pick<Saved, 'state' | 'revision'>,
	memory: WatchMemory,
	engine: 'durable' | 'shared',
	now: number,
): WatchState | undefined | 'stale' {
	const { newest } = memory;
	if (newest === undefined) return state;
	if (revision === newest.state.revision) {
		memory.newest = { state: newest.state, at: newest.at };
		return newest.state;
	}
	if (revision !== undefined && revision > newest.state.revision) return state;
	if (newest.handover === undefined) return newest.state;
	return now - newest.at < GRACE[engine] ? 'stale' : (state ?? newest.handover.from);
}
