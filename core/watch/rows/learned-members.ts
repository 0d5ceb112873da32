import type { Window } from './window';

const SLOTS = 64;
const SLOT_BYTES = 64;

/**
 * The bytes between the values of a row, from its brace or comma to the next value, are the same in
 * nearly every row. Once the scanner has accepted them at one place between two members, the same
 * bytes need no second scan at such a place: they are compared, four at a time.
 */
export class LearnedMembers {
	/** What was noted about the member in this slot. */
	readonly ranks = new Uint8Array(SLOTS);
	private readonly lengths = new Uint8Array(SLOTS);
	private readonly bytes = new Uint8Array(SLOTS * SLOT_BYTES);
	private readonly words = new DataView(this.bytes.buffer);

	constructor(private readonly window: Window) {}

	/** The slot whose bytes stand at this place, the given one or a neighbour; -1 when none has them. */
	find(slot: number, at: number): number {
		if (this.stands(slot, at)) return slot;
		// A row that lacks a member goes on with the next slot, one that has it again with the previous.
		if (this.stands(slot + 1, at)) return slot + 1;
		// Slot 0 begins with the row's brace, so it must never be found between two members.
		if (slot > 1 && this.stands(slot - 1, at)) return slot - 1;
		return -1;
	}

	length(slot: number): number {
		return this.lengths[slot]!;
	}

	learn(slot: number, start: number, end: number, rank: number): void {
		if (slot >= SLOTS || end - start > SLOT_BYTES) return;
		this.bytes.set(this.window.bytes.subarray(start, end), slot * SLOT_BYTES);
		this.lengths[slot] = end - start;
		this.ranks[slot] = rank;
	}

	private stands(slot: number, at: number): boolean {
		if (slot >= SLOTS) return false;
		const length = this.lengths[slot]!;
		if (length === 0 || at + length > this.window.end) return false;
		const { words } = this;
		const windowWords = this.window.words;
		// The shortest is ,"": with four bytes; the last word overlaps the one before when it must.
		const lastWord = length - 4;
		const base = slot * SLOT_BYTES;
		for (let word = 0; word < lastWord; word += 4) {
			if (windowWords.getInt32(at + word, true) !== words.getInt32(base + word, true)) return false;
		}
		return windowWords.getInt32(at + lastWord, true) === words.getInt32(base + lastWord, true);
	}
}
