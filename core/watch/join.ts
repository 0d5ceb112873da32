import { idAgain, type Changes, type RawEvent } from './event';

/** What is held after some more was detected, and those of it that concern nobody who is held. */
export interface Joined {
	/** The same array where nothing of it changed. */
	readonly events: readonly RawEvent[];
	readonly others: readonly RawEvent[];
}

/**
 * Puts what was detected of someone who is held behind that, at most one event for each subject.
 * Nobody is held twice: an event that only repeats the last one of its subject joins it, and who left
 * and came back while still waiting to enter waits on, as if that had not been.
 */
export function join(held: readonly RawEvent[], detected: readonly RawEvent[]): Joined {
	if (held.length === 0 || detected.length === 0) return { events: held, others: detected };
	const lastOf = new Map<string, number>();
	const entering = new Set<string>();
	held.forEach(({ event, subject }, at) => {
		lastOf.set(subject, at);
		if (event === 'entered') entering.add(subject);
	});
	const ids = new Set(held.map(({ eventId }) => eventId));
	const events: Array<RawEvent | undefined> = [...held];
	let isSame = true;

	function add(fresh: RawEvent, at: number): void {
		const last = held[at]!;
		if (fresh.event === 'entered' && entering.has(fresh.subject)) {
			if (last.event !== 'left') return;
			events[at] = undefined;
		} else if (fresh.event !== last.event) {
			const { eventId } = fresh;
			events.push(ids.has(eventId) ? { ...fresh, eventId: idAgain(eventId) } : fresh);
		} else if (fresh.event === 'changed') {
			events[at] = merge(last, fresh);
		} else {
			return;
		}
		isSame = false;
	}

	const others = detected.filter((fresh) => {
		const at = lastOf.get(fresh.subject);
		if (at !== undefined) add(fresh, at);
		return at === undefined;
	});
	return { events: isSame ? held : events.filter((event) => event !== undefined), others };
}

/** Two changes as one: from the old values of the first to the values and the row of the second. */
function merge(first: RawEvent, second: RawEvent): RawEvent {
	const changes = { ...first.changes, ...second.changes };
	for (const [field, { from }] of Object.entries(first.changes ?? {})) {
		const { to } = changes[field]!;
		changes[field] = from === undefined ? { to } : { from, to };
	}
	return { ...first, rows: second.rows, changes: changes as Changes };
}
