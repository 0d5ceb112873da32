import { setTimeout as sleep } from 'node:timers/promises';

/** Twice the minute for which a poll waits where n8n may not have saved the one before. */
export const PATIENCE = 120_000;

/** Asks again and again until the answer is there; says what was awaited when it never comes. */
export async function until<T>(
	awaited: string,
	ask: () => Promise<T | undefined> | T | undefined,
	timeoutMs = PATIENCE,
): Promise<T> {
	const deadline = Date.now() + timeoutMs;
	for (;;) {
		const answer = await ask();
		if (answer !== undefined) return answer;
		if (Date.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${awaited}`);
		await sleep(200);
	}
}
