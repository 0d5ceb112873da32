import { meaningOfStatus } from '../../../core/pendo';
import { afterFailure, afterSuccess, HEALTHY, joined, type Health } from '../../../core/watch';
import { options, start } from './watch.support';

const { report } = options;
const asked = { host: 'app.pendo.io' };
const minute = 60_000;
const day = 86_400_000;

const answers = (status: number) => meaningOfStatus({ status }, asked, start)!;

/** Polls that fail with these statuses, one every `every` milliseconds; whether each is told. */
function told(statuses: number[], every = 5 * minute, followed = true) {
	let health: Health = HEALTHY;
	const all = statuses.map((status, index) => {
		const now = start + index * every;
		const after = afterFailure(health, answers(status), { report, followed, now });
		health = after.health;
		return after;
	});
	const notices = all.map((each) => each.notices.map(({ notice }) => notice));
	return { tells: all.map(({ tell }) => tell), notices, all, health };
}

/** The notices of a good read after that. */
function recovery(health: Health, now: number, detected = 0) {
	return afterSuccess(health, { detected, notices: [] }, { report, now });
}

describe('a failure is told', () => {
	test.each([401, 403, 404, 302, 422])('at once where only a person can mend it: %i', (status) => {
		expect(told([status, status, status]).tells).toEqual([true, false, false]);
	});

	test.each([429, 500, 503, 504])('at the third poll in a row where it may pass: %i', (status) => {
		expect(told([status, status, status, status]).tells).toEqual([false, false, true, false]);
	});

	test('at the second poll in a row where those are hours apart', () => {
		expect(told([503, 503, 503], day).tells).toEqual([false, true, true]);
		expect(told([503, 503], day).notices).toEqual([[], ['failing']]);
		expect(told([503, 503, 503], day / 4 - 1).tells).toEqual([false, false, true]);
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

describe('what was told while the settings could not be read', () => {
	const unread = told([403, 403, 403]).health;
	const once = told([503]).health;

	test('is not told again, and its end is news', () => {
		for (const health of [joined(unread, HEALTHY), joined(unread, once), joined(once, unread)]) {
			const again = afterFailure(health, answers(403), { report, followed: true, now: start });
			expect(again.tell).toBe(false);
			expect(recovery(health, start).map(({ notice }) => notice)).toEqual(['recovered']);
		}
	});

	test('is nothing where they always could', () => {
		expect(joined(HEALTHY, once)).toBe(once);
		expect(joined(HEALTHY, HEALTHY)).toBe(HEALTHY);
	});
});

describe('a notice says that polls fail', () => {
	test.each([403, 503])('at the third in a row, whatever the cause: %i', (status) => {
		const { all } = told([status, status, status, status]);
		expect(all.map(({ notices }) => notices.map(({ notice }) => notice))).toEqual([
			[],
			[],
			['failing'],
			[],
		]);
		expect(all[2]!.notices[0]).toMatchObject({ counts: { failures: 3, gapSeconds: 600 } });
	});

	test('again once a day while it lasts', () => {
		const { notices } = told(Array<number>(50).fill(503), day / 24);
		expect(notices.flatMap((names, hour) => (names.length > 0 ? [hour] : []))).toEqual([2, 26]);
	});

	test('that the report is gone, once, where it was followed before', () => {
		expect(told([404, 404, 404]).notices).toEqual([['report-changed'], [], ['failing']]);
		expect(told([404, 404, 404], minute, false).notices).toEqual([[], [], ['failing']]);
	});
});

describe('a recovery', () => {
	test('is news where the failure was, with the length of the gap', () => {
		const { health } = told([503, 503, 503, 503]);
		expect(health.failures).toBe(4);
		expect(recovery(health, start + 60 * minute, 7)).toEqual([
			expect.objectContaining({
				notice: 'recovered',
				counts: { gapSeconds: 3_600, events: 7 },
			}),
		]);
	});

	test('is none where nobody heard of the failure', () => {
		expect(recovery(HEALTHY, start)).toEqual([]);
		expect(recovery(told([503, 503]).health, start + minute)).toEqual([]);
	});

	test('starts the count anew', () => {
		expect(told([503, 503, 503], minute).tells).toEqual([false, false, true]);
		expect(HEALTHY).toEqual({ failures: 0, since: 0, told: {} });
	});
});
