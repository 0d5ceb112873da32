import { createHash } from 'node:crypto';
import { damaged } from './snapshot/damage';

const CHECKSUM_CHARACTERS = 8;

/** A text with its checksum before it, so that damage to a stored state is noticed. */
export function seal(payload: string): string {
	return `${checksumOf(payload)}.${payload}`;
}

/** @throws SnapshotDamaged */
export function unseal(sealed: string): string {
	const payload = sealed.slice(CHECKSUM_CHARACTERS + 1);
	if (sealed !== seal(payload)) throw damaged('the checksum of a part does not fit its content');
	return payload;
}

/** Eight characters, by which damage to a text is noticed. */
export function checksumOf(payload: string): string {
	return createHash('sha256').update(payload).digest('base64url').slice(0, CHECKSUM_CHARACTERS);
}

/** Compresses lines of text, none of which holds a line break, and seals them. */
export async function packLines(lines: readonly string[]): Promise<string> {
	const bytes = Buffer.from(lines.join('\n'));
	const packed = await through(bytes, new CompressionStream('deflate-raw'));
	return seal(`${lines.length}.${packed.toString('base64url')}`);
}

/** @throws SnapshotDamaged */
export async function unpackLines(packed: string): Promise<string[]> {
	const [count, payload = ''] = unseal(packed).split('.', 2);
	if (count === '0') return [];
	const bytes = await through(
		Buffer.from(payload, 'base64url'),
		new DecompressionStream('deflate-raw'),
	);
	const lines = bytes.toString('utf8').split('\n');
	if (String(lines.length) !== count) throw damaged('lines of a part are missing');
	return lines;
}

async function through(
	bytes: Uint8Array<ArrayBuffer>,
	change: CompressionStream | DecompressionStream,
): Promise<Buffer> {
	const writer = change.writable.getWriter();
	const written = writer.write(bytes).then(async () => await writer.close());
	// Told by the reader too.
	written.catch(() => undefined);
	const parts: Uint8Array[] = [];
	for await (const part of change.readable as unknown as AsyncIterable<Uint8Array>) {
		parts.push(part);
	}
	await written;
	return Buffer.concat(parts);
}
