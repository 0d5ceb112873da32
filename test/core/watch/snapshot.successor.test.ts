import fc from 'fast-check';
import { Marks } from '../../../core/watch/marks';
import { FingerprintList, type Snapshot } from '../../../core/watch/snapshot';
import { bucketBitsFor } from '../../../core/watch/snapshot/shape';
import {
	encode,
	from,
	listOf,
	positions,
	random,
	roundTrip,
	unpaced,
	watchKey,
	type Fingerprints,
} from './snapshot.support';

type Pair = readonly [number, number];

function pairsOf({ high, low }: Fingerprints): Pair[] {
	return [...high].map((top, index) => [top, low[index]!]);
}

/** The members of a snapshot who are marked, as a read would mark them. */
function marksOf(snapshot: Snapshot, present: readonly Pair[]): Marks {
	const marks = new Marks(snapshot.count);
	for (const position of positions(snapshot, from(present))) marks.add(position);
	return marks;
}

async function expectSameAsWrittenAnew(
	members: readonly Pair[],
	stays: (index: number) => boolean,
	others: readonly Pair[],
): Promise<void> {
	const snapshot = await roundTrip(from(members));
	const present = members.filter((_, index) => stays(index));
	const marks = marksOf(snapshot, present);
	const strangers = others.filter((_, index) => positions(snapshot, from(others))[index] === -1);
	const text = await snapshot.successor(marks, listOf(from(strangers)), watchKey, unpaced);
	const anew = await encode(from([...present, ...strangers]));
	const sameBits = bucketBitsFor(anew.count) === bucketBitsFor(snapshot.count);
	expect(text).toBe(sameBits ? anew.text : undefined);
}

/** Of numbers that lie close to one another too, so that buckets are shared and entries equal. */
const half = fc.oneof(
	fc.nat(0xffffffff),
	fc.integer({ min: 0xfffffff0, max: 0xffffffff }),
	fc.nat(3),
);

describe('the successor of a snapshot', () => {
	it('is what would be written anew, whoever left and came', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.integer({ min: 0, max: 1_100 }),
				fc.array(fc.tuple(half, half), { maxLength: 6 }),
				fc.array(fc.tuple(half, half), { maxLength: 12 }),
				fc.array(fc.nat(1_100), { maxLength: 40 }),
				async (count, oddMembers, others, gone) => {
					const left = new Set(gone);
					const members = [...pairsOf(random(count)), ...oddMembers];
					// As few as are copied, with one row twice.
					const few = others.slice(0, Math.max(0, (members.length - left.size) / 32 - 1));
					await expectSameAsWrittenAnew(
						members,
						// Who left in all of his rows.
						(index) => !left.has(index) || index >= count,
						[...few, ...few.slice(0, 1)],
					);
				},
			),
		);
	});

	it.each([
		['at both ends', (index: number) => index > 0 && index < 69_999],
		['everywhere', (index: number) => index % 3 > 0],
		['nowhere', () => true],
	])('is what would be written anew where 70,000 shrink %s', async (_, stays) => {
		const members = pairsOf(random(70_000)).sort(([one], [other]) => one - other);
		const ends: Pair[] = [
			[0, 0],
			[0xffffffff, 0xffffffff],
		];
		await expectSameAsWrittenAnew(members, stays, [...pairsOf(random(800)), ...ends]);
	});

	it('is written anew where so many need other bits, or most are new', async () => {
		const members = pairsOf(random(1_120));
		const snapshot = await roundTrip(from(members));
		const all = marksOf(snapshot, members);
		const successorWith = (others: number, marks = all) =>
			snapshot.successor(marks, listOf(random(others)), watchKey, unpaced);
		expect(await successorWith(0)).toBeDefined();
		expect(await successorWith(10)).toBeUndefined();
		expect(await successorWith(200)).toBeUndefined();
		expect(await successorWith(0, marksOf(snapshot, members.slice(0, 500)))).toBeUndefined();
		const nobody = await snapshot.successor(
			new Marks(snapshot.count),
			new FingerprintList(),
			watchKey,
			unpaced,
		);
		expect(nobody).toBeUndefined();
	});
});
