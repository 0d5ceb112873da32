import { meaningOfStatus } from '../../../core/pendo';
import { afterFailure, HEALTHY, toldGap, type Health } from '../../../core/watch';
import { start } from './watch.support';

const asked = { host: 'app.pendo.io' };
const minute = 60_000;
const day = 86_400_000;

const answers = (status: number) => meaningOfStatus({ status }, asked, start)!;

/** Polls that fail with these statuses, one every `every` milliseconds; whether each is told. */
function told(statuses: number[], every = 5 * minute, from: Health = HEALTHY) {
	let health = from;
	const tells = statuses.map((status, index) => {
		const after = afterFailure(health, answers(status), start + index * every);
		health = after.health;
		return after.tell;
	});
	return { tells, health };
}

describe('a failure is told', () => {
	test.each([401, 403, 404, 302, 422])('at once where only a person can mend it: %i', (status) => {
		expect(told([status, status, status]).tells).toEqual([true, false, false]);
	});

	test.each([429, 500, 503, 504])('at the third poll in a row where it may pass: %i', (status) => {
		expect(told([status, status, status, status]).tells).toEqual([false, false, true, false]);
	});

	test('once per cause, however the causes take turns', () => {
		expect(told([503, 429, 503, 429, 503, 403, 403, 503]).tells).toEqual([
			false,
			false,
			true,
			true,
			false,
			true,
			false,
			false,
		]);
	});

	test('again once a day while it lasts', () => {
		const { tells } = told(Array<number>(50).fill(403), day / 24);
		expect(tells.flatMap((tell, hour) => (tell ? [hour] : []))).toEqual([0, 24, 48]);
	});

	test('never for a single bad poll here and there', () => {
		for (let round = 0; round < 10; round++) expect(told([503, 503]).tells).toEqual([false, false]);
	});
});

describe('a recovery', () => {
	test('is news where the failure was, with the length of the gap', () => {
		const { health } = told([503, 503, 503, 503]);
		expect(health.failures).toBe(4);
		expect(toldGap(health, start + 60 * minute)).toBe(60 * minute);
	});

	test('is none where nobody heard of the failure', () => {
		expect(toldGap(HEALTHY, start)).toBeUndefined();
		expect(toldGap(told([503, 503]).health, start + minute)).toBeUndefined();
	});

	test('starts the count anew', () => {
		expect(told([503, 503, 503], minute, HEALTHY).tells).toEqual([false, false, true]);
		expect(HEALTHY).toEqual({ failures: 0, since: 0, told: {} });
	});
});
