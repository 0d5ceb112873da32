import { Pace } from '../../../core/watch/pace';
import { compare, type Comparison } from '../../../core/watch/compare';
import { FingerprintKey } from '../../../core/watch/fingerprint';
import { encodeSnapshot, Snapshot } from '../../../core/watch/snapshot';
import { crowd, streamOf, visitors } from './watch.support';

const key = FingerprintKey.decode('AAECAwQFBgc');
const pace = new Pace(async () => {});
const common = { kind: 'visitor' as const, pair: false, key, pace };

async function setOf(ids: string[]): Promise<Snapshot> {
	const body = streamOf(visitors(...ids));
	const { fingerprints } = await compare(body, { ...common, known: [], findNewcomers: false });
	const header = { watchKey: 'w', keyText: key.encode(), layout: 'compact' as const };
	return await Snapshot.decode((await encodeSnapshot(fingerprints, header, pace)).text, pace);
}

const read = async (ids: string[], known: Snapshot[], more = {}) =>
	await compare(streamOf(visitors(...ids)), { ...common, known, findNewcomers: true, ...more });

const counts = ({ present }: Comparison) => present.map(({ count }) => count);

describe('a read, held against what is known', () => {
	test.each([0, 1, 7, 8, 9, 511, 512, 513, 1_500])(
		'counts each of %i members once, however many rows they have',
		async (count) => {
			const ids = crowd(count);
			const known = await setOf(ids);
			const comparison = await read([...ids, ...ids, ...ids], [known]);
			expect(counts(comparison)).toEqual([count]);
			expect(comparison.outsiders.map(({ size }) => size)).toEqual([0]);
			expect(comparison.newcomers.size).toBe(0);
			expect(comparison.fingerprints.size).toBe(3 * count);
		},
	);

	test('calls a newcomer who is in none of the sets', async () => {
		const known = [await setOf(['a', 'b', 'c']), await setOf(['c', 'd'])];
		const comparison = await read(['d', 'x', 'a', 'x'], known);
		expect([...comparison.newcomers.keys()]).toEqual(['x']);
		expect(counts(comparison)).toEqual([1, 1]);
		expect(comparison.outsiders.map(({ size }) => size > 0)).toEqual([true, true]);
	});

	test('tells of each set whether somebody is outside it', async () => {
		const known = [await setOf(['a']), await setOf(['a', 'b'])];
		const { outsiders } = await read(['b', 'a'], known);
		expect(outsiders.map(({ size }) => size)).toEqual([1, 0]);
	});

	test('keeps no rows where nobody is looked for', async () => {
		const comparison = await read(crowd(2_000), [], { findNewcomers: false });
		expect([comparison.newcomers.size, comparison.samples.size]).toEqual([0, 0]);
		expect(comparison.fingerprints.size).toBe(2_000);
	});

	test('keeps as many samples as asked for, of different subjects', async () => {
		const { samples } = await read(['a', 'a', 'b', 'c'], [], { samples: 2 });
		expect([...samples.keys()]).toEqual(['a', 'b']);
	});
});
