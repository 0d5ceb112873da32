import { bitmapBytes, lowMask, type Shape } from './shape';
import { bucketOf } from './sort';

/** Turns sorted pairs into a payload in place: an entry is never longer than the pair it replaces. */
export class PayloadWriter {
	private readonly bytes: Uint8Array;
	private readonly bitmap: Uint8Array;
	private count = 0;
	private lastHigh = 0;
	private lastLow = 0;

	constructor(
		private readonly memory: ArrayBuffer,
		private readonly pairs: Uint32Array,
		private readonly shape: Shape,
	) {
		this.bytes = new Uint8Array(memory);
		this.bitmap = new Uint8Array(bitmapBytes(shape));
	}

	/** Pairs that no longer differ in the bits kept become one entry. */
	write(from: number, to: number): void {
		const { pairs, bytes, bitmap } = this;
		const { bucketBits, entryBytes } = this.shape;
		const mask = lowMask(this.shape);
		let { count, lastHigh, lastLow } = this;
		for (let index = from; index < to; index++) {
			const low = pairs[2 * index]! & mask;
			// As a signed integer: what is kept between calls would else be boxed as a floating-point number.
			const high = pairs[2 * index + 1]! | 0;
			if (high === lastHigh && low === lastLow && count > 0) continue;
			lastHigh = high;
			lastLow = low;
			const bit = count + bucketOf(high, bucketBits);
			bitmap[bit >>> 3]! |= 1 << (bit & 7);

			const first = (high << bucketBits) | bucketOf(low, bucketBits);
			const second = low << bucketBits;
			const at = count * entryBytes;
			bytes[at] = first >>> 24;
			bytes[at + 1] = first >>> 16;
			bytes[at + 2] = first >>> 8;
			bytes[at + 3] = first;
			for (let place = 4; place < entryBytes; place++) {
				bytes[at + place] = second >>> (56 - 8 * place);
			}
			count++;
		}
		this.count = count;
		this.lastHigh = lastHigh;
		this.lastLow = lastLow;
	}

	finish(): Buffer {
		const { shape, bitmap } = this;
		// Marking the entries needs no branch, marking the ends of buckets would.
		for (let index = 0; index < bitmap.length; index++) bitmap[index]! ^= 255;
		const bitsInLastByte = (shape.count + 2 ** shape.bucketBits) % 8;
		if (bitsInLastByte > 0) bitmap[bitmap.length - 1]! &= (1 << bitsInLastByte) - 1;

		const entries = this.count * shape.entryBytes;
		this.bytes.set(bitmap, entries);
		return Buffer.from(this.memory, 0, entries + bitmap.length);
	}
}
