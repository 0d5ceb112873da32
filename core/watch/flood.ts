import type { RawEvent } from './event';
import { NONE_HELD, type Held } from './held';
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
}

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
	const { held, fresh } = settle(before, detected, presence, flood);
	const mode = flood.mode === 'hold' && held.releasing ? 'gradual' : flood.mode;
	const isFlood = fresh.length >= flood.threshold;
	switch (mode) {
		case 'hold':
			return holding(held, fresh, isFlood, context);
		case 'gradual':
			return releasing(held, fresh, isFlood, presence, flood.releaseNow, context);
		case 'all':
			return sendingAll(held, fresh, presence, context);
		case 'discard':
			return discarding(held, fresh, isFlood, context);
	}
}

interface Settled {
	readonly held: Held;
	readonly fresh: readonly RawEvent[];
}

/** Drops the events of those who left before they were told, and of those who are held already. */
function settle(
	before: Held,
	detected: readonly RawEvent[],
	presence: Presence,
	{ keepLeavers }: Flood,
): Settled {
	if (before.events.length === 0) return { held: before, fresh: detected };
	const gone = new Set<string>();
	const events = before.events.filter(({ event, subject }) => {
		if (event === 'entered' && !keepLeavers && !presence.isHere(subject)) gone.add(subject);
		return !gone.has(subject);
	});
	const waits = new Set(events.map(({ subject }) => subject));
	const waitsToEnter = new Set(
		events.filter(({ event }) => event === 'entered').map(({ subject }) => subject),
	);
	const fresh = detected.filter(
		({ event, subject }) =>
			!(event === 'left' && gone.has(subject)) &&
			!(event === 'entered' && waitsToEnter.has(subject)),
	);
	// What comes after a held event of the same subject comes after it.
	const behind = fresh.filter(({ subject }) => waits.has(subject));
	if (gone.size === 0 && behind.length === 0) return { held: before, fresh };
	return {
		held: {
			...before,
			events: [...events, ...behind],
			leftAgain: before.leftAgain + gone.size,
		},
		fresh: fresh.filter(({ subject }) => !waits.has(subject)),
	};
}

function holding(
	held: Held,
	fresh: readonly RawEvent[],
	isFlood: boolean,
	context: NoticeContext,
): Passage {
	if (!isFlood) return { send: fresh, ...ended(held, context) };
	const next = { ...held, events: [...held.events, ...fresh], leftAgain: 0 };
	return { send: [], held: next, notices: [heldNotice(context, fresh, next, held.leftAgain)] };
}

/** In order and at a steady rate; who comes meanwhile waits behind the others. */
function releasing(
	held: Held,
	fresh: readonly RawEvent[],
	isFlood: boolean,
	presence: Presence,
	releaseNow: number,
	context: NoticeContext,
): Passage {
	if (held.events.length === 0 && !isFlood) return { send: fresh, ...ended(held, context) };
	const queue = [...held.events, ...fresh];
	const send = withRows(queue.slice(0, releaseNow), presence);
	const waiting = queue.slice(send.length);
	const released = held.released + send.length;
	const told = isFlood ? [heldNotice(context, fresh, { ...held, events: waiting }, 0)] : [];
	if (waiting.length === 0) {
		const done = releasedNotice(context, released, held.leftAgain);
		return { send, held: NONE_HELD, notices: [...told, done] };
	}
	return { send, held: { ...held, events: waiting, released }, notices: told };
}

function sendingAll(
	held: Held,
	fresh: readonly RawEvent[],
	presence: Presence,
	context: NoticeContext,
): Passage {
	if (held.events.length === 0) return { send: fresh, ...ended(held, context) };
	const freed = withRows(held.events, presence);
	const waiting = held.events.slice(freed.length);
	const released = held.released + freed.length;
	const send = [...freed, ...fresh];
	if (waiting.length > 0)
		return { send, held: { ...held, events: waiting, released }, notices: [] };
	return { send, held: NONE_HELD, notices: [releasedNotice(context, released, held.leftAgain)] };
}

function discarding(
	held: Held,
	fresh: readonly RawEvent[],
	isFlood: boolean,
	context: NoticeContext,
): Passage {
	const dropped = [...held.events, ...(isFlood ? fresh : [])];
	const send = isFlood ? [] : fresh;
	if (dropped.length === 0) return { send, ...ended(held, context) };
	const notices = [discardedNotice(context, dropped, held.leftAgain)];
	return { send, held: NONE_HELD, notices };
}

/** Where the last held events were dropped, since their subjects left again, the person hears of it. */
function ended(held: Held, context: NoticeContext): Pick<Passage, 'held' | 'notices'> {
	if (held.events.length > 0 || held.leftAgain === 0) return { held, notices: [] };
	return { held: NONE_HELD, notices: [releasedNotice(context, held.released, held.leftAgain)] };
}

/** The events with their rows, up to the first whose rows were not asked for in this read. */
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
export function withoutRows({ events, releasing: isReleasing }: Held, flood: Flood): Set<string> {
	const mode = flood.mode === 'hold' && isReleasing ? 'gradual' : flood.mode;
	// More than it hands over: some may have left.
	const most = { hold: 0, discard: 0, all: Infinity, gradual: 4 * flood.releaseNow }[mode];
	const wanted = events.filter(({ rows }) => rows === undefined).slice(0, most);
	return new Set(wanted.map(({ subject }) => subject));
}
