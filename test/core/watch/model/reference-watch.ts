/** What a watch should do, written with whole rows, plain sets and lists, and nothing of the product. */

export type Row = { readonly visitorId: string } & Readonly<Record<string, unknown>>;
export type Kind = 'entered' | 'changed' | 'left';

export interface Choices {
	readonly events: readonly Kind[];
	readonly changedFields: readonly string[];
	readonly oldValues: boolean;
	readonly rows: 'first' | 'all';
	readonly firstPoll: 'snapshot' | 'everyone';
	readonly returning: 'everyTime' | 'firstTimeOnly';
	readonly mode: 'hold' | 'gradual' | 'all' | 'discard';
	readonly threshold: number;
	readonly releaseNow: number;
	readonly keepLeavers: boolean;
}

export interface ReferenceEvent {
	readonly kind: Kind;
	readonly id: string;
	/** Equal for two events that must have the same id, and for no others. */
	readonly key: string;
	readonly at: number;
	readonly rows: readonly Row[];
	/** Field to its values before, as texts, and to the value that is told. */
	readonly changes: Readonly<Record<string, Change>>;
}

export interface Change {
	readonly from?: readonly string[];
	readonly to: unknown;
}

export interface ReferenceNotice {
	readonly notice: string;
	readonly counts: Readonly<Record<string, number>>;
}

/** Who was in one read, and of them what the choices of that poll ask to remember. */
interface People {
	readonly ids: ReadonlySet<string>;
	readonly remembersIds: boolean;
	readonly remembersValues: boolean;
	/** Field to id to the texts of all its values. */
	readonly fields: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;
}

export interface Reference {
	readonly handedOver: number;
	/** The last read first; then, while that is doubted, the one before. */
	readonly known: readonly People[];
	readonly seen?: ReadonlySet<string>;
	readonly held: readonly ReferenceEvent[];
	readonly released: number;
	readonly leftAgain: number;
	readonly isReleasing: boolean;
}

export interface Outcome {
	readonly after: Reference;
	readonly events: readonly ReferenceEvent[];
	readonly notices: readonly ReferenceNotice[];
	readonly detected: number;
}

const NOBODY: People = {
	ids: new Set(),
	remembersIds: false,
	remembersValues: false,
	fields: new Map(),
};
const NOTHING_HELD = { held: [], released: 0, leftAgain: 0, isReleasing: false };

/** One text for equal values, in whatever order their members are. */
export function textOf(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
	if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
	const members = Object.entries(value).map(
		([name, of]) => `${JSON.stringify(name)}:${textOf(of)}`,
	);
	return `{${members.sort().join()}}`;
}

/** @param dropped how many held events go, where the watch is begun anew */
export function read(
	before: Reference | undefined,
	report: readonly Row[],
	choices: Choices,
	now: number,
	dropped?: number,
): Outcome {
	const isAnew = dropped !== undefined;
	const rowsOf = new Map<string, Row[]>();
	for (const row of report) {
		rowsOf.set(row.visitorId, [...(rowsOf.get(row.visitorId) ?? []), row]);
	}
	const here = peopleIn(rowsOf, choices);
	const known = before?.known ?? [NOBODY];
	const [last] = known as [People];
	const lost = [...last.ids].filter((id) => !here.ids.has(id)).length;
	const isDoubtful =
		(here.ids.size === 0 && last.ids.size > 0) || (last.ids.size >= 20 && lost > last.ids.size / 2);

	const remembersAll = choices.returning === 'firstTimeOnly';
	const seenBefore = remembersAll ? before?.seen : undefined;
	const isKnown = (id: string) => known.some(({ ids }) => ids.has(id)) || seenBefore?.has(id);
	const isSilent = before === undefined && (isAnew || choices.firstPoll === 'snapshot');
	const event = (kind: Kind, id: string, rows: readonly Row[], changes = {}): ReferenceEvent => ({
		kind,
		id,
		key: `${kind} ${id} ${before?.handedOver ?? 'first'}`,
		at: now,
		rows: choices.rows === 'all' ? rows : rows.slice(0, 1),
		changes,
	});

	const detected: ReferenceEvent[] = [];
	if (choices.events.includes('entered') && !isSilent) {
		for (const [id, rows] of rowsOf) if (!isKnown(id)) detected.push(event('entered', id, rows));
	}
	if (choices.events.includes('changed')) {
		const changed = [...rowsOf].flatMap(([id, rows]) => {
			const of = known.find(({ ids }) => ids.has(id));
			return of ? changeOf(id, rows, of, choices) : [];
		});
		// They come in the order of the rows that show it.
		changed.sort((one, other) => report.indexOf(one.first) - report.indexOf(other.first));
		for (const { id, rows, changes } of changed) detected.push(event('changed', id, rows, changes));
	}
	if (choices.events.includes('left')) {
		for (const id of leavers(known, here, isDoubtful)) {
			detected.push(event('left', id, [{ visitorId: id }]));
		}
	}

	const isHere = (id: string) => isDoubtful || here.ids.has(id);
	const passage = protect(before ?? NOTHING_HELD, detected, isHere, choices);
	const notices = [
		...(isAnew
			? [{ notice: 'reset', counts: { present: here.ids.size, ...(dropped > 0 && { dropped }) } }]
			: []),
		...(isDoubtful && before
			? [{ notice: 'suspicious', counts: { known: last.ids.size, missing: lost } }]
			: []),
		...passage.notices,
	];
	// Nobody was told of those who were to enter and are gone.
	const told = [...(seenBefore ?? [])].filter((id) => !passage.gone.has(id));
	const handsOver = passage.events.length + notices.length > 0;
	return {
		after: {
			...passage.after,
			handedOver: before === undefined ? 1 : before.handedOver + (handsOver ? 1 : 0),
			known: isDoubtful ? [here, last] : [here],
			...(remembersAll && { seen: new Set([...told, ...here.ids]) }),
		},
		events: passage.events,
		notices,
		detected: detected.length,
	};
}

