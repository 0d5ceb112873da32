import { fingerprintBytes, type FingerprintKey } from '../fingerprint';
import { encodeWtf8, writeCodePoint } from '../wtf8';
import { identityOfNumber } from './numbers';
import { Byte, hexDigit } from './scanner';

/** Integers of up to 15 digits are written as String(number) would. */
const LONGEST_PLAIN_INTEGER = 15;

const UNESCAPED: Partial<Record<number, number>> = {
	[Byte.LowerB]: 0x08,
	[Byte.LowerF]: 0x0c,
	[Byte.LowerN]: Byte.LineFeed,
	[Byte.LowerR]: Byte.CarriageReturn,
	[Byte.LowerT]: Byte.Tab,
};

/** The id whose JSON, a string or a number, stands from start to end. */
export function readId(bytes: Buffer, start: number, end: number): string {
	const json = bytes.toString('utf8', start, end);
	return bytes[start] === Byte.Quote ? (JSON.parse(json) as string) : identityOfNumber(json);
}

/** Fingerprints ids from their JSON: no string is made, save for numbers in an unusual spelling. */
export class IdFingerprinter {
	private unescaped = new Uint8Array(256);

	constructor(
		private readonly key: FingerprintKey,
		private readonly high: Uint32Array,
		private readonly low: Uint32Array,
	) {}

	write(index: number, bytes: Buffer, start: number, end: number, hasEscape: boolean): void {
		const { key, high, low } = this;
		if (bytes[start] !== Byte.Quote) {
			this.writeNumber(index, bytes, start, end);
		} else if (hasEscape) {
			const length = this.unescape(bytes, start + 1, end - 1);
			fingerprintBytes(this.unescaped, 0, length, key, high, low, index);
		} else {
			fingerprintBytes(bytes, start + 1, end - 1, key, high, low, index);
		}
	}

	private writeNumber(index: number, bytes: Buffer, start: number, end: number): void {
		const { key, high, low } = this;
		if (isPlainInteger(bytes, start, end)) {
			fingerprintBytes(bytes, start, end, key, high, low, index);
			return;
		}
		const identity = encodeWtf8(readId(bytes, start, end));
		fingerprintBytes(identity, 0, identity.length, key, high, low, index);
	}

	/** Writes the characters of a valid JSON string to this.unescaped and returns their length in bytes. */
	private unescape(bytes: Uint8Array, start: number, end: number): number {
		if (this.unescaped.length < end - start) this.unescaped = new Uint8Array(2 * (end - start));
		const out = this.unescaped;
		let length = 0;
		for (let at = start; at < end; ) {
			const byte = bytes[at]!;
			if (byte !== Byte.Backslash) {
				out[length++] = byte;
				at++;
			} else if (bytes[at + 1] !== Byte.LowerU) {
				const escape = bytes[at + 1]!;
				out[length++] = UNESCAPED[escape] ?? escape;
				at += 2;
			} else {
				let code = escapedUnit(bytes, at);
				at += 6;
				if (code >> 10 === 0x36 && bytes[at] === Byte.Backslash && bytes[at + 1] === Byte.LowerU) {
					const second = escapedUnit(bytes, at);
					if (second >> 10 === 0x37) {
						code = 0x10000 + ((code & 0x3ff) << 10) + (second & 0x3ff);
						at += 6;
					}
				}
				length = writeCodePoint(out, length, code);
			}
		}
		return length;
	}
}

/** The UTF-16 unit of the \uXXXX at this place. */
function escapedUnit(bytes: Uint8Array, at: number): number {
	let unit = 0;
	for (let digit = at + 2; digit < at + 6; digit++) {
		unit = (unit << 4) | hexDigit(bytes[digit]!);
	}
	return unit;
}

function isPlainInteger(bytes: Uint8Array, start: number, end: number): boolean {
	if (end - start > LONGEST_PLAIN_INTEGER) return false;
	for (let at = start; at < end; at++) {
		if (bytes[at]! < Byte.Zero || bytes[at]! > Byte.Nine) return false;
	}
	return true;
}
