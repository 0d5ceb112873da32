import type { IPollFunctions } from 'n8n-workflow';
import { keyOf, poll, type PollOptions, type WatchState } from '../../core/watch';
import { mark, noteCopy, savedOf, spread } from '../../nodes/shared/watchMark';
import { options, streamOf } from '../core/watch/watch.support';

const watch = keyOf(options);
const otherOptions = { ...options, report: { id: 'other', name: 'Other' } };
const other = keyOf(otherOptions);

async function stateOf(revision: number, which: PollOptions = options): Promise<WatchState> {
	const { version, snapshot } = (await poll(undefined, streamOf('[]'), which)).state;
	return { version, snapshot, revision };
}

/** What is part of the data of a workflow carries n8n's own mark. */
function observed(): Record<string, unknown> {
	return Object.defineProperty({}, '__dataChanged', { value: false, writable: true });
}

let workflows = 0;

/** One copy of what n8n keeps of a workflow, and its contexts for a node. */
class Copy {
	readonly global: Record<string, unknown> = observed();
	readonly byName: Record<string, Record<string, unknown>> = {};

	constructor(readonly workflow = `workflow ${++workflows}`) {}

	node(name: string, budget = 300_000): IPollFunctions {
		this.byName[name] ??= observed();
		return this.context(name, this.byName[name], budget);
	}

	/** With durable cursors, of which the poll of publishing gets the default time. */
	durableNode(name: string, cursor: WatchState | undefined, budget = 36_000): IPollFunctions {
		return this.context(name, { watch: cursor }, budget);
	}

	save(name: string, state: WatchState): void {
		const context = this.node(name);
		this.byName[name]!.watch = state;
		mark(context, watch, state);
	}

	private context(name: string, data: object, budget: number): IPollFunctions {
		return {
			getNode: () => ({ id: 'id-1', name }),
			getWorkflow: () => ({ id: this.workflow }),
			getWorkflowStaticData: (type: string) => (type === 'global' ? this.global : data),
			getPollBudgetMs: () => budget,
		} as unknown as IPollFunctions;
	}
}

describe('what is saved of a watch', () => {
	test('is nothing at first', () => {
		const none = { state: undefined, revision: undefined, isOfAnother: false };
		expect(savedOf(new Copy().node('A'), watch)).toEqual(none);
	});

	test('is the state under the name of the node', async () => {
		const copy = new Copy();
		const state = await stateOf(4);
		copy.save('A', state);
		expect(savedOf(copy.node('A'), watch)).toEqual({ state, revision: 4, isOfAnother: false });
	});

	test('is known to stand under another name after a renaming', async () => {
		const copy = new Copy();
		copy.save('A', await stateOf(4));
		const found = savedOf(copy.node('B'), watch);
		expect(found).toEqual({ state: undefined, revision: 4, isOfAnother: false });
	});

	test.each([
		['older', 4, 5],
		['as old', 4, 4],
		['from before the watch began anew', 4, 1],
	])('is not what an earlier time of the same name left, which is %s', async (_, left, now) => {
		const copy = new Copy();
		copy.save('A', await stateOf(left));
		copy.save('B', await stateOf(now));
		const found = savedOf(copy.node('A'), watch);
		expect(found).toEqual({ state: undefined, revision: now, isOfAnother: false });
	});

	test('is not what that name left, be it damaged', async () => {
		const copy = new Copy();
		copy.node('A');
		copy.byName.A!.watch = { version: 1, revision: 'damaged' };
		copy.save('B', await stateOf(2));
		expect(savedOf(copy.node('A'), watch)).toMatchObject({ state: undefined, revision: 2 });
	});

	test('is nothing of this watch where the node was renamed and follows something else since', async () => {
		const copy = new Copy();
		copy.save('A', await stateOf(3));
		const found = savedOf(copy.node('B'), other);
		expect(found).toEqual({ state: undefined, revision: undefined, isOfAnother: true });
	});

	test('is not mixed with that of a copied node with the same id', async () => {
		const copy = new Copy();
		const state = await stateOf(3);
		copy.save('A', state);
		mark(copy.node('B'), other, await stateOf(7, otherOptions));
		const found = savedOf(copy.node('A'), watch);
		expect(found).toEqual({ state, revision: 3, isOfAnother: false });
	});

	test('is the state where the mark beside it is ahead, as after a crash between the two', async () => {
		const copy = new Copy();
		const state = await stateOf(5);
		copy.save('A', state);
		mark(copy.node('A'), watch, await stateOf(6));
		expect(savedOf(copy.node('A'), watch)).toMatchObject({ state, revision: 5 });
	});

	test.each([
		['the poll of publishing', 300_000],
		['a later one', 36_000],
	])('is the cursor, which is kept by id, whatever the mark says (%s)', async (_, budget) => {
		for (const marked of [1, 9]) {
			const copy = new Copy();
			mark(copy.durableNode('A', undefined, 300_000), watch, await stateOf(marked));
			const cursor = await stateOf(6);
			const found = savedOf(copy.durableNode('B', cursor, budget), watch);
			expect(found).toEqual({ state: cursor, revision: 6, isOfAnother: false });
		}
	});

	test('is told apart from another watch of the same node', async () => {
		const copy = new Copy();
		const state = await stateOf(3, otherOptions);
		copy.save('A', state);
		expect(savedOf(copy.node('A'), watch)).toMatchObject({ state, isOfAnother: true });
	});

	test('is marked for each poll where n8n schedules durably and keeps no cursors', async () => {
		const copy = new Copy();
		mark(copy.node('A', 36_000), watch, await stateOf(5));
		expect(savedOf(copy.node('B', 36_000), watch)).toMatchObject({ revision: 5 });
	});
});

