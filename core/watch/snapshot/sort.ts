import type { FingerprintChunk } from './list';

/**
 * Sorting by counting: fingerprints are random, so after they are dealt out by their top bits a
 * bucket holds about one. A pair is stored low half first: on the processors that Node.js runs on
 * it then also reads as one 64-bit number.
 */

// Keyed fingerprints never crowd a bucket; rows that repeat a subject do.
const CROWD = 32;

/** `>>> 1 >>> (31 - bits)` is `>>> (32 - bits)` that also holds for 0 bits. */
export function bucketOf(high: number, bucketBits: number): number {
	return (high >>> 1) >>> (31 - bucketBits);
}

export function countBuckets(
	chunk: FingerprintChunk,
	sizes: Uint32Array,
	bucketBits: number,
): void {
	const { high, used } = chunk;
	for (let index = 0; index < used; index++) sizes[bucketOf(high[index]!, bucketBits)]!++;
}

/** Moves each pair to its bucket; `starts` become the ends. */
export function scatter(
	chunk: FingerprintChunk,
	starts: Uint32Array,
	bucketBits: number,
	pairs: Uint32Array,
): void {
	const { high, low, used } = chunk;
	for (let index = 0; index < used; index++) {
		const top = high[index]!;
		const slot = 2 * starts[bucketOf(top, bucketBits)]!++;
		pairs[slot] = low[index]!;
		pairs[slot + 1] = top;
	}
}

/** Sorts within some buckets. */
export function sortBuckets(pairs: Uint32Array, ends: Uint32Array, from: number, to: number): void {
	let start = from === 0 ? 0 : ends[from - 1]!;
	for (let bucket = from; bucket < to; bucket++) {
		const end = ends[bucket]!;
		if (end - start > CROWD) {
			new BigUint64Array(pairs.buffer, pairs.byteOffset + 8 * start, end - start).sort();
		} else if (end - start > 1) {
			insertionSort(pairs, start, end);
		}
		start = end;
	}
}

function insertionSort(pairs: Uint32Array, start: number, end: number): void {
	for (let slot = 2 * start + 2; slot < 2 * end; slot += 2) {
		const low = pairs[slot]!;
		const high = pairs[slot + 1]!;
		let hole = slot;
		while (hole > 2 * start) {
			const beforeHigh = pairs[hole - 1]!;
			const beforeLow = pairs[hole - 2]!;
			if (beforeHigh < high || (beforeHigh === high && beforeLow <= low)) break;
			pairs[hole] = beforeLow;
			pairs[hole + 1] = beforeHigh;
			hole -= 2;
		}
		pairs[hole] = low;
		pairs[hole + 1] = high;
	}
}

/** Counts the sorted pairs that differ from the one before them in the bits that a mask keeps. */
export function countDistinct(
	pairs: Uint32Array,
	lowMask: number,
	from: number,
	to: number,
): number {
	let distinct = from === 0 && to > 0 ? 1 : 0;
	for (let slot = 2 * Math.max(from, 1); slot < 2 * to; slot += 2) {
		const differs =
			pairs[slot + 1] !== pairs[slot - 1] || ((pairs[slot]! ^ pairs[slot - 2]!) & lowMask) !== 0;
		if (differs) distinct++;
	}
	return distinct;
}
