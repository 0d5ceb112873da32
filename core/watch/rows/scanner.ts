import type { Window } from './window';

/** Returned in place of a position when the window ends before what is scanned does. */
export const NEED_MORE = -1;

/** Containers inside one another, the row being the first. */
const MAX_DEPTH = 512;

export const enum Byte {
	Tab = 0x09,
	LineFeed = 0x0a,
	CarriageReturn = 0x0d,
	Space = 0x20,
	Quote = 0x22,
	Plus = 0x2b,
	Comma = 0x2c,
	Minus = 0x2d,
	Point = 0x2e,
	Slash = 0x2f,
	Zero = 0x30,
	One = 0x31,
	Nine = 0x39,
	Colon = 0x3a,
	LessThan = 0x3c,
	UpperE = 0x45,
	OpenBracket = 0x5b,
	Backslash = 0x5c,
	CloseBracket = 0x5d,
	LowerB = 0x62,
	LowerE = 0x65,
	LowerF = 0x66,
	LowerN = 0x6e,
	LowerR = 0x72,
	LowerT = 0x74,
	LowerU = 0x75,
	OpenBrace = 0x7b,
	CloseBrace = 0x7d,
	FirstNonAscii = 0x80,
}

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');

const EVERY_BYTE = 0x01010101;
const TOP_BITS = 0x80808080;
const QUOTES_BELOW_SPACE = 0x02020202;
const ABOVE_QUOTE = 0x21;

/**
 * Walks over the JSON in a window and accepts what JSON.parse accepts, provided that it is UTF-8.
 * Each method takes the position where a thing begins and returns the position after it,
 * or NEED_MORE: then it is scanned again from its beginning once the window holds more.
 */
export class Scanner {
	/** Where the last escape in a string was, which tells whether a string has any. */
	lastEscape = -1;
	/** The position after the closing quote of the last key. */
	keyEnd = 0;
	private readonly closers = new Uint8Array(MAX_DEPTH);

	constructor(
		private readonly window: Window,
		private readonly fail: (at: number, reason: string) => never,
	) {}

	space(at: number): number {
		const { bytes } = this.window;
		for (;;) {
			const byte = bytes[at]!;
			if (
				byte > Byte.Space ||
				(byte !== Byte.Space &&
					byte !== Byte.LineFeed &&
					byte !== Byte.CarriageReturn &&
					byte !== Byte.Tab)
			) {
				return at;
			}
			at++;
		}
	}

	/** A value with all that it contains, without recursion: depth must not cost stack. */
	value(at: number, depth = 0): number {
		const { bytes } = this.window;
		const { closers } = this;
		const outermost = depth;
		nextValue: for (;;) {
			const first = bytes[at]!;
			if (first === Byte.OpenBrace || first === Byte.OpenBracket) {
				if (depth === MAX_DEPTH) this.fail(at, `is nested more than ${MAX_DEPTH} levels deep`);
				const closer = first === Byte.OpenBrace ? Byte.CloseBrace : Byte.CloseBracket;
				closers[depth++] = closer;
				at = this.space(at + 1);
				if (bytes[at] !== closer) {
					if (closer === Byte.CloseBrace) at = this.key(at);
					if (at === NEED_MORE) return at;
					continue;
				}
				depth--;
				at++;
			} else {
				at = this.scalar(at);
				if (at === NEED_MORE) return at;
			}
			while (depth > outermost) {
				const closer = closers[depth - 1]!;
				at = this.space(at);
				const next = bytes[at]!;
				if (next === Byte.Comma) {
					at = this.space(at + 1);
					if (closer === Byte.CloseBrace) at = this.key(at);
					if (at === NEED_MORE) return at;
					continue nextValue;
				}
				if (next !== closer) return this.unexpected(at, 'a comma or a closing bracket');
				depth--;
				at++;
			}
			return at;
		}
	}

	scalar(at: number): number {
		switch (this.window.bytes[at]) {
			case Byte.Quote:
				return this.string(at);
			case Byte.LowerT:
				return this.word(at, TRUE);
			case Byte.LowerF:
				return this.word(at, FALSE);
			case Byte.LowerN:
				return this.word(at, NULL);
			default:
				return this.number(at);
		}
	}

	/** A member's key, its colon and the space after it. */
	key(at: number): number {
		const { bytes } = this.window;
		if (bytes[at] !== Byte.Quote) return this.unexpected(at, 'a name in double quotes');
		at = this.string(at);
		if (at === NEED_MORE) return at;
		this.keyEnd = at;
		at = this.space(at);
		if (bytes[at] !== Byte.Colon) return this.unexpected(at, 'a colon');
		return this.space(at + 1);
	}

	string(at: number): number {
		at = this.plainEnd(at + 1);
		return this.window.bytes[at] === Byte.Quote ? at + 1 : this.stringFrom(at);
	}

	/** The rest of a string, from a byte that is no plain one. */
	private stringFrom(at: number): number {
		const { bytes } = this.window;
		for (;;) {
			const byte = bytes[at]!;
			if (byte === Byte.Quote) return at + 1;
			if (byte === Byte.Backslash) at = this.escape(at);
			else if (byte >= Byte.FirstNonAscii) at = this.character(at);
			else return this.unexpected(at, 'an escape in place of a control character');
			if (at === NEED_MORE) return at;
			at = this.plainEnd(at);
		}
	}