describe('what other triggers of the workflow save with their copies of its data', () => {
	/** Two copies of one workflow, in each of which a trigger has polled. */
	const twoCopies = () => {
		const [theirs, own] = [new Copy(), new Copy(`workflow ${workflows}`)];
		for (const copy of [theirs, own]) noteCopy(copy.node('A'));
		return [theirs, own] as const;
	};
	const saved = (copy: Copy) => JSON.parse(JSON.stringify(savedOf(copy.node('A'), watch)));

	test('is the newest state of this one, also after it was renamed', async () => {
		const [theirs, own] = twoCopies();
		const first = await stateOf(1);
		theirs.save('A', first);
		own.save('A', first);
		for (const state of [await stateOf(2), await stateOf(3)]) {
			own.save('A', state);
			spread(own.node('A'), watch, state);
			expect(saved(theirs)).toEqual(saved(own));
		}
		const renamed = await stateOf(4);
		own.save('B', renamed);
		spread(own.node('B'), watch, renamed);
		expect(savedOf(theirs.node('B'), watch)).toMatchObject({ state: renamed, revision: 4 });
	});

	test('gives way to what the trigger itself saves later in that copy', async () => {
		const [theirs, own] = twoCopies();
		spread(own.node('A'), watch, await stateOf(2));
		const last = await stateOf(3);
		theirs.save('A', last);
		expect(savedOf(theirs.node('A'), watch)).toMatchObject({ state: last, revision: 3 });
	});

	test('is not passed on by another watch: the node begins anew', async () => {
		const [theirs, own] = twoCopies();
		theirs.save('A', await stateOf(5));
		spread(own.node('A'), other, await stateOf(1, otherOptions));
		expect(savedOf(theirs.node('A'), watch)).toMatchObject({ revision: 1, isOfAnother: true });
	});

	test('is not saved for its sake alone', async () => {
		const [theirs, own] = twoCopies();
		const changes: unknown[] = [];
		const watched = new Proxy(theirs.global, {
			set: (...change) => changes.push(change) > 0,
		});
		const context = { ...theirs.node('A'), getWorkflowStaticData: () => watched };
		noteCopy(context as unknown as IPollFunctions);
		spread(own.node('A'), watch, await stateOf(2));
		expect(changes).toEqual([]);
		expect(saved(theirs)).toMatchObject({ revision: 2 });
	});

	test('is nothing in the copies of another workflow, and none with durable cursors', async () => {
		const [one, another] = twoCopies();
		const durable = new Copy(one.workflow);
		noteCopy(durable.durableNode('A', undefined));
		spread(new Copy().node('A'), watch, await stateOf(1));
		spread(durable.durableNode('A', undefined), watch, await stateOf(3));
		expect([one.global, another.global, durable.global]).toEqual([{}, {}, {}]);
	});
});
