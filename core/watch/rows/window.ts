import { LEARNED_PADDING } from './learned-members';

const INITIAL_BYTES = 256 * 1024;
/** The largest row that is read. */
export const MAX_BYTES = 32 * 1024 * 1024;
/** As many zero bytes follow the last one: JSON has no zero byte, so a scanner stops there by itself, four bytes at a time too.
 * They are the padding that a fingerprint needs as well. */
const SENTINEL_BYTES = 4;

/** The part of the body that is in memory. */
export class Window {
	bytes!: Buffer;
	/** The same memory, for reading four bytes at once. */
	words!: DataView;
	/** The number of bytes held. */
	end = 0;
	/** Where bytes[0] is in the body. */
	offset = 0;
	/** The number of bytes that there is room for. */
	private size!: number;

	constructor() {
		this.allocate(INITIAL_BYTES);
	}

	get isFull(): boolean {
		return this.end === this.size;
	}

	get isFullSize(): boolean {
		return this.size === MAX_BYTES;
	}

	/** Takes as much of the chunk, from the given place, as there is room for; returns how much that was. */
	append(chunk: Uint8Array, from: number): number {
		const room = this.size - this.end;
		const count = Math.min(room, chunk.length - from);
		this.bytes.set(
			from === 0 && count === chunk.length ? chunk : chunk.subarray(from, from + count),
			this.end,
		);
		this.end += count;
		return count;
	}

	/** Puts the sentinel after the last byte: to be called between appending and scanning. */
	seal(): void {
		this.bytes.fill(0, this.end, this.end + SENTINEL_BYTES);
	}

	/** Forgets the bytes before the given place. */
	discard(before: number): void {
		this.bytes.copyWithin(0, before, this.end);
		this.end -= before;
		this.offset += before;
	}

	/** Doubles the room. Anything less would make one huge row, rescanned at each step, cost its square. */
	grow(): void {
		const previous = this.bytes;
		this.allocate(this.size * 2);
		this.bytes.set(previous.subarray(0, this.end));
	}

	private allocate(size: number): void {
		this.size = size;
		this.bytes = Buffer.alloc(size + SENTINEL_BYTES + LEARNED_PADDING);
		this.words = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
	}
}
