import { Bench } from './support/bench';
import { visitor, visitors } from './support/rows';
import { Watch } from './support/watch';

jest.setTimeout(240_000);

let bench: Bench;

beforeAll(async () => {
	bench = await Bench.start();
});

afterAll(async () => {
	await bench?.close();
});

afterEach(async () => {
	bench.emulator.control.setVariants({ validator: 'none' });
	await bench.stopWatches();
});

test('two triggers that follow one report at the same moment share a request, and both fire', async () => {
	const first = await bench.publishWatch({ rows: visitors(5) });
	const { id } = await bench.client.createWorkflow(bench.draft(first.reportId));
	await bench.publish(id);
	const second = new Watch(bench, id, first.reportId);
	const from = first.requests().length;
	const started = Date.now();
	await first.settle(5);
	const polls = (2 * (Date.now() - started)) / 2_000;
	expect(first.requests().length - from).toBeLessThan(0.75 * polls);
	first.enter(visitor('ann'));
	expect(await first.firesInAll(1)).toEqual(['ann']);
	expect(await second.firesInAll(1)).toEqual(['ann']);
});

test.each(['etag', 'last-modified'] as const)(
	'a report that is as it was is not sent again (%s), and a newcomer fires',
	async (validator) => {
		bench.emulator.control.setVariants({ validator });
		const watch = await bench.publishWatch({ rows: visitors(50) });
		await watch.settle(3);
		expect(watch.requests().map(({ status }) => status)).toEqual(
			expect.arrayContaining([200, 304, 304]),
		);
		watch.enter(visitor('ann'));
		expect(await watch.firesInAll(1)).toEqual(['ann']);
		watch.leave('ann');
		await watch.settle(2);
		watch.enter(visitor('ann'));
		expect(await watch.firesInAll(2)).toEqual(['ann', 'ann']);
		expect(watch.requests().filter(({ status }) => status === 200)).toHaveLength(4);
	},
);
