import fc from 'fast-check';
import { Failure, meaningOfStatus, tooSlow, withAttempts, type Pace } from '../../../core/pendo';

const asked = { host: 'app.pendo.io', report: 'Trial users' };

/** Time that passes only when it is slept or worked. */
class Time implements Pace {
	readonly slept: number[] = [];
	private at = 1_750_000_000_000;

	constructor(private readonly luck = 0.5) {}

	now = () => this.at;
	random = () => this.luck;
	sleep = async (milliseconds: number) => {
		this.slept.push(milliseconds);
		this.at += milliseconds;
	};
	work = (milliseconds: number) => {
		this.at += milliseconds;
	};
}

const answers = (status: number, retryAfter?: string) =>
	meaningOfStatus({ status, retryAfter }, asked, 0)!;

function failingFirst(...failures: Failure[]) {
	const work = async () => {
		work.tries++;
		const failure = failures.shift();
		if (failure) throw failure;
		return 'well';
	};
	work.tries = 0;
	return work;
}

describe('what failed for a moment', () => {
	test('is tried again until it works, and waits in between', async () => {
		const time = new Time();
		const work = failingFirst(answers(502), answers(503));
		expect(await withAttempts(work, time.now() + 60_000, time)).toBe('well');
		expect(time.slept).toEqual([1_000, 2_000]);
	});

	test('is tried three times at most, and the last failure is told', async () => {
		const time = new Time();
		const work = failingFirst(answers(502), answers(503), answers(500), answers(502));
		await expect(withAttempts(work, time.now() + 60_000, time)).rejects.toMatchObject({
			answer: { status: 500 },
		});
		expect(work.tries).toBe(3);
	});

	test('does not come back at the same moment for everyone', async () => {
		const waits = await Promise.all(
			[0, 0.25, 0.999].map(async (luck) => {
				const time = new Time(luck);
				await withAttempts(failingFirst(answers(503)), time.now() + 60_000, time);
				return time.slept[0]!;
			}),
		);
		expect(new Set(waits).size).toBe(3);
		for (const wait of waits) {
			expect(wait).toBeGreaterThanOrEqual(750);
			expect(wait).toBeLessThan(1_250);
		}
	});

	test('waits as long as Pendo asks where that fits into the poll', async () => {
		const time = new Time();
		await withAttempts(failingFirst(answers(429, '7')), time.now() + 60_000, time);
		expect(time.slept).toEqual([7_000]);
	});

	test('is never hammered, even where Pendo asks for no wait at all', async () => {
		const time = new Time();
		await withAttempts(failingFirst(answers(429, '0')), time.now() + 60_000, time);
		expect(time.slept).toEqual([1_000]);
	});

	test('ends at once where Pendo asks for longer than the poll may last', async () => {
		const time = new Time();
		const work = failingFirst(answers(429, '90'));
		await expect(withAttempts(work, time.now() + 60_000, time)).rejects.toMatchObject({
			code: 'rate-limited',
			answer: { retryAfterMs: 90_000 },
		});
		expect([work.tries, time.slept]).toEqual([1, []]);
	});

	test('never starts a try that ends beyond the deadline', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.integer({ min: 0, max: 20_000 }),
				fc.integer({ min: 0, max: 9_000 }),
				fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined }),
				fc.double({ min: 0, max: 0.999, noNaN: true }),
				async (budget, duration, retryAfter, luck) => {
					const time = new Time(luck);
					const deadline = time.now() + budget;
					const starts: number[] = [];
					const work = async () => {
						starts.push(time.now());
						time.work(duration);
						throw answers(503, retryAfter === undefined ? undefined : String(retryAfter));
					};
					await expect(withAttempts(work, deadline, time)).rejects.toBeInstanceOf(Failure);
					expect(starts.length).toBeLessThanOrEqual(3);
					for (const start of starts.slice(1)) expect(start + 2_000).toBeLessThanOrEqual(deadline);
				},
			),
			{ numRuns: 500 },
		);
	});
});

describe('what a second try cannot mend', () => {
	test.each([
		['a refused key', answers(403)],
		['a missing report', answers(404)],
		['a redirect', answers(302)],
		['a report that takes too long', tooSlow(asked, 60_000)],
	])('is tried once: %s', async (_what, failure) => {
		const time = new Time();
		const work = failingFirst(failure);
		await expect(withAttempts(work, time.now() + 60_000, time)).rejects.toBe(failure);
		expect([work.tries, time.slept]).toEqual([1, []]);
	});

	test('a defect of ours is not hidden by tries', async () => {
		const time = new Time();
		const defect = new TypeError('undefined is not a function');
		let tries = 0;
		const work = async () => {
			tries++;
			throw defect;
		};
		await expect(withAttempts(work, time.now() + 60_000, time)).rejects.toBe(defect);
		expect(tries).toBe(1);
	});
});
