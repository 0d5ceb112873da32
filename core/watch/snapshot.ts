import { damaged } from './snapshot/damage';
import { checksumOf, textOf } from './snapshot/encode';
import { readHeader, watchDigest, type StoredHeader } from './snapshot/header';
import type { FingerprintList } from './snapshot/list';
import type { Pace } from './pace';
import { readPayload } from './snapshot/reader';
import type { Layout, Shape } from './snapshot/shape';
import { bucketOf } from './snapshot/sort';
import { succeed } from './snapshot/successor';
import type { Marks } from './marks';

export { SnapshotDamaged, type DamageReason } from './snapshot/damage';
export { encodeSnapshot, type SnapshotHeader } from './snapshot/encode';
export { watchDigest } from './snapshot/header';
export { FingerprintList } from './snapshot/list';
export type { Layout } from './snapshot/shape';

const BATCH = 512;
const SLICE = 16_384;

/** Whether a snapshot is that of a watch; reads the header alone, and throws if it is unreadable. */
export function belongsTo(text: string, watchKey: string): boolean {
	return readHeader(text).watch === watchDigest(watchKey);
}

/** How many members a snapshot has; reads the header alone, and throws if it is unreadable. */
export function snapshotCount(text: string): number {
	return readHeader(text).shape.count;
}

/** The key of a snapshot's fingerprints, as text; reads the header alone, and throws if it is unreadable. */
export function snapshotKeyText(text: string): string {
	return readHeader(text).keyText;
}

/** The set of subjects present at the last complete read, as fingerprints made with its own key. */
export class Snapshot {
	readonly count: number;
	readonly watch: string;
	readonly keyText: string;
	readonly layout: Layout;

	private readonly shape: Shape;
	private readonly bucketBits: number;
	private readonly width: number;
	private readonly view: DataView;
	private readonly batchStart = new Uint32Array(BATCH);
	private readonly batchEnd = new Uint32Array(BATCH);
	private readonly batchFirst = new Uint32Array(BATCH);

	private constructor(
		header: StoredHeader,
		private readonly bytes: Uint8Array,
		/** Where each bucket starts among the entries, and where the last one ends. */
		private readonly starts: Uint32Array,
	) {
		this.shape = header.shape;
		this.count = header.shape.count;
		this.watch = header.watch;
		this.keyText = header.keyText;
		this.layout = header.shape.layout;
		this.bucketBits = header.shape.bucketBits;
		this.width = header.shape.entryBytes;
		this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	}

	/** Throws SnapshotDamaged for anything that `encodeSnapshot` did not write. */
	static async decode(text: string, pace: Pace): Promise<Snapshot> {
		const header = readHeader(text);
		const checksum = await checksumOf(header.signed, text, header.payloadStart, pace);
		if (checksum !== header.checksum) throw damaged('its checksum does not fit its content');
		const { bytes, starts } = await readPayload(text, header, pace);
		return new Snapshot(header, bytes, starts);
	}

	/** Writes to `out` the position of each fingerprint, from 0 to `count` - 1, or -1 for a stranger. */
	locate(high: Uint32Array, low: Uint32Array, count: number, out: Int32Array): void {
		for (let from = 0; from < count; from += BATCH) {
			this.locateBatch(high, low, from, Math.min(from + BATCH, count), out);
		}
	}

	/** Appends all members to a list; only the `full` layout still has them. */
	async appendTo(list: FingerprintList, pace: Pace): Promise<void> {
		if (this.layout !== 'full') throw new TypeError('A compact snapshot cannot be read back');
		const high = new Uint32Array(SLICE);
		const low = new Uint32Array(SLICE);
		let bucket = 0;
		for (let from = 0; from < this.count; from += SLICE) {
			const to = Math.min(from + SLICE, this.count);
			for (let entry = from; entry < to; entry++) {
				while (this.starts[bucket + 1]! <= entry) bucket++;
				const first = this.view.getUint32(entry * this.width);
				const second = this.secondWord(entry);
				high[entry - from] =
					((bucket << 1) << (31 - this.bucketBits)) | (first >>> this.bucketBits);
				low[entry - from] = ((first << 1) << (31 - this.bucketBits)) | (second >>> this.bucketBits);
			}
			list.add(high, low, to - from);
			if (pace.due) await pace.rest();
		}
	}

	/**
	 * The text of the set of those members who are marked and of some who are none, as `encodeSnapshot`
	 * writes it; undefined where it must be written anew.
	 */
	async successor(
		present: Marks,
		others: FingerprintList,
		watchKey: string,
		pace: Pace,
	): Promise<string | undefined> {
		const { shape, bytes, starts } = this;
		const next = await succeed({ shape, bytes, starts }, present, others, pace);
		if (next === undefined) return undefined;
		return await textOf(next.payload, next.shape, { watchKey, keyText: this.keyText }, pace);
	}

	// Three passes, because each touches memory of its own at random: in a tight loop the processor
	// waits for many such misses at once, in a single pass for one after the other.
	private locateBatch(
		high: Uint32Array,
		low: Uint32Array,
		from: number,
		to: number,
		out: Int32Array,
	): void {
		const { starts, view, width, bucketBits, batchStart, batchEnd, batchFirst } = this;
		const size = to - from;
		for (let index = 0; index < size; index++) {
			const bucket = bucketOf(high[from + index]!, bucketBits);
			batchStart[index] = starts[bucket]!;
			batchEnd[index] = starts[bucket + 1]!;
		}
		for (let index = 0; index < size; index++) {
			// An empty last bucket starts behind the entries, where the bitmap may be shorter than a word.
			const start = batchStart[index]!;
			batchFirst[index] = start < batchEnd[index]! ? view.getUint32(start * width) : 0;
		}
		for (let index = 0; index < size; index++) {
			const lowHalf = low[from + index]!;
			const first = ((high[from + index]! << bucketBits) | bucketOf(lowHalf, bucketBits)) >>> 0;
			const end = batchEnd[index]!;
			let entry = batchStart[index]!;
			let stored = batchFirst[index]!;
			let position = -1;
			while (entry < end) {
				if (stored === first && this.tailFits(entry, lowHalf << bucketBits)) {
					position = entry;
					break;
				}
				if (++entry < end) stored = view.getUint32(entry * width);
			}
			out[from + index] = position;
		}
	}

	private tailFits(entry: number, second: number): boolean {
		const { bytes, width } = this;
		for (let place = 4; place < width; place++) {
			if (bytes[entry * width + place] !== ((second >>> (56 - 8 * place)) & 255)) return false;
		}
		return true;
	}

	private secondWord(entry: number): number {
		let word = 0;
		for (let place = 4; place < this.width; place++) {
			word |= this.bytes[entry * this.width + place]! << (56 - 8 * place);
		}
		return word;
	}
}
