import type { Marks } from '../marks';
import type { Pace } from '../pace';
import { sort } from './encode';
import type { FingerprintList } from './list';
import { bitmapBytes, bucketBitsFor, lowMask, payloadBytes, shapeOf, type Shape } from './shape';
import { bucketOf, countDistinct } from './sort';

const SLICE = 4_096;
/** So many more are present than are new, where copying is less work than sorting. */
const MOSTLY = 32;

/** The entries of a set, and where those of each bucket start. */
export interface Entries {
	readonly shape: Shape;
	readonly bytes: Uint8Array;
	readonly starts: Uint32Array;
}

/**
 * The payload of the set of those entries that are marked and of some fingerprints that are none of
 * them: what `encodeSnapshot` writes of the same set, but mostly copied. Undefined where too few are
 * marked for that, or where so many need other bits than the entries have.
 */
export async function succeed(
	entries: Entries,
	present: Marks,
	others: FingerprintList,
	pace: Pace,
): Promise<{ payload: Buffer; shape: Shape } | undefined> {
	if (others.size * MOSTLY > present.count) return undefined;
	const pairs = new Uint32Array(2 * others.size);
	await sort(others, pairs, bucketBitsFor(others.size), pace);
	const added = countDistinct(pairs, lowMask(entries.shape), 0, others.size);
	const shape = shapeOf(entries.shape.layout, present.count + added);
	if (shape.bucketBits !== entries.shape.bucketBits) return undefined;

	const successor = new Successor(entries, present, pairs, shape);
	const buckets = 2 ** shape.bucketBits;
	for (let from = 0; from < buckets; from += SLICE) {
		successor.write(from, Math.min(from + SLICE, buckets));
		if (pace.due) await pace.rest();
	}
	return { payload: successor.payload, shape };
}

class Successor {
	readonly payload: Buffer;
	private readonly bitmap: Uint8Array;
	/** The number of entries written. */
	private count = 0;
	/** The next of the pairs. */
	private next = 0;

	constructor(
		private readonly from: Entries,
		private readonly present: Marks,
		private readonly pairs: Uint32Array,
		private readonly shape: Shape,
	) {
		this.payload = Buffer.from(new ArrayBuffer(payloadBytes(shape)));
		this.bitmap = this.payload.subarray(this.payload.length - bitmapBytes(shape));
	}

	/** Writes some buckets. */
	write(from: number, to: number): void {
		for (let bucket = from; bucket < to; bucket++) {
			const joined = Math.min(this.joinedBucket, to);
			this.copy(bucket, joined);
			if (joined < to) this.join(joined);
			bucket = joined;
		}
	}

	/** The next bucket that one of the pairs belongs to. */
	private get joinedBucket(): number {
		const high = this.pairs[2 * this.next + 1];
		return high === undefined ? Infinity : bucketOf(high, this.shape.bucketBits);
	}

	/** Writes those who are still there of some buckets. */
	private copy(from: number, to: number): void {
		const { starts, bytes } = this.from;
		const { payload, present } = this;
		const { entryBytes } = this.shape;
		const [first, end] = [starts[from]!, starts[to]!];
		if (present.hasAll(first, end)) {
			payload.set(bytes.subarray(first * entryBytes, end * entryBytes), this.count * entryBytes);
			const shift = this.count - first;
			for (let bucket = from; bucket < to; bucket++) this.end(bucket, starts[bucket + 1]! + shift);
			this.count += end - first;
			return;
		}
		let { count } = this;
		for (let bucket = from; bucket < to; bucket++) {
			for (let entry = starts[bucket]!; entry < starts[bucket + 1]!; entry++) {
				if (!present.has(entry)) continue;
				const [source, target] = [entry * entryBytes, count++ * entryBytes];
				for (let place = 0; place < entryBytes; place++)
					payload[target + place] = bytes[source + place]!;
			}
			this.end(bucket, count);
		}
		this.count = count;
	}

	/** Writes a bucket that some of the pairs belong to. */
	private join(bucket: number): void {
		const { starts, bytes } = this.from;
		const { entryBytes } = this.shape;
		for (let entry = starts[bucket]!; entry < starts[bucket + 1]!; entry++) {
			if (!this.present.has(entry)) continue;
			const kept = bytes.subarray(entry * entryBytes, (entry + 1) * entryBytes);
			while (this.joinedBucket === bucket && this.entryOfNext().compare(kept) < 0) this.writeNext();
			this.append(kept);
		}
		while (this.joinedBucket === bucket) this.writeNext();
		this.end(bucket, this.count);
	}

	/** Marks where a bucket ends, so many entries having been written. */
	private end(bucket: number, count: number): void {
		const bit = count + bucket;
		this.bitmap[bit >>> 3]! |= 1 << (bit & 7);
	}

	private append(entry: Uint8Array): void {
		this.payload.set(entry, this.count++ * this.shape.entryBytes);
	}

	/** Writes the next of the pairs, and skips those that are equal to it in the bits kept. */
	private writeNext(): void {
		const entry = this.entryOfNext();
		const bucket = this.joinedBucket;
		this.append(entry);
		do this.next++;
		while (this.joinedBucket === bucket && this.entryOfNext().equals(entry));
	}

	private entryOfNext(): Buffer {
		const { bucketBits, entryBytes } = this.shape;
		const [low, high] = [this.pairs[2 * this.next]!, this.pairs[2 * this.next + 1]!];
		const entry = Buffer.alloc(8);
		entry.writeInt32BE((high << bucketBits) | bucketOf(low, bucketBits), 0);
		entry.writeInt32BE(low << bucketBits, 4);
		return entry.subarray(0, entryBytes);
	}
}
