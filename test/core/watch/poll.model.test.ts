import fc from 'fast-check';
import { largeHistory, met, Run, smallHistory, type History } from './model/history';

/** `npm run model` asks for more. */
const HISTORIES = Number(process.env['HISTORIES'] ?? 20_000);
const LARGE = Math.ceil(HISTORIES / 10);

async function hold(history: fc.Arbitrary<History>, numRuns: number): Promise<number> {
	let count = 0;
	await fc.assert(
		fc.asyncProperty(history, async ({ choices, steps }) => {
			const run = new Run(choices);
			count++;
			for (const step of steps) await run.take(step);
		}),
		{ numRuns },
	);
	return count;
}

test('over thousands of histories a watch does just what plain sets and lists would', async () => {
	expect(await hold(smallHistory, HISTORIES - LARGE)).toBeGreaterThanOrEqual(HISTORIES - LARGE);
}, 3_600_000);

test('also where most of a large report goes missing', async () => {
	expect(await hold(largeHistory, LARGE)).toBeGreaterThanOrEqual(LARGE);
}, 3_600_000);

test('and each thing that can happen has happened often enough to mean something', () => {
	for (const count of Object.values(met)) expect(count).toBeGreaterThan(HISTORIES / 100);
});
