export interface FingerprintChunk {
	high: Uint32Array;
	low: Uint32Array;
	used: number;
}

const SMALLEST_CHUNK = 1024;
const LARGEST_CHUNK = 65_536;

/** Fingerprints in the order they came, duplicates included, at 8 bytes each. */
export class FingerprintList {
	// Chunks instead of one doubled array: growing never copies and never holds the set twice.
	readonly chunks: FingerprintChunk[] = [];
	private total = 0;

	get size(): number {
		return this.total;
	}

	add(high: Uint32Array, low: Uint32Array, count: number): void {
		let done = 0;
		while (done < count) {
			const chunk = this.room();
			const part = Math.min(count - done, chunk.high.length - chunk.used);
			chunk.high.set(high.subarray(done, done + part), chunk.used);
			chunk.low.set(low.subarray(done, done + part), chunk.used);
			chunk.used += part;
			done += part;
		}
		this.total += count;
	}

	push(high: number, low: number): void {
		const chunk = this.room();
		chunk.high[chunk.used] = high;
		chunk.low[chunk.used++] = low;
		this.total++;
	}

	private room(): FingerprintChunk {
		const last = this.chunks.at(-1);
		if (last && last.used < last.high.length) return last;
		const length = last ? Math.min(last.high.length * 2, LARGEST_CHUNK) : SMALLEST_CHUNK;
		const chunk = { high: new Uint32Array(length), low: new Uint32Array(length), used: 0 };
		this.chunks.push(chunk);
		return chunk;
	}
}
