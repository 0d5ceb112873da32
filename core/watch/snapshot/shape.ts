/**
 * A fingerprint of 64 bits is cut in two: its top `bucketBits` name a bucket, the bits after them
 * are its entry. The payload holds the entries of bucket 0, of bucket 1, ... as whole bytes, then
 * a bitmap in which each entry is a 0 and each end of a bucket a 1, first bit lowest.
 *
 * `compact` keeps 40 bits of the remainder: enough to tell members from strangers.
 * `full` keeps all of it, so that the fingerprints can be read back and the set rebuilt.
 */
export type Layout = 'compact' | 'full';

export interface Shape {
	layout: Layout;
	count: number;
	bucketBits: number;
	entryBytes: number;
}

const COMPACT_ENTRY_BYTES = 5;
const MISTAKES_ALLOWED = 1e-12;

export function shapeOf(layout: Layout, count: number): Shape {
	const bucketBits = bucketBitsFor(count);
	const entryBytes = layout === 'compact' ? COMPACT_ENTRY_BYTES : Math.ceil((64 - bucketBits) / 8);
	return { layout, count, bucketBits, entryBytes };
}

/**
 * The fewest bits that keep the chance to take a stranger for a member below the bound. It is
 * count / 2^(bits + 40), so about 1.1 entries share a bucket at most; more buckets than that
 * would cost more than 7.2 characters a member.
 */
export function bucketBitsFor(count: number): number {
	let bits = 0;
	while (count >= MISTAKES_ALLOWED * 2 ** (bits + 8 * COMPACT_ENTRY_BYTES)) bits++;
	return bits;
}

/** Selects the bits of a low half that an entry keeps. */
export function lowMask({ bucketBits, entryBytes }: Shape): number {
	return -1 << Math.max(0, 64 - bucketBits - 8 * entryBytes);
}

export function bitmapBytes({ bucketBits, count }: Shape): number {
	return Math.ceil((count + 2 ** bucketBits) / 8);
}

export function payloadBytes(shape: Shape): number {
	return shape.count * shape.entryBytes + bitmapBytes(shape);
}

export function payloadCharacters(shape: Shape): number {
	return Math.ceil((payloadBytes(shape) * 4) / 3);
}