function valueIn(row: Row, field: string): unknown {
	return row[field] ?? null;
}

function peopleIn(rowsOf: ReadonlyMap<string, readonly Row[]>, choices: Choices): People {
	const fields = choices.events.includes('changed') ? choices.changedFields : [];
	const valuesOf = (field: string) =>
		new Map(
			[...rowsOf].map(([id, rows]) => [
				id,
				new Set(rows.map((row) => textOf(valueIn(row, field)))),
			]),
		);
	return {
		ids: new Set(rowsOf.keys()),
		remembersIds: choices.events.includes('left'),
		remembersValues: choices.oldValues && fields.length > 0,
		fields: new Map(fields.map((field) => [field, valuesOf(field)])),
	};
}

function changeOf(id: string, rows: readonly Row[], last: People, choices: Choices) {
	const followed = choices.changedFields.filter((field) => last.fields.has(field));
	const before = (field: string) => [...last.fields.get(field)!.get(id)!].sort();
	const isAsBefore = (row: Row, field: string) =>
		before(field).every((text) => text === textOf(valueIn(row, field)));
	const changed = followed.filter((field) => {
		const now = [...new Set(rows.map((row) => textOf(valueIn(row, field))))].sort();
		return before(field).join() !== now.join();
	});
	if (changed.length === 0) return [];
	const changes = changed.map((field) => {
		const shows = rows.find((row) => !isAsBefore(row, field))!;
		const from = last.remembersValues && choices.oldValues ? { from: before(field) } : {};
		return [field, { ...from, to: valueIn(shows, field) }] as const;
	});
	const first = rows.findIndex((row) => followed.some((field) => !isAsBefore(row, field)));
	return [
		{
			id,
			first: rows[first]!,
			rows: choices.rows === 'all' ? rows : rows.slice(first),
			changes: Object.fromEntries(changes),
		},
	];
}

function leavers(known: readonly People[], here: People, isDoubtful: boolean): string[] {
	const [last, remembered] = known as [People, People | undefined];
	const missing = ({ ids, remembersIds }: People) =>
		remembersIds ? [...ids].filter((id) => !here.ids.has(id)) : [];
	const all = [...missing(last), ...(remembered ? missing(remembered) : [])];
	// Once is not enough: who was there at the last read is missing for the first time.
	const sure = isDoubtful && last.remembersIds ? all.filter((id) => !last.ids.has(id)) : all;
	if (isDoubtful && !last.remembersIds) return [];
	return [...new Set(sure)].sort();
}

type Queue = Pick<Reference, 'held' | 'released' | 'leftAgain' | 'isReleasing'>;

