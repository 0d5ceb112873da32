import type { Window } from './window';

/** A power of two. */
const SLOTS = 128;
const SLOT_BYTES = 64;
const SLOT_WORDS = SLOT_BYTES / 8;
const SHORTEST = 8;
/** How many other members are remembered to have come in the place of one. */
const OTHERS = 4;
/** Rows that are unlike the others must not make all of them be learned again. */
const MISSES_BEFORE_LEARNING_ANEW = 256;

/** In place of a slot. */
const NONE = -1;

/** As many bytes after a window's last may be read, whatever they are. */
export const LEARNED_PADDING = SLOT_BYTES;

/**
 * The bytes between the values of a row, from its brace or comma to the next value, are the same in
 * nearly every row. Once the scanner has accepted them at one place between two members, the same
 * bytes need no second scan at such a place: they are compared, eight at a time. Members that came one
 * after the other for the first time have slots one after the other.
 */
export class LearnedMembers {
	/** What was noted about the member in this slot. */
	readonly ranks = new Uint8Array(SLOTS);
	/** 0 where nothing was learned. */
	readonly lengths = new Uint8Array(SLOTS);
	/** The slots that stood where this one was expected, those that come more often first. */
	private readonly others = new Int8Array(SLOTS * OTHERS).fill(NONE);
	private readonly words = new Float64Array(SLOTS * SLOT_WORDS);
	private readonly bytes = new Uint8Array(this.words.buffer);
	/** The last eight bytes of each slot. */
	private readonly tails = new Float64Array(SLOTS);
	private used = 0;
	private misses = 0;

	constructor(private readonly window: Window) {}

	/** The slot that is expected after another. */
	static after(slot: number): number {
		return (slot + 1) & (SLOTS - 1);
	}

	/** The slot whose bytes stood at this place before where another was expected; NONE for none. */
	insteadOf(expected: number, at: number): number {
		const { others } = this;
		const first = expected * OTHERS;
		for (let place = first; place < first + OTHERS; place++) {
			const slot = others[place]!;
			if (slot === NONE) break;
			if (!this.stands(slot, at)) continue;
			if (place > first) {
				others[place] = others[place - 1]!;
				others[place - 1] = slot;
			}
			return slot;
		}
		return NONE;
	}

	/**
	 * Notes that these bytes were accepted where a slot was expected; returns theirs, or the expected
	 * one where they get none.
	 */
	learn(expected: number, start: number, end: number, rank: number): number {
		const length = end - start;
		if (length < SHORTEST || length > SLOT_BYTES) return expected;
		let slot = 0;
		while (slot < this.used && !(this.lengths[slot] === length && this.stands(slot, start))) slot++;
		if (slot === this.used) {
			if (slot === SLOTS) return this.miss(expected);
			const text = this.window.bytes.subarray(start, end);
			if (text.some((byte) => byte >= 0x80)) return expected;
			this.bytes.set(text, slot * SLOT_BYTES);
			this.tails[slot] = this.window.words.getFloat64(end - 8, true);
			this.lengths[slot] = length;
			this.ranks[slot] = rank;
			this.used++;
		}
		if (slot !== expected) this.note(slot, expected);
		return slot;
	}

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
		const last = at + length - 8;
		// The last eight first: members differ there most. They overlap others when they must.
		if (windowWords.getFloat64(last, true) !== this.tails[slot]!) return false;
		for (let word = slot * SLOT_WORDS; at < last; at += 8, word++) {
			if (windowWords.getFloat64(at, true) !== words[word]!) return false;
		}
		return true;
	}

	private note(slot: number, expected: number): void {
		const first = expected * OTHERS;
		const places = this.others.subarray(first, first + OTHERS);
		const free = places.indexOf(NONE);
		places[free < 0 ? OTHERS - 1 : free] = slot;
	}

	private miss(expected: number): number {
		if (++this.misses === MISSES_BEFORE_LEARNING_ANEW) {
			this.misses = 0;
			this.used = 0;
			this.lengths.fill(0);
			this.others.fill(NONE);
		}
		return expected;
	}
}
