/** A set of positions, one bit each, that counts what it holds. */
export class Marks {
	count = 0;
	private readonly bits: Uint8Array;

	constructor(readonly size: number) {
		this.bits = new Uint8Array((size + 7) >> 3);
	}

	has(position: number): boolean {
		return (this.bits[position >> 3]! & (1 << (position & 7))) !== 0;
	}

	/** Whether it holds each position from one to before another. */
	hasAll(from: number, to: number): boolean {
		const { bits } = this;
		let at = from;
		for (; at < to && (at & 7) !== 0; at++) if (!this.has(at)) return false;
		for (; at + 8 <= to; at += 8) if (bits[at >> 3] !== 255) return false;
		for (; at < to; at++) if (!this.has(at)) return false;
		return true;
	}

	add(position: number): void {
		const bit = 1 << (position & 7);
		const at = position >> 3;
		if ((this.bits[at]! & bit) !== 0) return;
		this.bits[at]! |= bit;
		this.count++;
	}
}
