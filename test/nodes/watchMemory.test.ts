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

	test('is dropped a month after the last poll, so that it does not grow for ever', () => {
		const month = 32 * 24 * hour;
		const watch = newWatch();
		const memory = memoryOf(watch, start);
		memoryOf(watch, start + month);
		expect(memoryOf(watch, start + 2 * month)).toBe(memory);
		memoryOf(newWatch(), start + 3 * month + 1);
		expect(memoryOf(watch, start + 3 * month + 1)).not.toBe(memory);
	});

	test('lets a quiet change wait an hour from the start', () => {
		expect(memoryOf(newWatch(), start).savedQuietlyAt).toBe(start);
	});
});

describe('the state to poll from', () => {
	const graces = [
		['durable', 60 * second],
		['shared', 5 * second],
	] as const;
	const remembering = (newest: WatchState, handover?: { from: WatchState | undefined }) => ({
		...memoryOf(newWatch(), start),
		newest: { state: newest, at: start, handover },
	});
	const saved = (state: WatchState) => ({ state, revision: state.revision });
	const nothing = { state: undefined, revision: undefined };
	const elsewhere = (revision: number) => ({ state: undefined, revision });

	test('is the stored one where this process has returned none', () => {
		const memory = memoryOf(newWatch(), start);
		const stored = state(3);
		expect(stateToPoll(saved(stored), memory, 'durable', start)).toBe(stored);
		expect(stateToPoll(nothing, memory, 'shared', start)).toBeUndefined();
	});

	test.each(['durable', 'shared'] as const)(
		'is the newest of this process where the engine did not save a quiet change (%s)',
		(engine) => {
			const quiet = state(3, 'someone left');
			const memory = remembering(quiet, { from: state(2) });
			expect(stateToPoll(saved(state(3)), memory, engine, start)).toBe(quiet);
		},
	);

	test('is the newest of this process where it stands under an earlier name', () => {
		const newest = state(3);
		const memory = remembering(newest, { from: state(2) });
		expect(stateToPoll(elsewhere(3), memory, 'shared', start)).toBe(newest);
	});

	test('is the one before a batch that was never saved, also where that stands under an earlier name', () => {
		const before = state(2);
		const memory = remembering(state(3), { from: before });
		expect(stateToPoll(elsewhere(2), memory, 'shared', start)).toBe('stale');
		expect(stateToPoll(elsewhere(2), memory, 'shared', start + 5 * second)).toBe(before);
	});

	test('is the newest of this process where the engine had saved it, and then lost all', () => {
		const newest = state(3);
		const memory = remembering(newest, { from: state(2) });
		expect(stateToPoll(saved(newest), memory, 'shared', start)).toBe(newest);
		expect(stateToPoll(elsewhere(2), memory, 'shared', start)).toBe(newest);
		expect(stateToPoll(nothing, memory, 'shared', start)).toBe(newest);
	});

	test.each(['durable', 'shared'] as const)(
		'is the newest of this process where a silent first poll was not saved (%s)',
		(engine) => {
			const silent = state(1);
			expect(stateToPoll(nothing, remembering(silent), engine, start)).toBe(silent);
		},
	);

	test.each(graces)(
		'is that silent first one again where the batch after it was never saved (%s)',
		(engine, grace) => {
			const silent = state(1);
			const memory = remembering(state(2), { from: silent });
			expect(stateToPoll(nothing, memory, engine, start)).toBe('stale');
			expect(stateToPoll(nothing, memory, engine, start + grace)).toBe(silent);
		},
	);

	test('is none where a first poll that fired was never saved', () => {
		const memory = remembering(state(1), { from: undefined });
		expect(stateToPoll(nothing, memory, 'durable', start)).toBe('stale');
		expect(stateToPoll(nothing, memory, 'durable', start + 60 * second)).toBeUndefined();
	});

	test.each(['durable', 'shared'] as const)(
		'is the newest of this process where another trigger undid what was saved (%s)',
		(engine) => {
			const newest = state(3);
			expect(stateToPoll(saved(state(1)), remembering(newest), engine, start)).toBe(newest);
			expect(stateToPoll(saved(state(1)), remembering(newest), engine, start + hour)).toBe(newest);
		},
	);

	test('is the stored one where another process went further', () => {
		const stored = state(4);
		expect(stateToPoll(saved(stored), remembering(state(3)), 'durable', start)).toBe(stored);
	});

	test.each(graces)(
		'is none where an older copy would fire the same batch again (%s), until it is clear that the newer one was never saved',
		(engine, grace) => {
			const older = state(2);
			const memory = remembering(state(3), { from: older });
			expect(stateToPoll(saved(older), memory, engine, start)).toBe('stale');
			expect(stateToPoll(saved(older), memory, engine, start + grace - 1)).toBe('stale');
			expect(stateToPoll(saved(older), memory, engine, start + grace)).toBe(older);
		},
	);
});
