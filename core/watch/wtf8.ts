// WTF-8 (https://simonsapin.github.io/wtf-8/) is UTF-8 in which a lone surrogate, which JSON can
// write as an escape, has three bytes of its own. It gives every JavaScript string distinct bytes.

/** Writes the bytes of one code point and returns the position after them. */
export function writeCodePoint(bytes: Uint8Array, at: number, code: number): number {
	if (code < 0x80) {
		bytes[at] = code;
		return at + 1;
	}
	if (code < 0x800) {
		bytes[at] = 0xc0 | (code >> 6);
		bytes[at + 1] = 0x80 | (code & 0x3f);
		return at + 2;
	}
	if (code < 0x10000) {
		bytes[at] = 0xe0 | (code >> 12);
		bytes[at + 1] = 0x80 | ((code >> 6) & 0x3f);
		bytes[at + 2] = 0x80 | (code & 0x3f);
		return at + 3;
	}
	bytes[at] = 0xf0 | (code >> 18);
	bytes[at + 1] = 0x80 | ((code >> 12) & 0x3f);
	bytes[at + 2] = 0x80 | ((code >> 6) & 0x3f);
	bytes[at + 3] = 0x80 | (code & 0x3f);
	return at + 4;
}

export function encodeWtf8(text: string): Uint8Array {
	// A UTF-16 unit needs three bytes at most: a pair of surrogates, two units, needs four.
	const bytes = new Uint8Array(text.length * 3);
	let at = 0;
	for (const character of text) {
		at = writeCodePoint(bytes, at, character.codePointAt(0)!);
	}
	return bytes.subarray(0, at);
}
