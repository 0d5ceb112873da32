import { Failure } from '../pendo/failure';
import { compare, type Comparison } from './compare';
import { detected, type DetectedRow, type ReportName } from './event';
import { FingerprintKey } from './fingerprint';
import { resetNotice, suspiciousNotice, type Notice } from './notice';
import { MalformedResults, type SubjectKind } from './rows';
import {
	encodeSnapshot,
	FingerprintList,
	Snapshot,
	snapshotCount,
	snapshotKeyText,
} from './snapshot';
import { asDamage, isStateOf, readState, stateFailure, type WatchState } from './state';
import { watchKey } from './watch-key';

export interface PollOptions {
	/** The region's host, as `app.pendo.io`. */
	readonly host: string;
	readonly kind: SubjectKind;
	readonly report: ReportName;
	/** What the first poll fires for: nobody, or everyone now in the report. */
	readonly firstPoll: 'snapshot' | 'everyone';
	/** True where the host knows that this watch ran before and its state could not be found again. */
	readonly lostState?: boolean;
	/** Whether someone who left and came back enters again. */
	readonly returning: 'everyTime' | 'firstTimeOnly';
	/** Milliseconds since 1970. */
	readonly now: number;
	/** Gives the event loop back to the host. */
	pause(): Promise<void>;
}

export interface PollResult {
	/** The same object as before where nothing changed. */
	readonly state: WatchState;
	readonly events: readonly DetectedRow[];
	readonly notices: readonly Notice[];
}

/** Sets smaller than this may empty by half without suspicion. */
const SMALLEST_SUSPECT = 20;

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
	const state = await ownState(stored, options);
	if (state !== undefined) return await laterPoll(state, results, options);
	return await firstPoll(stored !== undefined || options.lostState === true, results, options);
}

/** What a test shows: who would fire now, or else a few rows of the report. Nothing is stored. */
export async function preview(
	stored: unknown,
	results: AsyncIterable<Uint8Array>,
	options: PollOptions,
): Promise<DetectedRow[]> {
	const own = await ownState(stored, options);
	const known = own === undefined ? undefined : await decodeKnown(own, options);
	const key = known === undefined ? FingerprintKey.create() : fingerprintKeyOf(known.snapshot);
	const read = await readResults(results, options, {
		key,
		known: known?.all ?? [],
		findNewcomers: known !== undefined,
		samples: 3,
	});
	if (read.samples.size === 0) {
		throw new Failure('empty-report', {
			what: `The report "${options.report.name}" is empty`,
			why: `There is no ${options.kind} in it now, so there is no row to show.`,
			next: 'You can publish all the same: whoever appears in it later will fire. Or choose another report for the test.',
		});
	}
	const detection = {
		...options,
		occurrence: occurrenceOf(own, keyOf(options)),
	};
	const wouldFire = [...read.newcomers]
		.slice(0, 50)
		.map(([id, text]) => detected(id, text, detection));
	if (wouldFire.length > 0) return wouldFire;
	return [...read.samples]
		.map(([id, text]) => detected(id, text, detection))
		.map(({ row, pendo }) => ({ row, pendo: { ...pendo, sample: true } }));
}

/** What is stored, unless it is that of another watch. */
async function ownState(stored: unknown, options: PollOptions): Promise<WatchState | undefined> {
	const state = readState(stored);
	if (state === undefined || isStateOf(state, keyOf(options))) return state;
	// Where only the name of the watch is damaged, it looks like another watch's.
	await decode(state.snapshot, options);
	return undefined;
}

function keyOf({ host, kind, report }: PollOptions): string {
	return watchKey({ host, kind, reportId: report.id });
}

/** Equal for two detections of the same moment in the life of a watch, also when a crash repeats it. */
function occurrenceOf(state: WatchState | undefined, key: string): string {
	if (state === undefined) return key;
	return `${key} ${snapshotKeyText(state.snapshot)} ${state.revision}`;
}

async function firstPoll(
	other: boolean,
	results: AsyncIterable<Uint8Array>,
	options: PollOptions,
): Promise<PollResult> {
	const key = FingerprintKey.create();
	const everyone = options.firstPoll === 'everyone' && !other;
	const read = await readResults(results, options, { key, known: [], findNewcomers: everyone });
	const snapshot = await encode(read.fingerprints, key, options, 'compact');
	const seen = await seenAfter(undefined, read.fingerprints, key, options);
	const detection = { ...options, occurrence: occurrenceOf(undefined, keyOf(options)) };
	return {
		state: { version: 1, revision: 1, snapshot, ...(seen && { seen }) },
		events: [...read.newcomers].map(([id, text]) => detected(id, text, detection)),
		notices: other ? [resetNotice(options.report, snapshotCount(snapshot))] : [],
	};
}

