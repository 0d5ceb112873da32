import { randomBytes } from 'node:crypto';
import { encodeWtf8 } from './wtf8';

const KEY_BYTES = 8;

/** The random key of a watch: without it nobody can choose an id whose fingerprint is already known. */
export class FingerprintKey {
	private constructor(
		readonly first: number,
		readonly second: number,
	) {}

	static create(): FingerprintKey {
		return FingerprintKey.fromBytes(randomBytes(KEY_BYTES));
	}

	static fromBytes(bytes: Uint8Array): FingerprintKey {
		if (bytes.length !== KEY_BYTES) {
			throw new Error(`A fingerprint key has ${KEY_BYTES} bytes, not ${bytes.length}.`);
		}
		const words = new DataView(bytes.buffer, bytes.byteOffset, KEY_BYTES);
		return new FingerprintKey(words.getInt32(0, true), words.getInt32(4, true));
	}

	static decode(text: string): FingerprintKey {
		return FingerprintKey.fromBytes(Buffer.from(text, 'base64url'));
	}

	encode(): string {
		const bytes = Buffer.alloc(KEY_BYTES);
		bytes.writeInt32LE(this.first, 0);
		bytes.writeInt32LE(this.second, 4);
		return bytes.toString('base64url');
	}
}

export interface Fingerprint {
	high: number;
	low: number;
}

export function fingerprint(id: string, key: FingerprintKey): Fingerprint {
	const high = new Uint32Array(1);
	const low = new Uint32Array(1);
	fingerprintText(id, key, high, low, 0);
	return { high: high[0]!, low: low[0]! };
}

/** As `fingerprintBytes`, of a text. */
export function fingerprintText(
	text: string,
	key: FingerprintKey,
	high: Uint32Array,
	low: Uint32Array,
	index: number,
): void {
	const bytes = encodeWtf8(text);
	const padded = new Uint8Array(bytes.length + FINGERPRINT_PADDING);
	padded.set(bytes);
	fingerprintBytes(new DataView(padded.buffer), 0, bytes.length, key, high, low, index);
}

/** As many bytes must follow those that are fingerprinted, with any content: the last word is read whole. */
export const FINGERPRINT_PADDING = 4;

/**
 * HalfSipHash-1-3 with 64 bits of output, of the bytes from start to end, written to
 * high[index] and low[index]. SipHash (https://www.aumasson.jp/siphash/) is made for short
 * keyed inputs; its half version needs only the 32-bit arithmetic that JavaScript is fast at.
 */
export function fingerprintBytes(
	bytes: DataView,
	start: number,
	end: number,
	key: FingerprintKey,
	high: Uint32Array,
	low: Uint32Array,
	index: number,
): void {
	// Without the `| 0` the engine does not know that this is an integer, and adds in floating point.
	let v0 = key.first | 0;
	let v1 = key.second ^ 0xee;
	let v2 = 0x6c796765 ^ key.first;
	let v3 = 0x74656462 ^ key.second;

	const length = end - start;
	const lastWord = start + (length & ~3);
	// The last word holds what is left, at most three bytes, and the length in its top byte.
	const left = bytes.getInt32(lastWord, true) & ~(-1 << ((length & 3) << 3));
	const tail = left | (length << 24);
	// The rounds are written out where they run: a function cannot return four numbers without allocating.
	for (let at = start; at <= lastWord; at += 4) {
		const word = at < lastWord ? bytes.getInt32(at, true) : tail;
		v3 ^= word;
		v0 = (v0 + v1) | 0;
		v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
		v0 = (v0 << 16) | (v0 >>> 16);
		v2 = (v2 + v3) | 0;
		v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
		v0 = (v0 + v3) | 0;
		v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
		v2 = (v2 + v1) | 0;
		v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
		v2 = (v2 << 16) | (v2 >>> 16);
		v0 ^= word;
	}

	v2 ^= 0xee;
	for (let round = 1; round <= 6; round++) {
		v0 = (v0 + v1) | 0;
		v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
		v0 = (v0 << 16) | (v0 >>> 16);
		v2 = (v2 + v3) | 0;
		v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
		v0 = (v0 + v3) | 0;
		v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
		v2 = (v2 + v1) | 0;
		v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
		v2 = (v2 << 16) | (v2 >>> 16);
		if (round === 3) {
			low[index] = v1 ^ v3;
			v1 ^= 0xdd;
		}
	}
	high[index] = v1 ^ v3;
}
