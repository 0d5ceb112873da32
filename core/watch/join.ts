import { idAgain, type Changes, type RawEvent } from './event';

/** What is held after some more was detected, and those of it that concern nobody who is held. */
export interface Joined {
	/** The same array where nothing of it changed. */
	readonly events: readonly RawEvent[];
	readonly others: readonly RawEvent[];
}

/**
 * Puts what was detected of someone who is held behind that; at most one event for each subject.
 * Nobody is held twice: a second change joins the first, and who left and came back while waiting to
 * enter waits on in the same place, with the row of the return.
 */
export function join(held: readonly RawEvent[], detected: readonly RawEvent[]): Joined {
	if (held.length === 0 || detected.length === 0) return { events: held, others: detected };
	const places = placesOf(held);
	const ids = new Set(held.map(({ eventId }) => eventId));
	const events: Array<RawEvent | undefined> = [...held];
	let isSame = true;

	function add(fresh: RawEvent, own: readonly number[]): void {
		const at = own.at(-1)!;
		const last = held[at]!;
		const entering = own.find((place) => held[place]!.event === 'entered');
		if (fresh.event === 'entered' && entering !== undefined) {
			for (const place of own) if (place > entering) events[place] = undefined;
			events[entering] = { ...held[entering]!, rows: fresh.rows };
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
		const own = places.get(fresh.subject);
		if (own !== undefined) add(fresh, own);
		return own === undefined;
	});
	return { events: isSame ? held : events.filter((event) => event !== undefined), others };
}

/** Where the events of each subject stand. */
function placesOf(events: readonly RawEvent[]): Map<string, number[]> {
	const places = new Map<string, number[]>();
	events.forEach(({ subject }, place) => {
		const own = places.get(subject);
		if (own === undefined) places.set(subject, [place]);
		else own.push(place);
	});
	return places;
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
