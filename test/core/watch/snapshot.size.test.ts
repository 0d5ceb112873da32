import { Pace } from '../../../core/watch/pace';
import { bucketBitsFor, payloadCharacters, shapeOf } from '../../../core/watch/snapshot/shape';
import { Snapshot } from '../../../core/watch/snapshot';
import { encode, isEveryPositionOnce, unpaced, positions, random } from './snapshot.support';

const CHARACTERS_A_SUBJECT = 7.2;

describe('the size of a snapshot', () => {
	it.each([
		1000, 1024, 1025, 1125, 1126, 2252, 10_000, 65_536, 65_537, 72_058, 100_000, 1_000_000,
		1_152_922, 2_000_000,
	])('is at most 7.2 characters a subject for %d subjects', async (count) => {
		const { text } = await encode(random(count));
		expect(text.length / count).toBeLessThanOrEqual(CHARACTERS_A_SUBJECT);
	});

	it('is at most 7.2 characters a subject for every number from 1,000 to 2,000,000', async () => {
		const { text } = await encode(random(1000));
		const longestHeader = text.length - payloadCharacters(shapeOf('compact', 1000)) + 3;
		let worst = 0;
		for (let count = 1000; count <= 2_000_000; count++) {
			const header = longestHeader - (7 - String(count).length);
			const characters = header + payloadCharacters(shapeOf('compact', count));
			worst = Math.max(worst, characters / count);
		}
		expect(worst).toBeLessThanOrEqual(CHARACTERS_A_SUBJECT);
		expect(worst).toBeGreaterThan(7);
	});
});

describe('a newcomer', () => {
	it('is mistaken for a member with a chance below 1 in 10^12, whatever the number of members', () => {
		for (let count = 1; count < 3_000_000; count += 1 + (count >> 9)) {
			expect(count / 2 ** (bucketBitsFor(count) + 40)).toBeLessThan(1e-12);
		}
	});

	it('is never mistaken in 2,000,000 tries against 100,000 members', async () => {
		const snapshot = await Snapshot.decode((await encode(random(100_000))).text, unpaced);
		const strangers = positions(snapshot, random(2_000_000));
		expect(strangers.every((position) => position === -1)).toBe(true);
	});

	it('is not mistaken for the member that shares all but one of the bits kept', async () => {
		const members = random(5000);
		const snapshot = await Snapshot.decode((await encode(members)).text, unpaced);
		const bitsKept = bucketBitsFor(5000) + 40;
		for (let bit = 0; bit < 64; bit++) {
			const { high, low } = { high: members.high.slice(), low: members.low.slice() };
			const half = bit < 32 ? high : low;
			half.forEach((word, index) => (half[index] = word ^ (1 << (31 - (bit % 32)))));
			const found = positions(snapshot, { high, low });
			if (bit < bitsKept) expect(found.every((position) => position === -1)).toBe(true);
			else expect(isEveryPositionOnce(found, 5000)).toBe(true);
		}
	});
});

describe('the host', () => {
	it.each(['compact', 'full'] as const)(
		'gets its event loop back while 1,000,000 subjects are encoded, loaded and located (%s)',
		async (layout) => {
			let pauses = 0;
			const pace = new Pace(async () => {
				pauses++;
			});
			const members = random(1_000_000);
			const { text, count } = await encode(members, layout, pace);
			expect(count).toBe(1_000_000);
			expect(pauses).toBeGreaterThan(0);
			const snapshot = await Snapshot.decode(text, pace);
			expect(isEveryPositionOnce(positions(snapshot, members), 1_000_000)).toBe(true);
		},
	);
});
