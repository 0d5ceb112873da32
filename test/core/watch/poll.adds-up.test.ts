import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
	poll,
	release,
	startRelease,
	type DetectedRow,
	type WatchState,
} from '../../../core/watch';
import { options, streamOf } from './watch.support';

// No model here: only what a person may conclude from what was told, in the order in which it was.

const people = ['a', 'b', 'c', 'd', 'e'];
const report = fc
	.shuffledSubarray(people)
	.chain((present) =>
		fc.tuple(...present.map((id) => fc.nat(2).map((plan) => ({ visitorId: id, plan })))),
	)
	.map((rows) => rows as Array<{ visitorId: string; plan: number }>);
const flood = fc.record({
	mode: fc.constantFrom('hold' as const, 'gradual' as const, 'all' as const),
	threshold: fc.integer({ min: 1, max: 4 }),
	releaseNow: fc.nat(2),
});
const step = fc.record({
	report,
	flood,
	isSaved: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
	released: fc.nat(3),
	startsRelease: fc.boolean(),
});

/** Whom somebody who heard all that was told takes to be in the report, and with which value. */
class Listener {
	readonly present = new Map<string, unknown>();

	hear({ row, pendo }: DetectedRow): void {
		const { id } = pendo.subject;
		switch (pendo.event) {
			case 'entered':
				assert.ok(!this.present.has(id), `${id} entered twice`);
				this.present.set(id, row['plan']);
				return;
			case 'changed': {
				const { from, to } = pendo.changes!['plan']!;
				assert.equal(this.present.get(id), from);
				assert.equal(row['plan'], to);
				this.present.set(id, to);
				return;
			}
			case 'left':
				assert.ok(this.present.delete(id), `${id} left twice`);
		}
	}
}

test.each([false, true])(
	'what was told adds up to the report, through floods, holds, releases and crashes (keeping leavers: %p)',
	async (keepLeavers) => {
		await fc.assert(
			fc.asyncProperty(report, fc.array(step, { maxLength: 10 }), async (first, steps) => {
				const listener = new Listener();
				const chosen = {
					...options,
					events: ['entered', 'changed', 'left'] as const,
					changedFields: ['plan'],
					oldValues: true,
				};
				let stored: string | undefined;
				const read = async (rows: unknown[], how: typeof options.flood, isSaved: boolean) => {
					const state = stored && (JSON.parse(stored) as unknown);
					const results = streamOf(JSON.stringify(rows));
					const result = await poll(state, results, { ...chosen, flood: how });
					if (!isSaved) return;
					result.events.forEach((event) => listener.hear(event));
					stored = JSON.stringify(result.state);
				};
				await read(first, options.flood, true);
				for (const { visitorId, plan } of first) listener.present.set(visitorId, plan);

				let last: unknown[] = first;
				for (const each of steps) {
					await read(each.report, { ...each.flood, keepLeavers }, each.isSaved);
					let state = JSON.parse(stored!) as WatchState;
					if (each.startsRelease) state = startRelease(state);
					const released = await release(state, each.released, chosen);
					released.events.forEach((event) => listener.hear(event));
					stored = JSON.stringify(released.state);
					last = each.report;
				}
				// Twice, since one read that is suddenly empty is doubted.
				const all = { mode: 'all', threshold: 1, releaseNow: 1, keepLeavers } as const;
				await read(last, all, true);
				await read(last, all, true);
				const present = last.map((row) => Object.values(row as object) as [string, unknown]);
				assert.deepEqual([...listener.present].sort(), present.sort());
				expect((JSON.parse(stored!) as WatchState).held).toBeUndefined();
			}),
			{ numRuns: 600 },
		);
	},
	300_000,
);
