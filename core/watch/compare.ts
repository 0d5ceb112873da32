import type { FingerprintKey } from './fingerprint';
import { readRows, type RowBatch, type SubjectKind } from './rows';
import { FingerprintList, type Snapshot } from './snapshot';

const BATCH = 512;

export interface CompareOptions {
	readonly kind: SubjectKind;
	readonly key: FingerprintKey;
	/** Sets whose members are no newcomers. */
	readonly known: readonly Snapshot[];
	/** How many first rows to keep as samples. */
	readonly samples?: number;
	/** False where nobody is a newcomer, and rows are only recorded. */
	readonly findNewcomers: boolean;
	pause(): Promise<void>;
}

/** One complete read, held against what is known. */
export interface Comparison {
	/** Fingerprints of all rows, repeats included. */
	readonly fingerprints: FingerprintList;
	/** For each known set, how many of its members are in the report. */
	readonly present: readonly number[];
	/** For each known set, whether somebody in the report is none of its members. */
	readonly outsiders: readonly boolean[];
	/** Id to JSON text of its first row, in the order of the report. */
	readonly newcomers: ReadonlyMap<string, string>;
	readonly samples: ReadonlyMap<string, string>;
}

/** A set of positions, one bit each, that counts what it holds. */
class Marks {
	count = 0;
	private readonly bits: Uint8Array;

	constructor(size: number) {
		this.bits = new Uint8Array((size + 7) >> 3);
	}

	add(position: number): void {
		const bit = 1 << (position & 7);
		const at = position >> 3;
		if ((this.bits[at]! & bit) !== 0) return;
		this.bits[at]! |= bit;
		this.count++;
	}
}

/**
 * Reads a whole report and finds who is in it and who is new.
 *
 * @throws MalformedResults, or whatever the bytes throw
 */
export async function compare(
	bytes: AsyncIterable<Uint8Array>,
	options: CompareOptions,
): Promise<Comparison> {
	const fingerprints = new FingerprintList();
	const newcomers = new Map<string, string>();
	const samples = new Map<string, string>();
	const outsiders = options.known.map(() => false);
	const marks = options.known.map(({ count }) => new Marks(count));
	const positions = new Int32Array(BATCH);
	const strange = new Uint8Array(BATCH);

	function onBatch(batch: RowBatch): void {
		fingerprints.add(batch.high, batch.low, batch.count);
		for (let at = 0; samples.size < (options.samples ?? 0) && at < batch.count; at++) {
			const id = batch.id(at);
			if (!samples.has(id)) samples.set(id, batch.text(at));
		}
		strange.fill(1, 0, batch.count);
		options.known.forEach((snapshot, set) => {
			snapshot.locate(batch.high, batch.low, batch.count, positions);
			for (let at = 0; at < batch.count; at++) {
				if (positions[at]! < 0) {
					outsiders[set] = true;
					continue;
				}
				strange[at] = 0;
				marks[set]!.add(positions[at]!);
			}
		});
		if (!options.findNewcomers) return;
		for (let at = 0; at < batch.count; at++) {
			if (strange[at] === 0) continue;
			const id = batch.id(at);
			if (!newcomers.has(id)) newcomers.set(id, batch.text(at));
		}
	}

	await readRows(bytes, {
		kind: options.kind,
		key: options.key,
		onBatch,
		pause: options.pause,
	});
	const present = marks.map(({ count }) => count);
	return { fingerprints, present, outsiders, newcomers, samples };
}
