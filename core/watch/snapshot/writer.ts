import { bitmapBytes, lowMask, type Shape } from './shape';
import { bucketOf } from './sort';

/** Turns sorted pairs into a payload in place: an entry is never longer than the pair it replaces. */
export class PayloadWriter {
	private readonly bytes: Uint8Array;
	private readonly bitmap: Uint8Array;
	private count = 0;
	private bucket = 0;
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
		const { pairs, bytes } = this;
		const { bucketBits, entryBytes } = this.shape;
		const mask = lowMask(this.shape);
		for (let index = from; index < to; index++) {
			const low = pairs[2 * index]! & mask;
			const high = pairs[2 * index + 1]!;
			if (this.count > 0 && high === this.lastHigh && low === this.lastLow) continue;
			this.lastHigh = high;
			this.lastLow = low;

			const bucket = bucketOf(high, bucketBits);
			while (this.bucket < bucket) this.endBucket();

			const first = (high << bucketBits) | bucketOf(low, bucketBits);
			const second = low << bucketBits;
			const at = this.count * entryBytes;
			bytes[at] = first >>> 24;
			bytes[at + 1] = first >>> 16;
			bytes[at + 2] = first >>> 8;
			bytes[at + 3] = first;
			for (let place = 4; place < entryBytes; place++)
				bytes[at + place] = second >>> (56 - 8 * place);
			this.count++;
		}
	}

	finish(): Buffer {
		while (this.bucket < 2 ** this.shape.bucketBits) this.endBucket();
		const entries = this.count * this.shape.entryBytes;
		this.bytes.set(this.bitmap, entries);
		return Buffer.from(this.memory, 0, entries + this.bitmap.length);
	}

	private endBucket(): void {
		const bit = this.count + this.bucket;
		this.bitmap[bit >>> 3]! |= 1 << (bit & 7);
		this.bucket++;
	}
}
