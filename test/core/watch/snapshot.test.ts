import fc from 'fast-check';
import {
	belongsTo,
	encodeSnapshot,
	FingerprintList,
	Snapshot,
	snapshotCount,
	watchDigest,
	type Layout,
} from '../../../core/watch/snapshot';
import {
	encode,
	from,
	isEveryPositionOnce,
	keyText,
	listOf,
	unpaced,
	positions,
	random,
	roundTrip,
	watchKey,
} from './snapshot.support';

const layouts: Layout[] = ['compact', 'full'];

// Few distinct halves make equal fingerprints and shared buckets likely.
const half = fc.oneof(
	fc.integer({ min: 0, max: 0xffffffff }),
	fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff),
);
const pairs = fc.array(fc.tuple(half, half), { maxLength: 300 });

describe.each(layouts)('a %s snapshot', (layout) => {
	// What distinguishes members: everything, or the top bits that a compact entry keeps (40 at least).
	const identity = ([high, low]: readonly [number, number]) =>
		layout === 'full' ? `${high}.${low}` : `${high}.${low >>> 24}`;

	it('knows exactly its members, each at a position of its own', async () => {
		await fc.assert(
			fc.asyncProperty(pairs, pairs, async (members, strangers) => {
				const apart = [...new Map(members.map((pair) => [identity(pair), pair])).values()];
				const known = new Set(apart.map(identity));
				const unknown = strangers.filter((pair) => !known.has(identity(pair)));

				const snapshot = await roundTrip(from(apart), layout);
				expect(snapshot.count).toBe(apart.length);
				expect(isEveryPositionOnce(positions(snapshot, from(apart)), apart.length)).toBe(true);
				expect(positions(snapshot, from(unknown)).every((position) => position === -1)).toBe(true);
			}),
		);
	});

	it('counts a subject once however many rows it has, in any order', async () => {
		await fc.assert(
			fc.asyncProperty(pairs, fc.array(fc.nat(299)), async (members, repeats) => {
				const repeated = repeats.flatMap((index) => members.slice(index, index + 1));
				const once = await encode(from(members), layout);
				const often = await encode(from([...members, ...repeated].reverse()), layout);
				expect(often).toEqual(once);
				const snapshot = await Snapshot.decode(once.text, unpaced);
				expect(new Set(positions(snapshot, from(members))).size).toBe(snapshot.count);
			}),
		);
	});

	it.each([
		0, 1, 2, 3, 511, 512, 513, 1023, 1024, 1025, 1125, 1126, 1127, 4095, 4097, 16_384, 65_535,
		65_536, 65_537, 72_057, 72_058,
	])('finds all of %d members again', async (count) => {
		const members = random(count);
		const { text, count: written } = await encode(members, layout);
		expect(written).toBe(count);
		expect(snapshotCount(text)).toBe(count);
		const snapshot = await Snapshot.decode(text, unpaced);
		const found = positions(snapshot, members);
		expect(isEveryPositionOnce(found, count)).toBe(true);
		expect(positions(await Snapshot.decode(text, unpaced), members)).toEqual(found);
		expect(positions(snapshot, random(1000)).every((position) => position === -1)).toBe(true);
	});

	it('holds when all fingerprints fall into one bucket', async () => {
		const members = random(3000);
		members.high.forEach((_, index) => (members.high[index] = 0xffff0000 + index));
		const snapshot = await roundTrip(members, layout);
		expect(isEveryPositionOnce(positions(snapshot, members), 3000)).toBe(true);
		members.high.forEach((_, index) => (members.high[index] = 0xfffe0000 + index));
		expect(positions(snapshot, members).every((position) => position === -1)).toBe(true);
	});

	it('stays small when one subject fills all rows', async () => {
		const rows = random(100_000);
		rows.high.fill(7);
		rows.low.fill(9);
		const { text, count } = await encode(rows, layout);
		expect(count).toBe(1);
		expect(text.length).toBeLessThan(100);
	});

	it('says which watch it belongs to and which key made its fingerprints', async () => {
		const { text } = await encode(random(10), layout);
		expect(belongsTo(text, watchKey)).toBe(true);
		expect(belongsTo(text, `${watchKey}1`)).toBe(false);
		const snapshot = await Snapshot.decode(text, unpaced);
		expect(snapshot).toMatchObject({ watch: watchDigest(watchKey), keyText, layout });
		expect(text.startsWith(`pendo1.${layout}.10.${watchDigest(watchKey)}.${keyText}.`)).toBe(true);
	});
});

describe('a compact snapshot', () => {
	it('stores fingerprints once that differ only beyond the bits it keeps', async () => {
		const alike = random(2000);
		alike.high.fill(0x12345678);
		alike.low.forEach((_, index) => (alike.low[index] = index));
		const snapshot = await roundTrip(alike);
		expect(snapshot.count).toBe(1);
		expect(new Set(positions(snapshot, alike))).toEqual(new Set([0]));
	});

	it('cannot be read back', async () => {
		const snapshot = await roundTrip(random(3));
		await expect(snapshot.appendTo(new FingerprintList(), unpaced)).rejects.toThrow(
			'A compact snapshot cannot be read back',
		);
	});
});

describe('a full snapshot', () => {
	it.each([0, 1, 2, 700, 1126, 40_000])(
		'gives back %d members, so that newcomers can join them',
		async (count) => {
			const members = random(count);
			const newcomers = random(1 + (count >> 1));
			const list = new FingerprintList();
			await (await roundTrip(members, 'full')).appendTo(list, unpaced);
			expect(list.size).toBe(count);
			list.add(newcomers.high, newcomers.low, newcomers.high.length);
			const merged = await encodeSnapshot(list, { watchKey, keyText, layout: 'full' }, unpaced);

			const together = {
				high: Uint32Array.from([...members.high, ...newcomers.high]),
				low: Uint32Array.from([...members.low, ...newcomers.low]),
			};
			expect(merged).toEqual(await encode(together, 'full'));
			const snapshot = await Snapshot.decode(merged.text, unpaced);
			expect(isEveryPositionOnce(positions(snapshot, together), merged.count)).toBe(true);
		},
	);

	it('tells apart fingerprints that differ in their last bit', async () => {
		const snapshot = await roundTrip(from([[5, 6]]), 'full');
		expect([
			...positions(
				snapshot,
				from([
					[5, 6],
					[5, 7],
					[4, 6],
				]),
			),
		]).toEqual([0, -1, -1]);
	});
});

it('refuses a fingerprint key that would break the header', async () => {
	const list = listOf(random(1));
	for (const bad of ['', 'a.b', 'a b', 'x'.repeat(65)]) {
		await expect(
			encodeSnapshot(list, { watchKey, keyText: bad, layout: 'full' }, unpaced),
		).rejects.toThrow(TypeError);
	}
});
