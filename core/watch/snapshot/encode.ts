import { Checksum, headerText, watchDigest } from './header';
import type { FingerprintList } from './list';
import type { Pace } from '../pace';
import { bitmapBytes, lowMask, shapeOf, type Layout, type Shape } from './shape';
import { countBuckets, countDistinct, scatter, sortBuckets } from './sort';
import { PayloadWriter } from './writer';

const SLICE = 16_384;
const TEXT_SLICE = 1 << 16;

export interface SnapshotHeader {
	watchKey: string;
	keyText: string;
	layout: Layout;
}

/** Writes the set of the listed fingerprints as one string; the same set gives the same string. */
export async function encodeSnapshot(
	list: FingerprintList,
	{ layout, ...header }: SnapshotHeader,
	pace: Pace,
): Promise<{ text: string; count: number }> {
	const widest = shapeOf(layout, list.size);
	// The payload replaces the sorted pairs in the same memory; the bitmap finds room behind them.
	const memory = new ArrayBuffer(8 * list.size + bitmapBytes(widest));
	const pairs = new Uint32Array(memory, 0, 2 * list.size);

	await sort(list, pairs, widest.bucketBits, pace);
	const shape = await fit(pairs, widest, pace);
	const writer = new PayloadWriter(memory, pairs, shape);
	for (let from = 0; from < list.size; from += SLICE) {
		writer.write(from, Math.min(from + SLICE, list.size));
		if (pace.due) await pace.rest();
	}
	return { text: await textOf(writer.finish(), shape, header, pace), count: shape.count };
}

/** The text of a payload. */
export async function textOf(
	bytes: Buffer,
	shape: Shape,
	{ watchKey, keyText }: Omit<SnapshotHeader, 'layout'>,
	pace: Pace,
): Promise<string> {
	const payload = bytes.toString('base64url');
	if (pace.due) await pace.rest();

	const header = headerText({ shape, watch: watchDigest(watchKey), keyText });
	const checksum = await checksumOf(header, payload, 0, pace);
	const text = `${header}${checksum}.${payload}`;
	if (payload.length > TEXT_SLICE) {
		// Joins the parts, which whoever writes so long a text down would do first; and not in the same turn.
		text.indexOf('.');
		await pace.rest();
	}
	return text;
}

/** The checksum of a header and of the payload that starts at an offset of a text. */
export async function checksumOf(
	header: string,
	text: string,
	payloadStart: number,
	pace: Pace,
): Promise<string> {
	const checksum = new Checksum();
	checksum.add(header);
	for (let from = payloadStart; from < text.length; from += TEXT_SLICE) {
		checksum.add(text.slice(from, from + TEXT_SLICE));
		if (pace.due) await pace.rest();
	}
	return checksum.text();
}

/** The shape of the set without duplicates: fewer members need fewer bits, which may tell fewer apart. */
async function fit(pairs: Uint32Array, widest: Shape, pace: Pace): Promise<Shape> {
	let shape = widest;
	for (;;) {
		let count = 0;
		for (let from = 0; from < pairs.length / 2; from += SLICE) {
			count += countDistinct(pairs, lowMask(shape), from, Math.min(from + SLICE, pairs.length / 2));
			if (pace.due) await pace.rest();
		}
		const fitting = shapeOf(shape.layout, count);
		if (fitting.bucketBits === shape.bucketBits) return fitting;
		shape = fitting;
	}
}

/** Fills `pairs` with the fingerprints in ascending order; the bits are best as many as fit their number. */
export async function sort(
	list: FingerprintList,
	pairs: Uint32Array,
	bucketBits: number,
	pace: Pace,
): Promise<void> {
	const buckets = new Uint32Array(2 ** bucketBits);
	for (const chunk of list.chunks) {
		countBuckets(chunk, buckets, bucketBits);
		if (pace.due) await pace.rest();
	}
	let start = 0;
	for (let bucket = 0; bucket < buckets.length; bucket++) {
		const size = buckets[bucket]!;
		buckets[bucket] = start;
		start += size;
	}
	for (const chunk of list.chunks) {
		scatter(chunk, buckets, bucketBits, pairs);
		if (pace.due) await pace.rest();
	}
	for (let from = 0; from < buckets.length; from += SLICE) {
		sortBuckets(pairs, buckets, from, Math.min(from + SLICE, buckets.length));
		if (pace.due) await pace.rest();
	}
}
