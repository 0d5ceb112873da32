import type { IPollFunctions } from 'n8n-workflow';
import { keyOf, poll, type PollOptions, type WatchState } from '../../core/watch';
import { mark, savedOf } from '../../nodes/shared/watchMark';
import { options, streamOf } from '../core/watch/watch.support';

const watch = keyOf(options);

async function stateOf(which: PollOptions, revision: number): Promise<WatchState> {
	return { ...(await poll(undefined, streamOf('[]'), which)).state, revision };
}

/** What n8n keeps of a workflow, and its context for a node. */
class Engine {
	readonly global: Record<string, unknown> = {};

	node(name: string, budget = 300_000): IPollFunctions {
		return {
			getNode: () => ({ id: 'id-1', name }),
			getWorkflowStaticData: () => this.global,
			getPollBudgetMs: () => budget,
		} as unknown as IPollFunctions;
	}
}

describe('what is saved of a watch', () => {
	test('is nothing at first', () => {
		const none = savedOf(new Engine().node('A'), watch, undefined);
		expect(none).toEqual({ state: undefined, revision: undefined });
	});

	test('is the state under the name of the node', async () => {
		const engine = new Engine();
		const state = await stateOf(options, 4);
		mark(engine.node('A'), watch, state);
		expect(savedOf(engine.node('A'), watch, state)).toEqual({ state, revision: 4 });
	});

	test('is known to stand under another name after a renaming', async () => {
		const engine = new Engine();
		mark(engine.node('A'), watch, await stateOf(options, 4));
		const found = savedOf(engine.node('B'), watch, undefined);
		expect(found).toEqual({ state: undefined, revision: 4 });
	});

	test('is not what an earlier time of the same name left', async () => {
		const engine = new Engine();
		mark(engine.node('B'), watch, await stateOf(options, 5));
		const found = savedOf(engine.node('A'), watch, await stateOf(options, 4));
		expect(found).toEqual({ state: undefined, revision: 5 });
	});

	test('is not what that name left before the watch began anew', async () => {
		const engine = new Engine();
		mark(engine.node('B'), watch, await stateOf(options, 1));
		const found = savedOf(engine.node('A'), watch, await stateOf(options, 1));
		expect(found).toEqual({ state: undefined, revision: 1 });
	});

	test('is the state that came along under another name', async () => {
		const engine = new Engine();
		const state = await stateOf(options, 2);
		mark(engine.node('B'), watch, state);
		expect(savedOf(engine.node('A'), watch, state)).toEqual({ state, revision: 2 });
	});

	test('is not what that name left of another watch', async () => {
		const engine = new Engine();
		mark(engine.node('B'), watch, await stateOf(options, 1));
		const other = await stateOf({ ...options, report: { id: 'other', name: 'Other' } }, 7);
		expect(savedOf(engine.node('A'), watch, other)).toEqual({ state: undefined, revision: 1 });
	});

	test('is the state where the mark beside it is ahead, as after a crash between the two', async () => {
		const engine = new Engine();
		mark(engine.node('A'), watch, await stateOf(options, 6));
		const state = await stateOf(options, 5);
		expect(savedOf(engine.node('A'), watch, state)).toEqual({ state, revision: 5 });
	});

	test('is the cursor, which is kept by id, where the mark is of an earlier name', async () => {
		const engine = new Engine();
		mark(engine.node('A'), watch, await stateOf(options, 1));
		const cursor = await stateOf(options, 6);
		mark(engine.node('B', 36_000), watch, cursor);
		expect(savedOf(engine.node('B', 36_000), watch, cursor)).toEqual({ state: cursor, revision: 6 });
	});

	test('is told apart from another watch of the same node', async () => {
		const engine = new Engine();
		mark(engine.node('A'), 'another watch', await stateOf(options, 9));
		const found = savedOf(engine.node('A'), watch, undefined);
		expect(found).toEqual({ state: undefined, revision: undefined });
	});
});
