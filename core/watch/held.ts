import type { RawEvent } from './event';
import { packLines, unpackLines } from './sealed';

/** Events kept back, in the order in which they were detected. */
export interface Held {
	readonly events: readonly RawEvent[];
	/** Of those that were held since the last time nothing was, how many were handed over. */
	readonly released: number;
	/** Subjects whose events were dropped, since they left before the release, and nobody was told yet. */
	readonly leftAgain: number;
	/** True once a person asked for their release, one after the other. */
	readonly releasing: boolean;
}

export const NONE_HELD: Held = { events: [], released: 0, leftAgain: 0, releasing: false };

/** What is held, as it is stored. */
export interface StoredHeld {
	/** One event a line, compressed: see `packLines`. */
	readonly events: string;
	/** How many of them, from the first, were handed over already. */
	readonly done: number;
	readonly count: number;
	readonly released: number;
	readonly leftAgain: number;
	readonly releasing?: true;
}

/** Read once: a host that keeps the state in memory hands the same one over again and again. */
const decoded = new WeakMap<StoredHeld, readonly RawEvent[]>();

const MOST_ROWS = 10_000;
const MOST_CHARACTERS = 8_000_000;

export function heldCount(stored: StoredHeld | undefined): number {
	return stored === undefined ? 0 : stored.count - stored.done;
}

/** @throws SnapshotDamaged */
export async function decodeHeld(stored: StoredHeld | undefined): Promise<Held> {
	if (stored === undefined) return NONE_HELD;
	const { done, released, leftAgain, releasing } = stored;
	let events = decoded.get(stored);
	if (events === undefined) {
		const lines = await unpackLines(stored.events);
		events = lines.map((line) => JSON.parse(line) as RawEvent);
		decoded.set(stored, events);
	}
	return { events: events.slice(done), released, leftAgain, releasing: releasing === true };
}

/** Undefined where nothing is held. */
export async function encodeHeld(held: Held): Promise<StoredHeld | undefined> {
	const { released, leftAgain, releasing } = held;
	if (held.events.length === 0) return undefined;
	const events = withinBounds(held.events);
	const stored: StoredHeld = {
		events: await packLines(events.map((event) => JSON.stringify(event))),
		done: 0,
		count: events.length,
		released,
		leftAgain,
		...(releasing && { releasing }),
	};
	decoded.set(stored, events);
	return stored;
}

/** The same with some more handed over, from the first on; undefined where none is left. */
export function advanceHeld(stored: StoredHeld, count: number): StoredHeld | undefined {
	const next = { ...stored, done: stored.done + count, released: stored.released + count };
	decoded.set(next, decoded.get(stored)!);
	return next.done < next.count ? next : undefined;
}

/** Beyond the bounds of what a host can keep, an event is kept without its rows, which the report still has. */
function withinBounds(events: readonly RawEvent[]): RawEvent[] {
	let rows = 0;
	let characters = 0;
	return events.map((event) => {
		rows++;
		characters += event.rows?.reduce((sum, row) => sum + row.length, 0) ?? 0;
		if (event.event === 'left' || event.rows === undefined) return event;
		if (rows <= MOST_ROWS && characters <= MOST_CHARACTERS) return event;
		return { ...event, rows: undefined };
	});
}
