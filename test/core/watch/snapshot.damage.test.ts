import { createHash } from 'node:crypto';
import { belongsTo, Snapshot, snapshotCount, SnapshotDamaged } from '../../../core/watch/snapshot';
import { encode, keyText, unpaced, random, watchKey } from './snapshot.support';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const REASONS: unknown[] = ['damaged', 'newer-version', 'not-a-snapshot'];

async function failure(text: unknown): Promise<unknown> {
	return await Snapshot.decode(text as string, unpaced).then(
		() => 'accepted',
		(error: unknown) => (error instanceof SnapshotDamaged ? error.reason : error),
	);
}

/** A text whose checksum is right although its content is not. */
function forged(count: number, payload: Buffer): string {
	const header = `pendo1.compact.${count}.AAAAAAAAAAAA.${keyText}.`;
	const body = payload.toString('base64url');
	const checksum = createHash('sha256')
		.update(header + body)
		.digest('base64url')
		.slice(0, 8);
	return `${header}${checksum}.${body}`;
}

describe('a damaged snapshot is refused', () => {
	it.each(['compact', 'full'] as const)('when any one character differs (%s)', async (layout) => {
		const { text } = await encode(random(12), layout);
		const unnoticed: string[] = [];
		for (let at = 0; at < text.length; at++) {
			// The last one has the same low byte as the right character.
			const sameByte = String.fromCharCode(text.charCodeAt(at) + 0x100);
			for (const other of [...ALPHABET, ...'.+/= \0é\ud800', sameByte]) {
				if (other === text[at]) continue;
				const flipped = text.slice(0, at) + other + text.slice(at + 1);
				const reason = await failure(flipped);
				if (!REASONS.includes(reason)) unnoticed.push(flipped);
			}
		}
		expect(unnoticed).toEqual([]);
	});

	it.each([0, 1, 50])(
		'when it is cut anywhere or longer than it was (%d members)',
		async (count) => {
			const { text } = await encode(random(count));
			for (let length = 0; length < text.length; length++) {
				expect(await failure(text.slice(0, length))).toMatch(/^(damaged|not-a-snapshot)$/);
			}
			for (const extra of ['A', '=', '==', '\n', ' ', text]) {
				expect(await failure(text + extra)).toBe('damaged');
			}
			expect(await failure(` ${text}`)).toBe('not-a-snapshot');
		},
	);

	it.each([
		'',
		'undefined',
		'null',
		'[object Object]',
		'{}',
		'pendo',
		'pendo1',
		'pendo0.',
		undefined,
		null,
		7,
	])('when it is no snapshot at all: %p', async (text) => {
		expect(await failure(text)).toBe('not-a-snapshot');
		expect(() => belongsTo(text as string, watchKey)).toThrow(SnapshotDamaged);
		expect(() => snapshotCount(text as string)).toThrow(SnapshotDamaged);
	});

	it('when a newer version wrote it, and says so', async () => {
		const { text } = await encode(random(5));
		const newer = text.replace('pendo1.', 'pendo2.');
		expect(await failure(newer)).toBe('newer-version');
		expect(await failure('pendo2.something else entirely')).toBe('newer-version');
		await expect(Snapshot.decode(newer, unpaced)).rejects.toThrow(
			'written by a newer version of this package (format 2; this version reads format 1)',
		);
	});

	it('when its content contradicts itself under a right checksum', async () => {
		// One bucket with one entry: the bitmap is 0 for the entry, then 1 for the end: 0b10.
		expect(await failure(forged(1, Buffer.from([1, 2, 3, 4, 5, 0b10])))).toBe('accepted');
		for (const bitmap of [0, 0b1, 0b11, 0b100, 0b110, 0xff]) {
			expect(await failure(forged(1, Buffer.from([1, 2, 3, 4, 5, bitmap])))).toBe('damaged');
		}
		expect(await failure(forged(0, Buffer.from([0b1])))).toBe('accepted');
		expect(await failure(forged(0, Buffer.from([0b11])))).toBe('damaged');
	});

	it('before any memory is taken, when it claims more than its length can hold', async () => {
		const { text } = await encode(random(5));
		const before = process.memoryUsage().arrayBuffers;
		for (const count of ['1000000000000', '999999999', '99999999', '1e12', '-1', '05', '0x5']) {
			expect(await failure(text.replace('.5.', `.${count}.`))).toBe('damaged');
		}
		const hostile = 'A'.repeat(64_000_000);
		expect(await failure(hostile)).toBe('not-a-snapshot');
		expect(await failure(text + hostile)).toBe('damaged');
		expect(await failure(`pendo1.${hostile}`)).toBe('damaged');
		expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
	});

	it('with a sentence for a person', async () => {
		const { text } = await encode(random(5));
		const message = async (bad: string) =>
			await Snapshot.decode(bad, unpaced).catch((error: Error) => error.message);
		expect(await message(text.slice(0, -3))).toBe(
			'The snapshot of this watch is damaged: its end is missing.',
		);
		expect(await message(`${text.slice(0, -1)}!`)).toBe(
			'The snapshot of this watch is damaged: its checksum does not fit its content.',
		);
		expect(await message('')).toBe(
			'What is stored as the snapshot of this watch is not a snapshot.',
		);
	});
});
