import { NO_DETAILS, type DetailsShape } from './details';
import type { FingerprintKey } from './fingerprint';
import { followerOf, type Follower, type KnownDetails } from './follower';
import { Marks } from './marks';
import type { Pace } from './pace';
import { readRows, type RowBatch } from './rows';
import { FingerprintList, type Snapshot } from './snapshot';
import {
	fingerprintNumber,
	Fingerprinter,
	PairSubjects,
	PlainSubjects,
	type Follows,
	type SubjectBatch,
} from './subject';

const BATCH = 512;

export interface CompareOptions extends Follows {
	readonly key: FingerprintKey;
	/** Sets whose members are no newcomers. */
	readonly known: readonly Snapshot[];
	/** How many first rows to keep as samples. */
	readonly samples?: number;
	/** False where nobody is a newcomer, and rows are only recorded. */
	readonly findNewcomers: boolean;
	/** True where all rows of a newcomer are kept, and not the first alone. */
	readonly allRows?: boolean;
	/** What to keep of the members, and the sets among `known` of which it is kept, from the first on. */
	readonly details?: { readonly shape: DetailsShape; readonly known: readonly KnownDetails[] };
	/** Subjects whose presence matters; true for those whose rows do too. */
	readonly wanted?: ReadonlyMap<string, boolean>;
	readonly pace: Pace;
}

/** One complete read, held against what is known. */
export interface Comparison {
	/** Fingerprints of all rows, repeats included. */
	readonly fingerprints: FingerprintList;
	/** For each known set, who of it is in the report. */
	readonly present: readonly Marks[];
	/** For each known set, who in the report is none of its members, repeats included. */
	readonly outsiders: readonly FingerprintList[];
	/** Subject to the JSON text of its rows, in the order of the report. */
	readonly newcomers: ReadonlyMap<string, readonly string[]>;
	readonly samples: ReadonlyMap<string, readonly string[]>;
	readonly follower?: Follower;
	/** The wanted subjects that are in the report, with their rows where these were wanted. */
	readonly found: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads a whole report and finds who is in it, who is new and who changed.
 *
 * @throws MalformedResults, or whatever the bytes throw
 */
export async function compare(
	bytes: AsyncIterable<Uint8Array>,
	options: CompareOptions,
): Promise<Comparison> {
	const { kind, pair, key, known, findNewcomers, allRows = false } = options;
	const fingerprints = new FingerprintList();
	const newcomers = new Map<string, string[]>();
	const samples = new Map<string, string[]>();
	const outsiders = known.map(() => new FingerprintList());
	const marks = known.map(({ count }) => new Marks(count));
	const positions = known.map(() => new Int32Array(BATCH));
	const strange = new Uint8Array(BATCH);
	const subjects = pair ? new PairSubjects(key) : new PlainSubjects(kind);
	const follower = followerOf(
		options.details?.shape ?? NO_DETAILS,
		options.details?.known ?? [],
		key,
		allRows,
	);
	const detailed = positions.slice(0, options.details?.known.length ?? 0);
	const found = new Map<string, string[]>();
	const wanted = numbersOf(options.wanted ?? new Map(), key);

	function onBatch(rows: RowBatch): void {
		const batch = subjects.of(rows);
		const { count, high, low } = batch;
		fingerprints.add(high, low, count);
		for (let at = 0; samples.size < (options.samples ?? 0) && at < count; at++) {
			if (!samples.has(batch.subject(at))) add(samples, batch, at);
		}
		strange.fill(1, 0, count);
		known.forEach((snapshot, set) => {
			const places = positions[set]!;
			snapshot.locate(high, low, count, places);
			for (let at = 0; at < count; at++) {
				if (places[at]! < 0) {
					outsiders[set]!.push(high[at]!, low[at]!);
					continue;
				}
				strange[at] = 0;
				marks[set]!.add(places[at]!);
			}
		});
		if (follower) for (let at = 0; at < count; at++) follower.take(batch, at, detailed);
		if (wanted.size > 0) findWanted(batch);
		if (!findNewcomers) return;
		for (let at = 0; at < count; at++) {
			if (strange[at] === 0) continue;
			if (allRows || !newcomers.has(batch.subject(at))) add(newcomers, batch, at);
		}
	}

	function findWanted(batch: SubjectBatch): void {
		for (let at = 0; at < batch.count; at++) {
			if (!wanted.has(fingerprintNumber(batch.high[at]!, batch.low[at]!))) continue;
			const subject = batch.subject(at);
			if (options.wanted!.get(subject) !== true) found.set(subject, []);
			else if (allRows || !found.has(subject)) add(found, batch, at);
		}
	}

	await readRows(bytes, { kind, key, onBatch, pace: options.pace });
	return { fingerprints, present: marks, outsiders, newcomers, samples, follower, found };
}

function add(to: Map<string, string[]>, batch: SubjectBatch, at: number): void {
	const subject = batch.subject(at);
	const rows = to.get(subject);
	if (rows === undefined) to.set(subject, [batch.text(at)]);
	else rows.push(batch.text(at));
}

function numbersOf(wanted: ReadonlyMap<string, boolean>, key: FingerprintKey): Set<number> {
	const fingerprinter = new Fingerprinter(key);
	return new Set([...wanted.keys()].map((subject) => fingerprinter.number(subject)));
}