async function laterPoll(
	state: WatchState,
	results: AsyncIterable<Uint8Array>,
	options: PollOptions,
): Promise<PollResult> {
	let known: Known | undefined = await decodeKnown(state, options);
	const key = fingerprintKeyOf(known.snapshot);
	const read = await readResults(results, options, {
		key,
		known: known.all,
		findNewcomers: true,
	});
	// The read before this one: the suspicious one, where there was one.
	const { seen, doubted: suspect } = known;
	const before = (suspect ?? known.snapshot).count;
	const still = read.present[suspect === undefined ? 0 : 1]!;
	// Released before the new one is built, so that a large watch is in memory once.
	known = undefined;

	const rememberSeen = options.returning === 'firstTimeOnly';
	const sameSeen = rememberSeen === (state.seen !== undefined);
	const same = still === before && !read.outsiders[0]! && state.suspicion === undefined;
	if (same && sameSeen) return { state, events: [], notices: [] };

	const lost = before - still;
	const shrunk =
		read.fingerprints.size === 0 ? before > 0 : before >= SMALLEST_SUSPECT && lost > before / 2;
	const detection = { ...options, occurrence: occurrenceOf(state, keyOf(options)) };
	const events = [...read.newcomers].map(([id, text]) => detected(id, text, detection));
	const notices = shrunk ? [suspiciousNotice(options.report, before, lost)] : [];
	const handsOver = events.length > 0 || notices.length > 0;
	const revision = state.revision + (handsOver ? 1 : 0);
	const allSeenBefore = seen !== undefined && !read.outsiders.at(-1)!;
	const nextSeen = allSeenBefore
		? state.seen
		: await seenAfter(seen, read.fingerprints, key, options);
	const fresh = await encode(read.fingerprints, key, options, 'compact');
	return {
		state: {
			version: 1,
			revision,
			// Who is missing for the second time has left; who is missing for the first time is remembered.
			snapshot: shrunk ? (state.suspicion?.present ?? state.snapshot) : fresh,
			...(nextSeen && { seen: nextSeen }),
			...(shrunk && { suspicion: { since: options.now, present: fresh } }),
		},
		events,
		notices,
	};
}

interface Known {
	readonly snapshot: Snapshot;
	readonly doubted?: Snapshot;
	readonly seen?: Snapshot;
	/** The snapshot first, then who was present in a suspicious read, then everyone ever seen. */
	readonly all: readonly Snapshot[];
}

async function decodeKnown(state: WatchState, options: PollOptions): Promise<Known> {
	const snapshot = await decode(state.snapshot, options);
	const doubted = state.suspicion && (await decode(state.suspicion.present, options));
	const seen =
		state.seen !== undefined && options.returning === 'firstTimeOnly'
			? await decode(state.seen, options)
			: undefined;
	const all = [snapshot, doubted, seen].filter((set) => set !== undefined);
	return { snapshot, doubted, seen, all };
}

async function decode(text: string, { pause }: PollOptions): Promise<Snapshot> {
	let problem: unknown;
	try {
		return await Snapshot.decode(text, pause);
	} catch (error) {
		problem = error;
	}
	const damage = asDamage(problem);
	if (damage === undefined) throw problem;
	throw stateFailure(damage.reason === 'newer-version' ? 'newer-version' : 'damaged');
}

function fingerprintKeyOf(snapshot: Snapshot): FingerprintKey {
	return FingerprintKey.decode(snapshot.keyText);
}

async function encode(
	list: FingerprintList,
	key: FingerprintKey,
	options: PollOptions,
	layout: 'compact' | 'full',
): Promise<string> {
	const header = { watchKey: keyOf(options), keyText: key.encode(), layout };
	const { text } = await encodeSnapshot(list, header, options.pause);
	return text;
}

/** Everyone ever seen, where that is asked for; `present` joins those seen before. */
async function seenAfter(
	seen: Snapshot | undefined,
	present: FingerprintList,
	key: FingerprintKey,
	options: PollOptions,
): Promise<string | undefined> {
	if (options.returning !== 'firstTimeOnly') return undefined;
	const all = new FingerprintList();
	await seen?.appendTo(all, options.pause);
	for (const { high, low, used } of present.chunks) all.add(high, low, used);
	return await encode(all, key, options, 'full');
}

async function readResults(
	results: AsyncIterable<Uint8Array>,
	options: PollOptions,
	how: {
		key: FingerprintKey;
		known: readonly Snapshot[];
		findNewcomers: boolean;
		samples?: number;
	},
): Promise<Comparison> {
	let problem: unknown;
	try {
		return await compare(results, { ...how, kind: options.kind, pause: options.pause });
	} catch (error) {
		problem = error;
	}
	if (!(problem instanceof MalformedResults)) throw problem;
	if (problem.looksLike !== undefined) throw wrongKind(problem.looksLike, options);
	throw new Failure('malformed-results', {
		what: `The results of "${options.report.name}" cannot be read: ${problem.message}`,
		why: 'The answer was cut short or changed on the way, or it is not a visitor or account list.',
		next: 'Nothing is lost: the next poll reads the report again. If it lasts, open the report in Pendo and check its kind.',
	});
}

const IN_WORDS = { visitor: 'a visitor report', account: 'an account report' } as const;
const TRIGGERS = {
	visitor: 'Pendo Visitor in Report',
	account: 'Pendo Account in Report',
} as const;

function wrongKind(actual: SubjectKind, { kind, report }: PollOptions): Failure {
	return new Failure('wrong-kind', {
		what: `"${report.name}" is ${IN_WORDS[actual]}, but this trigger follows ${IN_WORDS[kind]}`,
		why: `A row of it has no ${kind}Id.`,
		next: `Use the trigger "${TRIGGERS[actual]}" for it, or choose another report in this one.`,
	});
}
