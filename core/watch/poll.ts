import type { Comparison } from './compare';
import { encodeDetails, isSameShape, type StoredDetails } from './details';
import { detect, momentOf, setsOf } from './detect';
import { rawEvent, told, type DetectedRow } from './event';
import { FingerprintKey } from './fingerprint';
import { pass, withoutRows, type Presence } from './flood';
import { encodeHeld, heldCount, NONE_HELD, type Held } from './held';
import { ownState, readKnown, type Known } from './known';
import { resetNotice, suspiciousNotice, type Notice } from './notice';
import { checkOptions, contextOf, keyOf, shapeOf, type PollOptions } from './options';
import { readResults } from './read-results';
import { encodeSnapshot, FingerprintList, Snapshot, snapshotCount, type Layout } from './snapshot';
import { sealState, type WatchState } from './state';
import { withoutSubjects } from './subject';

/** What to store, and what to hand over before it counts. */
export interface HandOver {
	/** The same object as before where nothing changed. */
	readonly state: WatchState;
	readonly events: readonly DetectedRow[];
	readonly notices: readonly Notice[];
}

export interface PollResult extends HandOver {
	/** How many events this read brought, whether they are handed over or held. */
	readonly detected: number;
}

/**
 * One poll of one watch: what is stored and a complete read in, what to store and what to tell out.
 * It changes nothing it is given, so a poll that throws has not happened.
 *
 * @param stored what the last poll returned as `state`, or undefined before the first
 * @throws Failure for results that are incomplete or malformed, and for a state that cannot be read
 */
export async function poll(
	stored: unknown,
	results: AsyncIterable<Uint8Array>,
	options: PollOptions,
): Promise<PollResult> {
	checkOptions(options);
	// Many that begin together would hold the event loop one after the other.
	await options.pace.rest();
	const state = options.anew ? undefined : await ownState(stored, options);
	if (state !== undefined) return await laterPoll(state, results, options);
	return await firstPoll(stored, results, options);
}

async function firstPoll(
	stored: unknown,
	results: AsyncIterable<Uint8Array>,
	options: PollOptions,
): Promise<PollResult> {
	const isReset = stored !== undefined || options.anew === true;
	const key = FingerprintKey.create();
	const isTold = options.firstPoll === 'everyone' && options.events.includes('entered');
	const read = await readResults(results, options, {
		key,
		...setsOf(undefined, options),
		findNewcomers: isTold && !isReset,
	});
	const snapshot = await encode(read.fingerprints, key, options, 'compact');
	const details = await detailsAfter(read, snapshot, undefined, options);
	const seen = await seenAfter(undefined, read.fingerprints, key, options, new Set());
	const moment = momentOf(undefined, options);
	const entered = [...read.newcomers].map(([subject, rows]) =>
		rawEvent('entered', subject, moment, { rows }),
	);
	const context = contextOf(options, undefined);
	const passage = pass(NONE_HELD, entered, NOTHING_WANTED, options.flood, context);
	const held = await heldAfter(NONE_HELD, passage.held, undefined);
	const reset = isReset
		? [resetNotice(context.report, snapshotCount(snapshot), heldIn(stored))]
		: [];
	return {
		state: sealState({
			version: 1,
			revision: 1,
			snapshot,
			...(details && { details }),
			...(seen && { seen }),
			...(held && { held }),
		}),
		detected: entered.length,
		events: passage.send.map((event) => told(event, context)),
		notices: [...reset, ...passage.notices],
	};
}

async function laterPoll(
	state: WatchState,
	results: AsyncIterable<Uint8Array>,
	options: PollOptions,
): Promise<PollResult> {
	let known: Known | undefined = await readKnown(state, options);
	const { key, seen, held } = known;
	const wanted = wantedOf(held, options);
	const read = await readResults(results, options, {
		key,
		...setsOf(known, options),
		findNewcomers: true,
		wanted,
	});
	const context = contextOf(options, state);
	const moment = momentOf(state, options);
	const { events, before, lost, shrunk } = detect(known, read, moment, options);
	const last = known.members[0]!.snapshot;
	// Released before new ones are built, so that less of a large watch is in memory twice.
	known = undefined;

	const sameSet = lost === 0 && read.outsiders[0]!.size === 0;
	const lastText = state.suspicion?.present ?? state.snapshot;
	const fresh = sameSet ? lastText : await encodePresent(last, read, key, options);
	const lastDetails = (state.suspicion ?? state).details;
	const details = await detailsAfter(
		read,
		fresh,
		sameSet ? { last, lastDetails } : undefined,
		options,
	);
	const passage = pass(held, events, presenceIn(read, wanted, shrunk), options.flood, context);
	const isSeenSame =
		seen !== undefined && read.outsiders.at(-1)!.size === 0 && passage.gone.size === 0;
	const nextSeen = isSeenSame
		? state.seen
		: await seenAfter(seen, read.fingerprints, key, options, passage.gone);
	const nextHeld = await heldAfter(held, passage.held, state.held);

	const isSame =
		sameSet &&
		state.suspicion === undefined &&
		details === state.details &&
		nextSeen === state.seen &&
		nextHeld === state.held;
	if (isSame) return { state, detected: 0, events: [], notices: [] };

	const suspicious = shrunk ? [suspiciousNotice(context.report, before, lost)] : [];
	const notices = [...suspicious, ...passage.notices];
	const handsOver = passage.send.length > 0 || notices.length > 0;
	// Who is missing for the second time has left; who is missing for the first time is remembered.
	const remembered = shrunk
		? { snapshot: lastText, details: lastDetails }
		: { snapshot: fresh, details };
	return {
		state: sealState({
			version: 1,
			revision: state.revision + (handsOver ? 1 : 0),
			...withoutUndefined(remembered),
			...(nextSeen && { seen: nextSeen }),
			...(shrunk && {
				suspicion: { since: options.now, ...withoutUndefined({ present: fresh, details }) },
			}),
			...(nextHeld && { held: nextHeld }),
			...(state.report && { report: state.report }),
		}),
		detected: events.length,
		events: passage.send.map((event) => told(event, context)),
		notices,
	};
}

