import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, SharedReads, type Body } from '../../../core/pendo';

/** A source that counts how often it is opened, and gives its bytes when it is told to. */
class Source {
	opened = 0;
	closed = 0;

	constructor(
		private readonly chunks: readonly string[],
		private readonly failure?: Error,
	) {}

	readonly open = async (): Promise<Body> => {
		this.opened++;
		return { bytes: this.bytes(), validator: { etag: '"1"' } };
	};

	private async *bytes(): AsyncGenerator<Uint8Array> {
		try {
			for (const chunk of this.chunks) {
				await sleep(1);
				yield Buffer.from(chunk);
			}
			if (this.failure) throw this.failure;
		} finally {
			this.closed++;
		}
	}
}

let now = 0;
let wake: (() => void)[] = [];

beforeEach(() => {
	now = 0;
	wake = [];
});

function shared(): SharedReads {
	return new SharedReads({
		now: () => now,
		sleep: async () => await new Promise<void>((resolve) => wake.push(resolve)),
	});
}

async function textOf(body: Body | undefined): Promise<string> {
	let text = '';
	for await (const chunk of body!.bytes) text += Buffer.from(chunk).toString();
	return text;
}

/** Takes one chunk and stops. */
async function readOneOf(body: Body | undefined): Promise<void> {
	const iterator = body!.bytes[Symbol.asyncIterator]();
	await iterator.next();
	await iterator.return?.();
}

const what = 'app.pendo.io report-1 digest-of-key';

test('watches that ask for the same within seconds share one request, and each gets all of it', async () => {
	const reads = shared();
	const source = new Source(['[1', ',2', ']']);
	const [one, two] = await Promise.all(
		['one', 'two'].map(async (name) => await textOf(await reads.read({ name, what }, source.open))),
	);
	now = 2_900;
	const three = await textOf(await reads.read({ name: 'three', what }, source.open));
	expect([one, two, three]).toEqual(['[1,2]', '[1,2]', '[1,2]']);
	expect(source).toMatchObject({ opened: 1, closed: 1 });
});

test('a watch never gets a read that it had before, and nobody an old one', async () => {
	const reads = shared();
	const source = new Source(['[]']);
	await textOf(await reads.read({ name: 'one', what }, source.open));
	await textOf(await reads.read({ name: 'one', what }, source.open));
	expect(source.opened).toBe(2);
	now = 3_001;
	await textOf(await reads.read({ name: 'two', what }, source.open));
	expect(source.opened).toBe(3);
});

test('another report or key is another read', async () => {
	const reads = shared();
	const source = new Source(['[]']);
	for (const each of ['a', 'b']) {
		await textOf(await reads.read({ name: each, what: each }, source.open));
	}
	expect(source.opened).toBe(2);
});

test('each sees the failure of a broken body, and the next try reads anew', async () => {
	const reads = shared();
	const broken = new Source(['[1'], new Error('socket hang up'));
	const results = await Promise.allSettled(
		['one', 'two'].map(async (name) => await textOf(await reads.read({ name, what }, broken.open))),
	);
	expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
	const good = new Source(['[1]']);
	expect(await textOf(await reads.read({ name: 'two', what }, good.open))).toBe('[1]');
	expect([broken.opened, good.opened]).toEqual([1, 1]);
});

test('a refused request is refused to all who share it', async () => {
	const reads = shared();
	const refuse = async () => {
		await sleep(1);
		throw new Error('403');
	};
	const results = await Promise.allSettled(
		['one', 'two'].map(async (name) => await reads.read({ name, what }, refuse)),
	);
	expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

test('one who stops early does not stop the others; the last one to stop closes the source', async () => {
	const reads = shared();
	const source = new Source(['a', 'b', 'c']);
	const bodies = await Promise.all(
		['one', 'two'].map(async (name) => await reads.read({ name, what }, source.open)),
	);
	await readOneOf(bodies[0]);
	expect(await textOf(bodies[1])).toBe('abc');
	const other = new Source(['a', 'b', 'c']);
	await readOneOf(await reads.read({ name: 'one', what }, other.open));
	expect(other.closed).toBe(1);
});

test('a large body is not kept for those who come later', async () => {
	const reads = shared();
	const source = new Source(Array<string>(6).fill('x'.repeat(1_000_000)));
	const first = await textOf(await reads.read({ name: 'one', what }, source.open));
	const second = await textOf(await reads.read({ name: 'two', what }, source.open));
	expect([first.length, second.length, source.opened]).toEqual([6_000_000, 6_000_000, 2]);
});

test('who falls far behind is told to read on its own, and the others go on', async () => {
	const reads = shared();
	const source = new Source(Array<string>(24).fill('x'.repeat(1_000_000)));
	const [fast, slow] = await Promise.all(
		['fast', 'slow'].map(async (name) => await reads.read({ name, what }, source.open)),
	);
	const slowly = slow!.bytes[Symbol.asyncIterator]();
	await slowly.next();
	expect((await textOf(fast)).length).toBe(24_000_000);
	await expect(
		(async () => {
			while (!(await slowly.next()).done);
		})(),
	).rejects.toBeInstanceOf(Failure);
});

test('after some seconds nothing is kept any more', async () => {
	const reads = shared();
	const source = new Source(['[]']);
	await textOf(await reads.read({ name: 'one', what }, source.open));
	for (const each of wake) each();
	await sleep(1);
	await textOf(await reads.read({ name: 'two', what }, source.open));
	expect(source.opened).toBe(2);
});

test('nothing changed is told to all who share the question, and so is what to ask with next', async () => {
	const reads = shared();
	const unchanged = async () => await sleep(1, undefined);
	const answers = ['one', 'two'].map(async (name) => await reads.read({ name, what }, unchanged));
	expect(await Promise.all(answers)).toEqual([undefined, undefined]);
	const source = new Source(['[]']);
	const body = await reads.read({ name: 'one', what: 'other' }, source.open);
	expect(body!.validator).toEqual({ etag: '"1"' });
});

test('who never begins to read does not keep the source open', async () => {
	const reads = shared();
	const source = new Source(['a', 'b']);
	const [begun, other] = await Promise.all(
		['one', 'two'].map(async (name) => await reads.read({ name, what }, source.open)),
	);
	await readOneOf(begun);
	expect(source.closed).toBe(0);
	await other!.bytes[Symbol.asyncIterator]().return?.();
	expect(source.closed).toBe(1);
});
