import { damaged } from './damage';
import type { StoredHeader } from './header';
import type { Pace } from '../pace';
import { payloadBytes } from './shape';

// Whole groups of four characters, so that each slice decodes on its own.
const TEXT_SLICE = 1 << 16;
const BITMAP_SLICE = 1 << 14;

export interface Payload {
	bytes: Uint8Array;
	/** Where each bucket starts among the entries, and where the last one ends. */
	starts: Uint32Array;
}

/** Decodes the payload of a text whose length and checksum were found right. */
export async function readPayload(
	text: string,
	{ shape, payloadStart }: StoredHeader,
	pace: Pace,
): Promise<Payload> {
	// An array buffer of its own: a pooled one would keep its neighbours in memory.
	const bytes = Buffer.from(new ArrayBuffer(payloadBytes(shape)));
	let written = 0;
	for (let from = payloadStart; from < text.length; from += TEXT_SLICE) {
		written += bytes.write(text.slice(from, from + TEXT_SLICE), written, 'base64url');
		if (pace.due) await pace.rest();
	}

	const bitmap = bytes.subarray(shape.count * shape.entryBytes);
	const starts = new Uint32Array(2 ** shape.bucketBits + 1);
	let bucket = 0;
	for (let from = 0; from < bitmap.length; from += BITMAP_SLICE) {
		bucket = readBuckets(
			bitmap,
			from,
			Math.min(from + BITMAP_SLICE, bitmap.length),
			starts,
			bucket,
		);
		if (pace.due) await pace.rest();
	}
	// A text made by hand can have a right checksum; positions must stay within the entries even so.
	if (written !== bytes.length || bucket !== starts.length - 1 || starts[bucket] !== shape.count) {
		throw damaged('its content contradicts itself');
	}
	return { bytes, starts };
}

/** Each 1 at bit p ends a bucket; the p - bucket zeros before it are the entries so far. */
function readBuckets(
	bitmap: Uint8Array,
	from: number,
	to: number,
	starts: Uint32Array,
	bucket: number,
): number {
	for (let index = from; index < to; index++) {
		let byte = bitmap[index]!;
		while (byte !== 0) {
			starts[bucket + 1] = 8 * index + 31 - Math.clz32(byte & -byte) - bucket;
			bucket++;
			byte &= byte - 1;
		}
	}
	return bucket;
}
