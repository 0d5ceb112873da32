import fc from 'fast-check';
import { retryAfterMs } from '../../../core/pendo/retry-after';

const now = Date.UTC(2026, 4, 1, 12);
const hour = 3_600_000;

describe('how long Pendo asks to wait', () => {
	test.each([
		['0', 0],
		['1', 1_000],
		[' 30 ', 30_000],
		['2.5', 2_500],
		[30, 30_000],
		['Fri, 01 May 2026 12:00:10 GMT', 10_000],
		['Friday, 01-May-26 12:00:10 GMT', 10_000],
	])('is read from %j', (header, wait) => {
		expect(retryAfterMs(header, now)).toBe(wait);
	});

	test('is nothing where the date has passed', () => {
		expect(retryAfterMs('Fri, 01 May 2020 12:00:10 GMT', now)).toBe(0);
	});

	test.each(['3601', '9'.repeat(400), 'Fri, 01 May 2099 12:00:00 GMT'])(
		'is an hour at most: %.40s',
		(header) => {
			expect(retryAfterMs(header, now)).toBe(hour);
		},
	);

	test.each([undefined, null, '', ' ', 'soon', '-5', 'soon 5', 'NaN', 'Infinity', '1e9', {}, []])(
		'is not said by %j',
		(header) => {
			expect(retryAfterMs(header, now)).toBeUndefined();
		},
	);

	test('is always a wait that ends, whatever the header', () => {
		fc.assert(
			fc.property(
				fc.oneof(fc.string(), fc.array(fc.string()), fc.double(), fc.integer().map(String)),
				(header) => {
					const wait = retryAfterMs(header, now);
					expect(wait === undefined || (wait >= 0 && wait <= hour)).toBe(true);
				},
			),
			{ numRuns: 1_000 },
		);
	});
});
