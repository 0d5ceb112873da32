import fc from 'fast-check';
import { ReleaseRate } from '../../node-red/src/release-rate';

describe('The rate at which held events are released', () => {
	it.each([
		[1, 1_000, 1],
		[50, 1_000, 50],
		[0.2, 5_000, 1],
	])('of %p a second beats every %p ms with %p', (perSecond, beat, count) => {
		const rate = new ReleaseRate(perSecond);
		expect(rate.beat).toBeCloseTo(beat);
		expect([rate.take(), rate.take(), rate.take()]).toEqual([count, count, count]);
	});

	it('of 1.5 a second beats with one and two in turn', () => {
		const rate = new ReleaseRate(1.5);
		expect([rate.take(), rate.take(), rate.take(), rate.take()]).toEqual([1, 2, 1, 2]);
	});

	it('is kept in the long run, and no beat is empty', () => {
		fc.assert(
			fc.property(fc.double({ min: 0.001, max: 500, noNaN: true }), (perSecond) => {
				const rate = new ReleaseRate(perSecond);
				const beats = Array.from({ length: 200 }, () => rate.take());
				const sum = beats.reduce((total, count) => total + count, 0);
				expect(Math.min(...beats)).toBeGreaterThanOrEqual(1);
				expect(Math.abs(sum - (perSecond * rate.beat * 200) / 1_000)).toBeLessThan(1.001);
			}),
		);
	});
});
