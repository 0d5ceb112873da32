import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Scene, waitFor } from './support/scene';

describe('The store that a trigger in Node-RED is set to', () => {
	let scene: Scene;
	const file = () => join(scene.userDir, 'pendo-watches', 'trigger.json');

	beforeAll(async () => {
		scene = await Scene.open({
			settings:
				"contextStorage: { default: 'memory', disk: { module: 'localfilesystem' }, memory: { module: 'memory' } },",
		});
		await scene.follow();
		await scene.pollAgain();
	}, 600_000);

	afterAll(() => scene?.close());

	it('can be changed without missing or repeating anybody', async () => {
		const entered: string[] = [];
		for (const contextStore of ['disk', '', 'disk', 'memory', 'disk', 'memory']) {
			entered.push(scene.enter());
			await scene.nodeRed.deploy(scene.flow({ contextStore }), 'nodes');
			await waitFor(() => scene.fired(entered).at(-1) === 1, 'the event');
		}
		await scene.pollAnew();
		expect(scene.fired(entered)).toEqual(entered.map(() => 1));
		expect(existsSync(file())).toBe(false);
	}, 60_000);

	it('is a file of its own where the chosen one does not exist, and the log says so', async () => {
		await scene.nodeRed.deploy(scene.flow({ contextStore: 'elsewhere' }), 'nodes');
		await waitFor(() => existsSync(file()), 'the file');
		expect(scene.nodeRed.logs()).toMatch(/"?elsewhere"?.* does not exist here/);
	}, 30_000);
});
