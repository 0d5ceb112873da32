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
		return new FingerprintKey(readWord(bytes, 0), readWord(bytes, 4));
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
	const bytes = encodeWtf8(id);
	const high = new Uint32Array(1);
	const low = new Uint32Array(1);
	fingerprintBytes(bytes, 0, bytes.length, key, high, low, 0);
	return { high: high[0]!, low: low[0]! };
}

/**
 * HalfSipHash-1-3 with 64 bits of output, of the bytes from start to end, written to
 * high[index] and low[index]. SipHash (https://www.aumasson.jp/siphash/) is made for short
 * keyed inputs; its half version needs only the 32-bit arithmetic that JavaScript is fast at.
 */
export function fingerprintBytes(
	bytes: Uint8Array,
	start: number,
	end: number,
	key: FingerprintKey,
	high: Uint32Array,
	low: Uint32Array,
	index: number,
): void {
	let v0 = key.first;
	let v1 = key.second ^ 0xee;
	let v2 = 0x6c796765 ^ key.first;
	let v3 = 0x74656462 ^ key.second;

	const lastWord = start + ((end - start) & ~3);
	let at = start;
	// The rounds are written out where they run: a function cannot return four numbers without allocating.
	while (at <= lastWord) {
		const word = at < lastWord ? readWord(bytes, at) : readTail(bytes, at, end, end - start);
		at += 4;
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

function readWord(bytes: Uint8Array, at: number): number {
	return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

/** The last word holds what is left, at most three bytes, and the length in its top byte. */
function readTail(bytes: Uint8Array, at: number, end: number, length: number): number {
	let word = length << 24;
	if (at < end) word |= bytes[at]!;
	if (at + 1 < end) word |= bytes[at + 1]! << 8;
	if (at + 2 < end) word |= bytes[at + 2]! << 16;
	return word;
}
