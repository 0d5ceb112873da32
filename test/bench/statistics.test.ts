import { median, medianRatio } from '../../bench/statistics';

describe('a figure of the benchmark', () => {
	it('is the median, so that one disturbed run changes nothing', () => {
		expect(median([5, 1, 900])).toBe(5);
		expect(median([4, 1, 2, 900])).toBe(3);
	});

	it('is a ratio within each round, so that a machine whose speed drifts changes nothing', () => {
		expect(medianRatio([1, 10, 100], [2, 20, 200])).toBe(0.5);
	});

	it('leaves out a round in which one side was not measured', () => {
		expect(medianRatio([1, 10, 100], [4])).toBe(0.25);
	});
});
