import { Failure } from './failure';

/** What a host lends for waiting: its clock in milliseconds, its sleep, and a random number in [0, 1). */
export interface Pace {
	now(): number;
	sleep(milliseconds: number): Promise<void>;
	random(): number;
}

const MOST_TRIES = 3;
const FIRST_WAIT = 1_000;
/** A try that could not even begin to read is not worth starting. */
const SHORTEST_TRY = 2_000;

/**
 * Tries work again after a passing failure, at most three times and never beyond the deadline.
 * Waits one second, then two, with jitter, and never less than Pendo asked for.
 *
 * @param deadline milliseconds on the clock of `pace`
 * @param mayRepeat whether this failure leaves it safe to do the work again
 * @throws the last Failure; anything else that `work` throws is a defect and passes through at once
 */
export async function withAttempts<T>(
	work: () => Promise<T>,
	deadline: number,
	pace: Pace,
	mayRepeat: (failure: Failure) => boolean = () => true,
): Promise<T> {
	for (let tries = 1; ; tries++) {
		let problem: unknown;
		try {
			return await work();
		} catch (error) {
			problem = error;
		}
		if (!(problem instanceof Failure) || !problem.worthAnotherTry) throw problem;
		if (tries === MOST_TRIES || !mayRepeat(problem)) throw problem;
		const backoff = FIRST_WAIT * 2 ** (tries - 1) * (0.75 + pace.random() / 2);
		const wait = Math.max(backoff, problem.answer.retryAfterMs ?? 0);
		if (pace.now() + wait + SHORTEST_TRY > deadline) throw problem;
		await pace.sleep(wait);
	}
}
