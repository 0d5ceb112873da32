import type { RawEvent } from './event';
import { NONE_HELD, type Held } from './held';
import { join } from './join';
import {
	discardedNotice,
	heldNotice,
	releasedNotice,
	type Notice,
	type NoticeContext,
} from './notice';

export type FloodMode = 'hold' | 'gradual' | 'all' | 'discard';

export interface Flood {
	readonly mode: FloodMode;
	/** As many events in one poll, of all kinds together, are a flood. */
	readonly threshold: number;
	/** Mode `gradual`: how many held events this poll hands over. */
	readonly releaseNow: number;
	/** Whether a held `entered` is handed over although its subject has left the report again. */
	readonly keepLeavers: boolean;
}

export interface Passage {
	readonly send: readonly RawEvent[];
	/** The same object where nothing of it changed. */
	readonly held: Held;
	readonly notices: readonly Notice[];
	/** Who was to enter and left before that was told: nobody knows of them. */
	readonly gone: ReadonlySet<string>;
}

type Parted = Omit<Passage, 'gone'>;

/** What this read says of the subjects of held events. */
export interface Presence {
	/** Whether a subject is in the report, or may still be. */
	isHere(subject: string): boolean;
	/** The rows of a subject, where they were asked for and it is in the report. */
	rowsOf(subject: string): readonly string[] | undefined;
}

/** What passes now, what is held, and what is let go, of what was held and what this poll detected. */
export function pass(
	before: Held,
	detected: readonly RawEvent[],
	presence: Presence,
	flood: Flood,
	context: NoticeContext,
): Passage {
	const { held, fresh, gone } = dropLeavers(before, detected, presence, flood);
	return { gone, ...part(held, fresh, presence, flood, context) };
}

function part(
	held: Held,
	fresh: readonly RawEvent[],
	presence: Presence,
	flood: Flood,
	context: NoticeContext,
): Parted {
	const isFlood = (events: readonly RawEvent[]) =>
		events.length > 0 && events.length >= flood.threshold;
	const mode = modeFor(held, flood);
	if (mode === 'discard') return discard(held, fresh, isFlood(fresh), context);

	const { events, others } = join(held.events, fresh);
	const joined = events === held.events ? held : { ...held, events };
	// The person who asked for the release of some did not know of these: they decide again.
	if (flood.mode === 'hold' && isFlood(others))
		return hold({ ...joined, releasing: false }, others, context);
	switch (mode) {
		case 'hold':
			return { send: others, ...ended(joined, context) };
		case 'gradual':
			return releaseSome(joined, others, isFlood(others), presence, flood.releaseNow, context);
		case 'all':
			return sendAll(joined, others, presence, context);
	}
}

/** What a person asked to be released is released one after the other. */
function modeFor({ releasing }: Held, { mode }: Flood): FloodMode {
	return mode === 'hold' && releasing ? 'gradual' : mode;
}

/** Drops what is held from the entering of those on who left the report before they were told. */
function dropLeavers(
	held: Held,
	detected: readonly RawEvent[],
	presence: Presence,
	{ keepLeavers }: Flood,
): { held: Held; fresh: readonly RawEvent[]; gone: ReadonlySet<string> } {
	const gone = new Set<string>();
	if (keepLeavers) return { held, fresh: detected, gone };
	const events = held.events.filter(({ event, subject }) => {
		if (event === 'entered' && !presence.isHere(subject)) gone.add(subject);
		return !gone.has(subject);
	});
	if (gone.size === 0) return { held, fresh: detected, gone };
	const releasing = held.releasing && events.length > 0;
	return {
		held: { ...held, events, releasing, leftAgain: held.leftAgain + gone.size },
		fresh: detected.filter(({ event, subject }) => event !== 'left' || !gone.has(subject)),
		gone,
	};
}

function hold(held: Held, fresh: readonly RawEvent[], context: NoticeContext): Parted {
	const next = { ...held, events: [...held.events, ...fresh], leftAgain: 0 };
	return {
		send: [],
		held: next,
		notices: [heldNotice(context, fresh, next, held.leftAgain, false)],
	};
}

/** In order and at a steady rate; who comes meanwhile waits behind the others. */
function releaseSome(
	held: Held,
	fresh: readonly RawEvent[],
	isFlood: boolean,
	presence: Presence,
	releaseNow: number,
	context: NoticeContext,
): Parted {
	const isNothingToHold = !isFlood || fresh.length <= releaseNow;
	if (held.events.length === 0 && isNothingToHold) return { send: fresh, ...ended(held, context) };
	const queue = [...held.events, ...fresh];
	const send = withRows(queue.slice(0, releaseNow), presence);
	if (send.length === 0 && fresh.length === 0) return { send, held, notices: [] };
	const released = held.released + send.length;
	if (send.length === queue.length) {
		return { send, held: NONE_HELD, notices: [releasedNotice(context, released, held.leftAgain)] };
	}
	const next = { ...held, events: queue.slice(send.length), released };
	if (!isFlood) return { send, held: next, notices: [] };
	return {
		send,
		held: { ...next, leftAgain: 0 },
		notices: [heldNotice(context, fresh, next, held.leftAgain, true)],
	};
}

function sendAll(
	held: Held,
	fresh: readonly RawEvent[],
	presence: Presence,
	context: NoticeContext,
): Parted {
	if (held.events.length === 0) return { send: fresh, ...ended(held, context) };
	const freed = withRows(held.events, presence);
	const released = held.released + freed.length;
	const send = [...freed, ...fresh];
	if (freed.length === held.events.length) {
		return { send, held: NONE_HELD, notices: [releasedNotice(context, released, held.leftAgain)] };
	}
	if (freed.length === 0) return { send, held, notices: [] };
	return {
		send,
		held: { ...held, events: held.events.slice(freed.length), released },
		notices: [],
	};
}

function discard(
	held: Held,
	fresh: readonly RawEvent[],
	isFlood: boolean,
	context: NoticeContext,
): Parted {
	const dropped = [...held.events, ...(isFlood ? fresh : [])];
	const send = isFlood ? [] : fresh;
	if (dropped.length === 0) return { send, ...ended(held, context) };
	const notices = [discardedNotice(context, dropped, held.leftAgain)];
	return { send, held: NONE_HELD, notices };
}

/** Where the last held events were dropped, since their subjects left again, the person hears of it. */
function ended(held: Held, context: NoticeContext): Pick<Parted, 'held' | 'notices'> {
	if (held.events.length > 0 || held.leftAgain === 0) return { held, notices: [] };
	return { held: NONE_HELD, notices: [releasedNotice(context, held.released, held.leftAgain)] };
}

/** The events with their rows, up to the first whose rows this read did not find although it may be there. */
function withRows(events: readonly RawEvent[], presence: Presence): RawEvent[] {
	const whole: RawEvent[] = [];
	for (const event of events) {
		const rows = event.rows ?? presence.rowsOf(event.subject);
		if (rows === undefined && presence.isHere(event.subject)) break;
		whole.push({ ...event, ...(rows && { rows }) });
	}
	return whole;
}

/** Which subjects' rows a poll must read again, so that it can hand their events over. */
export function withoutRows(held: Held, flood: Flood): Set<string> {
	// More than it hands over: some may have left.
	const most = { hold: 0, discard: 0, all: Infinity, gradual: 4 * flood.releaseNow };
	const wanted = held.events
		.filter(({ rows }) => rows === undefined)
		.slice(0, most[modeFor(held, flood)]);
	return new Set(wanted.map(({ subject }) => subject));
}