/** Flood protection: what is told now, what waits, what is dropped. */
function protect(
	before: Queue,
	detected: readonly ReferenceEvent[],
	isHere: (id: string) => boolean,
	{ mode, threshold, releaseNow, keepLeavers }: Choices,
): Omit<Outcome, 'after' | 'detected'> & { after: Queue; gone: ReadonlySet<string> } {
	let gone = new Set<string>();
	let { held, released, leftAgain, isReleasing } = before;
	let fresh = detected;

	if (!keepLeavers) {
		const isGone = ({ kind, id }: ReferenceEvent) => kind === 'entered' && !isHere(id);
		gone = new Set(held.filter(isGone).map(({ id }) => id));
		for (const id of gone) {
			const entering = held.findIndex((each) => each.id === id && each.kind === 'entered');
			held = held.filter((each, at) => each.id !== id || at < entering);
		}
		fresh = fresh.filter(({ kind, id }) => kind !== 'left' || !gone.has(id));
		leftAgain += gone.size;
		if (held.length === 0) isReleasing = false;
	}

	if (mode !== 'discard') {
		const waiting = new Set(held.map(({ id }) => id));
		for (const each of fresh) if (waiting.has(each.id)) held = joined(held, each);
		fresh = fresh.filter(({ id }) => !waiting.has(id));
	}

	const isFlood = fresh.length > 0 && fresh.length >= threshold;
	const hadHeld = held.length > 0;
	const notices: ReferenceNotice[] = [];
	let events = fresh;
	let isDiscarding = false;

	// Nobody who asked for a release knew of another flood.
	if (mode === 'hold' && isFlood) isReleasing = false;

	if (mode === 'discard') {
		const discarded = held.length + (isFlood ? fresh.length : 0);
		isDiscarding = discarded > 0;
		if (isDiscarding) {
			notices.push({ notice: 'discarded', counts: { discarded, held: 0, leftAgain } });
		}
		if (isFlood) events = [];
		held = [];
	} else if (mode === 'all') {
		events = [...held, ...fresh];
		released += held.length;
		held = [];
	} else if (mode === 'gradual' || isReleasing) {
		if (hadHeld || (isFlood && fresh.length > releaseNow)) {
			const queue = [...held, ...fresh];
			events = queue.slice(0, releaseNow);
			released += events.length;
			held = queue.slice(releaseNow);
		}
	} else if (isFlood) {
		held = [...held, ...fresh];
		events = [];
	}

	if (held.length > 0) {
		if (isFlood) {
			const counts = { detected: fresh.length, held: held.length, leftAgain };
			notices.push({ notice: 'held', counts });
			leftAgain = 0;
		}
		return { after: { held, released, leftAgain, isReleasing }, events, notices, gone };
	}
	if (!isDiscarding && (hadHeld || leftAgain > 0)) {
		notices.push({ notice: 'released', counts: { released, held: 0, leftAgain } });
	}
	return { after: NOTHING_HELD, events, notices, gone };
}

/** What is held after one more event of someone who is held; the same for anybody else. */
function joined(held: readonly ReferenceEvent[], fresh: ReferenceEvent): readonly ReferenceEvent[] {
	const own = held.filter(({ id }) => id === fresh.id);
	const last = own.at(-1);
	if (last === undefined) return held;
	const entering = held.findIndex(({ id, kind }) => id === fresh.id && kind === 'entered');
	if (fresh.kind === 'entered' && entering >= 0) {
		return held
			.filter(({ id }, at) => id !== fresh.id || at <= entering)
			.map((each, at) => (at === entering ? { ...each, rows: fresh.rows } : each));
	}
	if (last.kind !== fresh.kind) {
		const isTaken = held.some(({ key }) => key === fresh.key);
		return [...held, isTaken ? { ...fresh, key: `${fresh.key} again` } : fresh];
	}
	if (fresh.kind !== 'changed') return held;
	const changes: Record<string, Change> = { ...last.changes };
	for (const [field, { from, to }] of Object.entries(fresh.changes)) {
		const first = last.changes[field] ? last.changes[field].from : from;
		changes[field] = first === undefined ? { to } : { from: first, to };
	}
	return held.map((each) => (each === last ? { ...last, rows: fresh.rows, changes } : each));
}

/** Between two polls. */
export function releaseSome(before: Reference, count: number): Outcome {
	const events = before.held.slice(0, count);
	if (events.length === 0) return { after: before, events, notices: [], detected: 0 };
	const { leftAgain } = before;
	const held = before.held.slice(count);
	const released = before.released + events.length;
	const queue = held.length > 0 ? { held, released } : NOTHING_HELD;
	const notices =
		held.length > 0 ? [] : [{ notice: 'released', counts: { released, held: 0, leftAgain } }];
	const after = { ...before, ...queue, handedOver: before.handedOver + 1 };
	return { after, events, notices, detected: 0 };
}

export function discardAll(before: Reference): Outcome {
	const discarded = before.held.length;
	if (discarded === 0) return { after: before, events: [], notices: [], detected: 0 };
	const counts = { discarded, held: 0, leftAgain: before.leftAgain };
	const after = { ...before, ...NOTHING_HELD, handedOver: before.handedOver + 1 };
	return { after, events: [], notices: [{ notice: 'discarded', counts }], detected: 0 };
}

export function startReleasing(before: Reference): Reference {
	return before.held.length > 0 ? { ...before, isReleasing: true } : before;
}
