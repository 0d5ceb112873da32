import { createHash } from 'node:crypto';
import { damaged, SnapshotDamaged } from './damage';
import { payloadCharacters, shapeOf, type Layout, type Shape } from './shape';

/** `pendo1.<layout>.<count>.<watch digest>.<fingerprint key>.<checksum>.<payload>` */
export interface Header {
	shape: Shape;
	watch: string;
	keyText: string;
}

export interface StoredHeader extends Header {
	checksum: string;
	/** The header up to the checksum, which the checksum covers. */
	signed: string;
	payloadStart: number;
}

const VERSION = '1';
const DIGEST_CHARACTERS = 12;
const CHECKSUM_CHARACTERS = 8;
const LONGEST_HEADER = 160;

const KEY_TEXT = /^[\w-]{1,64}$/;
const ANY_VERSION = /^pendo([1-9]\d{0,8})\./;
const THIS_VERSION =
	/^(pendo1\.(compact|full)\.(0|[1-9]\d{0,8})\.([\w-]{12})\.([\w-]{1,64})\.)([\w-]{8})\./;

export function watchDigest(watchKey: string): string {
	return createHash('sha256').update(watchKey).digest('base64url').slice(0, DIGEST_CHARACTERS);
}

export function headerText(header: Header): string {
	const { shape, watch, keyText } = header;
	if (!KEY_TEXT.test(keyText))
		throw new TypeError('A fingerprint key is 1 to 64 characters of base64url');
	return `pendo${VERSION}.${shape.layout}.${shape.count}.${watch}.${keyText}.`;
}

/** Reads and checks the header alone; the length of the payload follows from it and is checked too. */
export function readHeader(text: unknown): StoredHeader {
	// A host hands over whatever its state file holds. Copied, because a slice of a string that
	// outlives it (the key) would keep the whole of it in memory.
	const start =
		typeof text === 'string' ? Buffer.from(text.slice(0, LONGEST_HEADER)).toString() : '';
	const version = ANY_VERSION.exec(start)?.[1];
	if (typeof text !== 'string' || version === undefined) {
		throw new SnapshotDamaged(
			'not-a-snapshot',
			'What is stored as the snapshot of this watch is not a snapshot.',
		);
	}
	if (version !== VERSION) {
		throw new SnapshotDamaged(
			'newer-version',
			`The snapshot of this watch was written by a newer version of this package (format ${version}; this version reads format ${VERSION}).`,
		);
	}
	const match = THIS_VERSION.exec(start);
	if (!match) throw damaged('its beginning cannot be read');
	const [whole, signed, layout, count, watch, keyText, checksum] = match as unknown as [
		string,
		string,
		Layout,
		string,
		string,
		string,
		string,
	];
	const shape = shapeOf(layout, Number(count));
	const missing = payloadCharacters(shape) - (text.length - whole.length);
	if (missing > 0) throw damaged('its end is missing');
	if (missing < 0) throw damaged('it is longer than it says');
	return { shape, watch, keyText, checksum, signed, payloadStart: whole.length };
}

/** A running checksum over the header and then the payload, fed in slices. */
export class Checksum {
	private readonly hash = createHash('sha256');

	// As UTF-8, so that no character outside the alphabet can pass for one inside it.
	add(text: string): void {
		this.hash.update(text, 'utf8');
	}

	text(): string {
		return this.hash.digest('base64url').slice(0, CHECKSUM_CHARACTERS);
	}
}
