import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again and again until the answer is there; says what was awaited when it never comes. */
export async function until<T>(
	awaited: string,
	ask: () => Promise<T | undefined> | T | undefined,
	timeoutMs = 45_000,
): Promise<T> {
	const deadline = Date.now() + timeoutMs;
	for (;;) {
		const answer = await ask();
		if (answer !== undefined) return answer;
		if (Date.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${awaited}`);
		await sleep(200);
	}
}
