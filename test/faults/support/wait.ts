import { setTimeout as sleep } from 'node:timers/promises';

export async function waitUntil(
	what: string,
	condition: () => boolean | Promise<boolean>,
	milliseconds = 180_000,
	every = 25,
): Promise<void> {
	const deadline = Date.now() + milliseconds;
	while (!(await condition())) {
		if (Date.now() > deadline) throw new Error(`Not within ${milliseconds} ms: ${what}`);
		await sleep(every);
	}
}
