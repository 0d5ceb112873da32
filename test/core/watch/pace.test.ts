import { setImmediate } from 'node:timers/promises';
import { Pace, Turns } from '../../../core/watch';

/** Counts the turns of the event loop until it is stopped. */
function countTurns(): { now: number; stop(): void } {
	const turns = { now: 0, stop: () => void (stopped = true) };
	let stopped = false;
	const count = async () => {
		for (; !stopped; turns.now++) await setImmediate();
	};
	void count();
	return turns;
}

describe('polls that rest at the same time', () => {
	test('go on one after the other, each in a turn of its own', async () => {
		const turns = new Turns(async () => void (await setImmediate()));
		const clock = countTurns();
		const went: number[] = [];
		await Promise.all(
			Array.from({ length: 20 }, async () => {
				const pace = new Pace(async () => await turns.next());
				for (let rests = 0; rests < 3; rests++) {
					await pace.rest();
					went.push(clock.now);
				}
			}),
		);
		clock.stop();
		expect(went).toHaveLength(60);
		expect(new Set(went).size).toBe(60);
	});

	test('go on although a pause of another failed', async () => {
		let pauses = 0;
		const turns = new Turns(async () => {
			if (++pauses === 1) throw new Error('No pause');
		});
		await expect(turns.next()).rejects.toThrow('No pause');
		await expect(turns.next()).resolves.toBeUndefined();
	});
});
