import { REPORT, Scene, waitFor } from './support/scene';

describe('Requests', () => {
	let scene: Scene;

	beforeAll(async () => {
		scene = await Scene.open();
	}, 600_000);

	afterAll(() => scene?.close());

	const reads = () =>
		scene.emulator.control.requests().filter(({ path }) => path.includes(`/${REPORT}/`));

	it('are shared by two nodes that follow one report at the same moment, and both send', async () => {
		await scene.nodeRed.deploy([]);
		scene.newReport();
		const flow = scene.flow();
		const trigger = flow.find(({ id }) => id === 'trigger')!;
		await scene.nodeRed.deploy([...flow, { ...trigger, id: 'twin' }]);
		await waitFor(() => reads().length >= 4, 'four requests');
		const started = Date.now();
		const before = reads().length;
		await waitFor(() => reads().length >= before + 6, 'six more requests');
		// Each of the two polls about once a second.
		expect((2 * (Date.now() - started)) / 1_000).toBeGreaterThan(8);
		scene.emulator.control.enter(REPORT, { rows: [{ visitorId: 'kim' }] });
		await waitFor(() => scene.told('event').length >= 2, 'the events');
		expect(scene.told('event').map(({ topic }) => topic)).toEqual(['kim', 'kim']);
	}, 60_000);

	it.each(['etag', 'last-modified'] as const)(
		'for a report that is as it was bring no rows where the server can tell (%s), and a newcomer is sent',
		async (validator) => {
			scene.emulator.control.setVariants({ validator });
			await scene.follow();
			await waitFor(() => reads().filter(({ status }) => status === 304).length >= 2, 'two 304');
			scene.emulator.control.enter(REPORT, { rows: [{ visitorId: 'kim' }] });
			await waitFor(() => scene.told('event').length >= 1, 'the event');
			await waitFor(() => reads().at(-1)?.status === 304, 'another 304');
			expect(scene.told('event').map(({ topic }) => topic)).toEqual(['kim']);
			expect(reads().filter(({ status }) => status === 200)).toHaveLength(2);
		},
		60_000,
	);
});
