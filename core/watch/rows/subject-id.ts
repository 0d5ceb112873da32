import { FINGERPRINT_PADDING, fingerprintBytes, type FingerprintKey } from '../fingerprint';
import { encodeWtf8, writeCodePoint } from '../wtf8';
import { identityOfNumber } from './numbers';
import { Byte, hexDigit } from './scanner';
import type { Window } from './window';

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
	return idOfJson(bytes.toString('utf8', start, end));
}

/** The id that this JSON, a string or a number, stands for. */
export function idOfJson(json: string): string {
	return json.startsWith('"') ? (JSON.parse(json) as string) : identityOfNumber(json);
}

/** Fingerprints ids from their JSON: no string is made, save for numbers in an unusual spelling. */
export class IdFingerprinter {
	private scratch = new Uint8Array(256);
	private scratchWords = new DataView(this.scratch.buffer);

	constructor(
		private readonly window: Window,
		private readonly key: FingerprintKey,
		private readonly high: Uint32Array,
		private readonly low: Uint32Array,
	) {}

	write(index: number, start: number, end: number, hasEscape: boolean): void {
		const { bytes } = this.window;
		if (bytes[start] !== Byte.Quote) this.writeNumber(index, start, end);
		else if (hasEscape) this.writeScratch(index, this.unescape(bytes, start + 1, end - 1));
		else this.writeWindow(index, start + 1, end - 1);
	}

	private writeNumber(index: number, start: number, end: number): void {
		const { bytes } = this.window;
		if (isPlainInteger(bytes, start, end)) {
			this.writeWindow(index, start, end);
			return;
		}
		const identity = encodeWtf8(readId(bytes, start, end));
		this.reserveScratch(identity.length);
		this.scratch.set(identity);
		this.writeScratch(index, identity.length);
	}

	private writeWindow(index: number, start: number, end: number): void {
		fingerprintBytes(this.window.words, start, end, this.key, this.high, this.low, index);
	}

	private writeScratch(index: number, length: number): void {
		fingerprintBytes(this.scratchWords, 0, length, this.key, this.high, this.low, index);
	}

	private reserveScratch(length: number): void {
		const needed = length + FINGERPRINT_PADDING;
		if (this.scratch.length >= needed) return;
		this.scratch = new Uint8Array(2 * needed);
		this.scratchWords = new DataView(this.scratch.buffer);
	}

	/** Writes the characters of a valid JSON string to the scratch memory and returns their length in bytes. */
	private unescape(bytes: Uint8Array, start: number, end: number): number {
		this.reserveScratch(end - start);
		const out = this.scratch;
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
