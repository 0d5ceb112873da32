import type { Window } from './window';

const SLOTS = 64;
const SLOT_BYTES = 64;
const SHORTEST = 8;
/** A row that is unlike the others must not make all of them be learned again. */
const MISSES_BEFORE_LEARNING_ANEW = 4;

/** As many bytes after a window's last may be read, whatever they are. */
export const LEARNED_PADDING = SLOT_BYTES;

/**
 * The bytes between the values of a row, from its brace or comma to the next value, are the same in
 * nearly every row. Once the scanner has accepted them at one place between two members, the same
 * bytes need no second scan at such a place: they are compared, eight at a time.
 */
export class LearnedMembers {
	/** What was noted about the member in this slot. */
	readonly ranks = new Uint8Array(SLOTS);
	/** 0 where nothing was learned, as in the slot after the last. */
	readonly lengths = new Uint8Array(SLOTS + 1);
	private readonly misses = new Uint8Array(SLOTS);
	private readonly bytes = new Uint8Array(SLOTS * SLOT_BYTES);
	private readonly words = new DataView(this.bytes.buffer);

	constructor(private readonly window: Window) {}

	/**
	 * Whether the slot's bytes stand at this place.
	 *
	 * Eight bytes are compared as one floating-point number, which JavaScript has and a 64-bit integer
	 * it has not. Bytes of printable ASCII are never NaN or zero, so two such numbers are equal only
	 * where all bits are. No learned byte is the window's zero after its end, so none stands beyond it.
	 */
	stands(slot: number, at: number): boolean {
		const length = this.lengths[slot]!;
		if (length === 0) return false;
		const { words } = this;
		const windowWords = this.window.words;
		const shift = at - (slot << 6);
		const last = (slot << 6) + length - 8;
		for (let word = slot << 6; word < last; word += 8) {
			if (windowWords.getFloat64(shift + word, true) !== words.getFloat64(word, true)) return false;
		}
		// Overlaps the one before when it must.
		return windowWords.getFloat64(shift + last, true) === words.getFloat64(last, true);
	}

	/** The neighbour of a slot whose bytes stand at this place; -1 when neither has them. */
	findBeside(slot: number, at: number): number {
		if (slot >= SLOTS) return -1;
		// A row that lacks a member goes on with the next slot, one that has it again with the previous.
		if (this.stands(slot + 1, at)) return slot + 1;
		// Slot 0 begins with the row's brace, so it must never be found between two members.
		if (slot > 1 && this.stands(slot - 1, at)) return slot - 1;
		return -1;
	}

	learn(slot: number, start: number, end: number, rank: number): void {
		const length = end - start;
		if (slot >= SLOTS || length < SHORTEST || length > SLOT_BYTES) return;
		const isKnown = this.lengths[slot]! > 0;
		if (isKnown && ++this.misses[slot]! % MISSES_BEFORE_LEARNING_ANEW !== 0) return;
		const text = this.window.bytes.subarray(start, end);
		if (text.some((byte) => byte >= 0x80)) return;
		this.bytes.set(text, slot << 6);
		this.lengths[slot] = length;
		this.ranks[slot] = rank;
	}
}