function withoutUndefined<T extends { details?: StoredDetails }>({ details, ...rest }: T) {
	return { ...rest, ...(details && { details }) };
}

type Wanted = ReadonlyMap<string, boolean>;

/** Of whom a poll must know whether they are in the report; true where their rows must be read again. */
function wantedOf(held: Held, { flood }: PollOptions): Wanted {
	const rowless = withoutRows(held, flood);
	const entering = held.events.filter(({ event }) => event === 'entered');
	return new Map(
		[...entering.map(({ subject }) => subject), ...rowless].map((subject) => [
			subject,
			rowless.has(subject),
		]),
	);
}

const NOTHING_WANTED: Presence = { isHere: () => true, rowsOf: () => undefined };

function presenceIn({ found }: Comparison, wanted: Wanted, shrunk: boolean): Presence {
	return {
		isHere: (subject) => shrunk || found.has(subject) || !wanted.has(subject),
		rowsOf(subject) {
			const rows = found.get(subject);
			return rows?.length ? rows : undefined;
		},
	};
}

/** How many events another watch held, whose state is replaced. */
function heldIn(stored: unknown): number {
	const { held } = Object(stored) as Partial<WatchState>;
	const count = heldCount(Object(held) as NonNullable<typeof held>);
	return Number.isSafeInteger(count) ? count : 0;
}

async function heldAfter(
	before: Held,
	after: Held,
	stored: WatchState['held'],
): Promise<WatchState['held']> {
	return after === before ? stored : await encodeHeld(after);
}

/** What to keep of the members of the snapshot that a read gave; the same object where that is what is kept. */
async function detailsAfter(
	read: Comparison,
	fresh: string,
	same: { last: Snapshot; lastDetails: StoredDetails | undefined } | undefined,
	options: PollOptions,
): Promise<StoredDetails | undefined> {
	const { follower, fingerprints } = read;
	if (follower === undefined) return undefined;
	const isKept = same && !follower.hasNews && isSameShape(same.lastDetails, shapeOf(options));
	if (isKept) return same.lastDetails;
	const next = same?.last ?? (await Snapshot.decode(fresh, options.pace));
	return await encodeDetails(await follower.keep(next, fingerprints, options.pace));
}

async function encodePresent(
	last: Snapshot,
	{ present, outsiders, fingerprints }: Comparison,
	key: FingerprintKey,
	options: PollOptions,
): Promise<string> {
	const text = await last.successor(present[0]!, outsiders[0]!, keyOf(options), options.pace);
	return text ?? (await encode(fingerprints, key, options, 'compact'));
}

async function encode(
	list: FingerprintList,
	key: FingerprintKey,
	options: PollOptions,
	layout: Layout,
): Promise<string> {
	const header = { watchKey: keyOf(options), keyText: key.encode(), layout };
	const { text } = await encodeSnapshot(list, header, options.pace);
	return text;
}

/** Everyone ever seen, where that is asked for, save for those of whom nobody was told. */
async function seenAfter(
	seen: Snapshot | undefined,
	present: FingerprintList,
	key: FingerprintKey,
	options: PollOptions,
	untold: ReadonlySet<string>,
): Promise<string | undefined> {
	if (options.returning !== 'firstTimeOnly') return undefined;
	let all = new FingerprintList();
	await seen?.appendTo(all, options.pace);
	if (untold.size > 0) all = withoutSubjects(all, untold, key);
	for (const { high, low, used } of present.chunks) all.add(high, low, used);
	return await encode(all, key, options, 'full');
}
