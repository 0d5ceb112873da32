import type { WatchState } from '../../core/watch';
import { memoryOf, stateToPoll } from '../../nodes/shared/watchMemory';

const start = Date.UTC(2026, 4, 1);
const hour = 3_600_000;
const second = 1_000;

let watches = 0;
const newWatch = () => `watch ${++watches}`;
const state = (revision: number, snapshot = `snapshot ${revision}`): WatchState => ({
	version: 1,
	revision,
	snapshot,
});

describe('what a process remembers of a watch', () => {
	test('is nothing at first, and stays from poll to poll', () => {
		const watch = newWatch();
		const memory = memoryOf(watch, start);
		expect(memory).toMatchObject({ busyUntil: 0, notBefore: 0, health: { failures: 0 } });
		expect(memory.newest).toBeUndefined();
		memory.busyUntil = 7;
		expect(memoryOf(watch, start + hour)).toBe(memory);
	});

	test('is apart for every watch', () => {
		const one = memoryOf(newWatch(), start);
		one.busyUntil = 7;
		expect(memoryOf(newWatch(), start).busyUntil).toBe(0);
	});

	test('is dropped a day after the last poll, so that it does not grow for ever', () => {
		const watch = newWatch();
		const memory = memoryOf(watch, start);
		memoryOf(watch, start + 24 * hour);
		expect(memoryOf(watch, start + 48 * hour)).toBe(memory);
		memoryOf(newWatch(), start + 72 * hour + 1);
		expect(memoryOf(watch, start + 72 * hour + 1)).not.toBe(memory);
	});

	test('lets a quiet change wait an hour from the start', () => {
		expect(memoryOf(newWatch(), start).savedQuietlyAt).toBe(start);
	});
});

describe('the state to poll from', () => {
	const remembering = (newest: WatchState) => ({
		...memoryOf(newWatch(), start),
		newest: { state: newest, at: start },
	});

	test('is the stored one where this process has returned none', () => {
		const memory = memoryOf(newWatch(), start);
		const stored = state(3);
		expect(stateToPoll(stored, memory, 'durable', start)).toBe(stored);
		expect(stateToPoll(undefined, memory, 'shared', start)).toBeUndefined();
	});

	test('is the newest of this process where the engine did not save a quiet change', () => {
		const quiet = state(3, 'someone left');
		for (const engine of ['durable', 'shared'] as const) {
			expect(stateToPoll(state(3), remembering(quiet), engine, start)).toBe(quiet);
		}
	});

	test('is the newest of this process where the engine has none, as after a rename', () => {
		const newest = state(3);
		expect(stateToPoll(undefined, remembering(newest), 'shared', start)).toBe(newest);
	});

	test('is the newest of this process where durable cursors did not save a silent first poll', () => {
		const memory = memoryOf(newWatch(), start);
		const silent = state(1);
		const newest = { state: silent, at: start, silentStart: silent };
		expect(stateToPoll(undefined, { ...memory, newest }, 'durable', start)).toBe(silent);
	});

	test('is that silent first one again where the batch after it was never saved', () => {
		const memory = memoryOf(newWatch(), start);
		const silent = state(1);
		const newest = { state: state(2), at: start, silentStart: silent };
		expect(stateToPoll(undefined, { ...memory, newest }, 'durable', start)).toBe('stale');
		const later = start + 60 * second;
		expect(stateToPoll(undefined, { ...memory, newest }, 'durable', later)).toBe(silent);
	});

	test('is none, then the stored one, where they did not save a first poll that fired', () => {
		const memory = remembering(state(1));
		expect(stateToPoll(undefined, memory, 'durable', start)).toBe('stale');
		expect(stateToPoll(undefined, memory, 'durable', start + 60 * second)).toBeUndefined();
	});

	test('is the stored one where another process went further', () => {
		const stored = state(4);
		expect(stateToPoll(stored, remembering(state(3)), 'durable', start)).toBe(stored);
	});

	test.each([
		['durable', 60 * second],
		['shared', 5 * second],
	] as const)(
		'is none where an older copy would fire the same batch again (%s), until it is clear that the newer one was never saved',
		(engine, grace) => {
			const older = state(2);
			const memory = remembering(state(3));
			expect(stateToPoll(older, memory, engine, start)).toBe('stale');
			expect(stateToPoll(older, memory, engine, start + grace - 1)).toBe('stale');
			expect(stateToPoll(older, memory, engine, start + grace)).toBe(older);
		},
	);
});