	/** The first byte from here that is a quote, a backslash, a control character or beyond ASCII. */
	private plainEnd(at: number): number {
		const { words } = this.window;
		for (;;) {
			// Four bytes at a time: subtracting takes the top bit of a byte that was less than what is
			// subtracted. The first term marks control characters and quotes (flipping the second bit
			// moves the quote below the space, and back), the second backslashes, the third bytes beyond
			// ASCII. A borrow can mark a byte too many, but only above a true one, so the lowest is true.
			const word = words.getInt32(at, true);
			const marks =
				(((word ^ QUOTES_BELOW_SPACE) - ABOVE_QUOTE * EVERY_BYTE) |
					((word ^ (Byte.Backslash * EVERY_BYTE)) - EVERY_BYTE) |
					word) &
				TOP_BITS;
			if (marks !== 0) return at + ((31 - Math.clz32(marks & -marks)) >> 3);
			at += 4;
		}
	}

	private escape(at: number): number {
		const { bytes } = this.window;
		this.lastEscape = at;
		switch (bytes[at + 1]) {
			case Byte.Quote:
			case Byte.Backslash:
			case Byte.Slash:
			case Byte.LowerB:
			case Byte.LowerF:
			case Byte.LowerN:
			case Byte.LowerR:
			case Byte.LowerT:
				return at + 2;
			case Byte.LowerU:
				for (let digit = at + 2; digit < at + 6; digit++) {
					if (hexDigit(bytes[digit]!) < 0) return this.unexpected(digit, 'a hexadecimal digit');
				}
				return at + 6;
			default:
				return this.unexpected(at + 1, 'one of the escapes of JSON');
		}
	}

	/** A character beyond ASCII: the well-formed byte sequences of table 3-7 of the Unicode Standard. */
	private character(at: number): number {
		const { bytes } = this.window;
		const lead = bytes[at]!;
		let lowest = 0x80;
		let highest = 0xbf;
		let length: number;
		if (lead < 0xc2) length = 0;
		else if (lead < 0xe0) length = 2;
		else if (lead < 0xf0) length = 3;
		else length = lead < 0xf5 ? 4 : 0;
		if (length === 0) this.fail(at, 'is not valid UTF-8');
		if (lead === 0xe0) lowest = 0xa0;
		else if (lead === 0xed) highest = 0x9f;
		else if (lead === 0xf0) lowest = 0x90;
		else if (lead === 0xf4) highest = 0x8f;
		for (const after = at + length; ++at < after; lowest = 0x80, highest = 0xbf) {
			if (bytes[at]! < lowest || bytes[at]! > highest) {
				return at >= this.window.end ? NEED_MORE : this.fail(at, 'is not valid UTF-8');
			}
		}
		return at;
	}

	private number(at: number): number {
		const { bytes } = this.window;
		if (bytes[at] === Byte.Minus) at++;
		if (bytes[at] === Byte.Zero) at++;
		else at = this.digits(at, 'a value');
		if (at !== NEED_MORE && bytes[at] === Byte.Point) at = this.digits(at + 1, 'a digit');
		if (at !== NEED_MORE && (bytes[at]! | 0x20) === Byte.LowerE) {
			at++;
			if (bytes[at] === Byte.Plus || bytes[at] === Byte.Minus) at++;
			at = this.digits(at, 'a digit');
		}
		// No accepted document ends with a number, so there is more, perhaps more digits.
		return at >= this.window.end ? NEED_MORE : at;
	}

	private digits(at: number, expected: string): number {
		const end = this.digitsEnd(at);
		return end === at ? this.unexpected(at, expected) : end;
	}

	/** The first byte from here that is no digit. */
	digitsEnd(at: number): number {
		const { words } = this.window;
		for (;;) {
			// Four bytes at a time, as in a string: a digit becomes 0 to 9, to which 0x76 can be added.
			const word = words.getInt32(at, true) ^ (Byte.Zero * EVERY_BYTE);
			const marks = ((word + 0x76 * EVERY_BYTE) | word) & TOP_BITS;
			if (marks !== 0) return at + ((31 - Math.clz32(marks & -marks)) >> 3);
			at += 4;
		}
	}

	private word(at: number, word: Uint8Array): number {
		const { bytes } = this.window;
		for (let index = 0; index < word.length; index++) {
			if (bytes[at + index] !== word[index]) return this.unexpected(at + index, 'a value');
		}
		return at + word.length;
	}

	/** What stands here is wrong, unless it is only the end of the window. */
	unexpected(at: number, expected: string): number {
		if (at >= this.window.end) return NEED_MORE;
		return this.fail(at, `is not valid JSON: it should have ${expected} here`);
	}
}

function isDigit(byte: number): boolean {
	return byte >= Byte.Zero && byte <= Byte.Nine;
}

/** The value of a hexadecimal digit, or -1. */
export function hexDigit(byte: number): number {
	if (isDigit(byte)) return byte - Byte.Zero;
	const letter = (byte | 0x20) - 0x61;
	return letter >= 0 && letter < 6 ? letter + 10 : -1;
}
