import { setImmediate } from 'node:timers/promises';
import { readReportList, SharedLists, type Report } from '../../../core/pendo';

let now = 0;
let wake: (() => void)[] = [];
let reads = 0;

beforeEach(() => {
	now = 0;
	wake = [];
	reads = 0;
});

function shared(): SharedLists {
	return new SharedLists({
		now: () => now,
		sleep: async () => await new Promise<void>((resolve) => wake.push(resolve)),
	});
}

/** Reads a list of these reports. */
function listing(...ids: string[]): () => Promise<readonly Report[]> {
	return async () => {
		reads++;
		return readReportList(JSON.stringify(ids.map((id) => ({ id, name: `Report ${id}` }))));
	};
}

describe('the list of reports, for many watches', () => {
	it('is read once for all that look at it at the same time', async () => {
		const lists = shared();
		const what = 'account';
		const found = await Promise.all(
			['a', 'b', 'a'].map(async (id) => await lists.read({ what, id }, listing('a', 'b'))),
		);
		expect(found.map((list) => list.map(({ id }) => id))).toEqual(Array(3).fill(['a', 'b']));
		expect(reads).toBe(1);
	});

	it('is read anew ten seconds later', async () => {
		const lists = shared();
		await lists.read({ what: 'account', id: 'a' }, listing('a'));
		now = 10_001;
		await lists.read({ what: 'account', id: 'a' }, listing('a'));
		expect(reads).toBe(2);
	});

	it('is let go of when it serves nobody any more', async () => {
		const lists = shared();
		await lists.read({ what: 'account', id: 'a' }, listing('a'));
		wake.forEach((resolve) => resolve());
		await setImmediate();
		await lists.read({ what: 'account', id: 'a' }, listing('a'));
		expect(reads).toBe(2);
	});

	it('is read anew for a report that is younger than it', async () => {
		const lists = shared();
		await lists.read({ what: 'account', id: 'a' }, listing('a'));
		const list = await lists.read({ what: 'account', id: 'new' }, listing('a', 'new'));
		expect(list.map(({ id }) => id)).toEqual(['a', 'new']);
	});

	it('is not shared between two keys', async () => {
		const lists = shared();
		await lists.read({ what: 'one', id: 'a' }, listing('a'));
		await lists.read({ what: 'other', id: 'a' }, listing('a'));
		expect(reads).toBe(2);
	});

	it('that cannot be read fails for all who wait for it, and is tried again by the next', async () => {
		const lists = shared();
		const failing = async () => await Promise.reject<readonly Report[]>(new Error('away'));
		const ask = async () => await lists.read({ what: 'account', id: 'a' }, failing);
		const results = await Promise.allSettled([ask(), ask()]);
		expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
		expect(await lists.read({ what: 'account', id: 'a' }, listing('a'))).toHaveLength(1);
	});
});
