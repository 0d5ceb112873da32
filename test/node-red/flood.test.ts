import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeRedFlow } from '../../scripts/node-red';
import { REPORT, Scene, waitFor } from './support/scene';

const SETTINGS = "functionGlobalContext: { fs: require('fs'), journal: 'USER_DIR/journal' },";

interface Entry {
	topic: string;
	event: string;
	eventId: string;
}

/** A flow that writes each event down before anything can end it: a request on its way dies in a crash. */
class Journal {
	constructor(private readonly scene: Scene) {}

	private get file(): string {
		return join(this.scene.userDir, 'journal');
	}

	clear(): void {
		rmSync(this.file, { force: true });
	}

	flow(trigger: Record<string, unknown>): NodeRedFlow[] {
		const write =
			"const { fs, journal } = { fs: global.get('fs'), journal: global.get('journal') };\n" +
			'const { event, eventId } = msg.pendo;\n' +
			"fs.appendFileSync(journal, JSON.stringify({ topic: msg.topic, event, eventId }) + '\\n');";
		return this.scene
			.flow(trigger)
			.map((node) => (node.id === 'tag-event' ? { ...node, func: write } : node));
	}

	entries(): Entry[] {
		let text = '';
		try {
			text = readFileSync(this.file, 'utf8');
		} catch {
			// Nothing was sent yet.
		}
		return text
			.split('\n')
			.slice(0, -1)
			.map((line) => JSON.parse(line) as Entry);
	}

	topics(): string[] {
		return this.entries().map(({ topic }) => topic);
	}
}

/** So many at once; answers who, in their order. */
function jump(scene: Scene, count: number): string[] {
	const { entered } = scene.emulator.control.enter(REPORT, { count });
	return (entered as Array<{ visitorId: string }>).map(({ visitorId }) => visitorId);
}

const counts = (scene: Scene, notice: string) =>
	scene
		.told('notice')
		.filter(({ payload }) => payload.notice === notice)
		.at(-1)?.payload.counts;

async function statusOf(scene: Scene): Promise<unknown> {
	const before = scene.notices().filter((name) => name === 'status').length;
	await scene.nodeRed.inject('press-status');
	await waitFor(
		() => scene.notices().filter((name) => name === 'status').length > before,
		'the status',
	);
	return counts(scene, 'status');
}

describe.each(['node-red-5', 'node-red-4'] as const)('500 visitors at once, on %s,', (engine) => {
	let scene: Scene;
	let journal: Journal;
	let jumped: string[];
	const trigger = { releasePerSecond: '50' };

	beforeAll(async () => {
		scene = await Scene.open({ engine, settings: SETTINGS });
		journal = new Journal(scene);
		await scene.nodeRed.deploy([]);
		scene.newReport();
		await scene.nodeRed.deploy(journal.flow(trigger));
		await scene.pollAgain(2);
	}, 600_000);

	afterAll(() => scene?.close());

	it('are held, and one notice says how many, who, and what to do', async () => {
		jumped = jump(scene, 500);
		await waitFor(() => scene.notices().length > 0, 'the notice');
		await scene.pollAgain(2);
		expect(journal.topics()).toEqual([]);
		expect(scene.told('notice').map(({ payload }) => payload)).toEqual([
			expect.objectContaining({
				notice: 'held',
				severity: 'warning',
				report: { id: REPORT, name: 'Followed' },
				counts: { detected: 500, held: 500, leftAgain: 0 },
				samples: jumped.slice(0, 5),
				next: expect.stringContaining('"release"') as string,
			}),
		]);
	}, 60_000);

	it('stay held over a deploy, a restart and a crash', async () => {
		await scene.nodeRed.deploy(journal.flow(trigger));
		await scene.restart('stop');
		await scene.restart('kill');
		await scene.pollAnew();
		expect(await statusOf(scene)).toEqual({ failures: 0, held: 500 });
		expect(journal.topics()).toEqual([]);
	}, 60_000);

	it('are released by a message, in order, each once, through restarts and a deploy', async () => {
		await scene.nodeRed.inject('press-release');
		await waitFor(() => journal.topics().length >= 50, 'the first 50');
		await scene.restart('stop');
		await waitFor(() => journal.topics().length >= 120, '120');
		await scene.nodeRed.deploy(journal.flow(trigger));
		await waitFor(() => journal.topics().length >= 200, '200');
		await scene.restart('stop');
		await waitFor(() => journal.topics().length >= 250, '250');
		const sent = journal.topics();
		expect(sent).toEqual(jumped.slice(0, sent.length));
		expect(await statusOf(scene)).toMatchObject({ failures: 0 });
	}, 60_000);

	it('are released through crashes too: in order, and a repeat has the same event id', async () => {
		const last = scene.enter();
		for (const seen of [300, 350, 400]) {
			await waitFor(() => new Set(journal.topics()).size >= seen, `${seen}`);
			await scene.restart('kill');
		}
		await waitFor(() => journal.topics().includes(last), 'the last');
		const entries = journal.entries();
		const firsts = [...new Set(entries.map(({ topic }) => topic))];
		expect(firsts).toEqual([...jumped, last]);
		const ids = new Set(entries.map(({ eventId }) => eventId));
		expect(ids.size).toBe(firsts.length);
		await waitFor(() => scene.notices().includes('released'), 'the notice');
		expect(counts(scene, 'released')).toEqual({ released: 501, held: 0, leftAgain: 0 });
		expect(scene.notices().filter((name) => name === 'held')).toHaveLength(1);
		expect(scene.told('error')).toEqual([]);
	}, 90_000);
});

describe('Many who come at once, in Node-RED,', () => {
	let scene: Scene;
	let journal: Journal;

	beforeAll(async () => {
		scene = await Scene.open({ settings: SETTINGS });
		journal = new Journal(scene);
	}, 600_000);

	afterAll(() => scene?.close());

	async function follow(trigger: Record<string, unknown>): Promise<void> {
		await scene.nodeRed.deploy([]);
		rmSync(join(scene.userDir, 'pendo-watches'), { recursive: true, force: true });
		journal.clear();
		scene.newReport();
		await scene.nodeRed.deploy(journal.flow({ floodThreshold: 5, ...trigger }));
		await scene.pollAgain(2);
	}

	async function hold(count: number, trigger: Record<string, unknown> = {}): Promise<string[]> {
		await follow(trigger);
		const held = jump(scene, count);
		await waitFor(() => scene.notices().includes('held'), 'the notice');
		return held;
	}

	const change = (trigger: Record<string, unknown>) =>
		scene.nodeRed.deploy(journal.flow({ floodThreshold: 5, ...trigger }), 'nodes');

	it('are sent at once where they are fewer than many', async () => {
		await follow({});
		const few = jump(scene, 4);
		await waitFor(() => journal.topics().length >= 4, 'the events');
		expect(journal.topics()).toEqual(few);
		expect(scene.notices()).toEqual([]);
	}, 30_000);

	it('are all sent at once where that is chosen', async () => {
		await follow({ floodMode: 'all' });
		const all = jump(scene, 8);
		await waitFor(() => journal.topics().length >= 8, 'the events');
		expect(journal.topics()).toEqual(all);
		expect(scene.notices()).toEqual([]);
	}, 30_000);

	it('are discarded where that is chosen; a notice says so, and who comes later is sent', async () => {
		await follow({ floodMode: 'discard' });
		jump(scene, 8);
		await waitFor(() => scene.notices().includes('discarded'), 'the notice');
		const later = scene.enter();
		await waitFor(() => journal.topics().length > 0, 'the event');
		expect(journal.topics()).toEqual([later]);
		expect(counts(scene, 'discarded')).toMatchObject({ discarded: 8 });
	}, 30_000);

	it('are sent one after the other where that is chosen, who comes meanwhile behind them', async () => {
		await follow({ floodMode: 'gradual', releasePerSecond: 2 });
		const all = jump(scene, 6);
		await waitFor(() => journal.topics().length >= 2, 'the first');
		expect(journal.topics().length).toBeLessThan(6);
		const behind = scene.enter();
		await waitFor(() => scene.notices().includes('released'), 'the notice');
		expect(journal.topics()).toEqual([...all, behind]);
		expect(scene.notices()).toEqual(['held', 'released']);
	}, 30_000);

	it('are not hurried by deploys where seldom is chosen', async () => {
		const trigger = { floodMode: 'gradual', releasePerSecond: '0.01' };
		// After a start the first is due at once, however long ago the last was sent.
		await scene.restart('stop');
		const held = await hold(6, trigger);
		await waitFor(() => journal.topics().length > 0, 'the first');
		for (let n = 0; n < 8; n++) await change({ ...trigger, name: `Deploy ${n}` });
		await scene.pollAnew();
		expect(journal.topics()).toEqual(held.slice(0, 1));
	}, 40_000);

	it('are dropped by a message, which is told; who comes later is sent', async () => {
		await hold(8);
		await scene.nodeRed.inject('press-discard');
		await waitFor(() => scene.notices().includes('discarded'), 'the notice');
		expect(counts(scene, 'discarded')).toMatchObject({ discarded: 8 });
		const later = scene.enter();
		await waitFor(() => journal.topics().length > 0, 'the event');
		expect(journal.topics()).toEqual([later]);
		expect(await statusOf(scene)).toEqual({ failures: 0, held: 0 });
	}, 30_000);

	it('wait for a decision of their own where a release of others runs', async () => {
		const first = await hold(8, { releasePerSecond: 2 });
		await scene.nodeRed.inject('press-release');
		await waitFor(() => journal.topics().length > 0, 'the first');
		const second = jump(scene, 8);
		await waitFor(
			() => scene.notices().filter((name) => name === 'held').length === 2,
			'the second notice',
		);
		const sent = journal.topics().length;
		await scene.pollAgain(2);
		expect(journal.topics()).toHaveLength(sent);
		expect(await statusOf(scene)).toEqual({ failures: 0, held: 16 - sent });
		await change({ releasePerSecond: 50 });
		await scene.nodeRed.inject('press-release');
		await waitFor(() => scene.notices().includes('released'), 'the notice');
		expect(journal.topics()).toEqual([...first, ...second]);
	}, 30_000);

	it('are sent from held, in order, when the choice changes to all', async () => {
		const held = await hold(8);
		await change({ floodMode: 'all' });
		await waitFor(() => journal.topics().length >= 8, 'the events');
		expect(journal.topics()).toEqual(held);
		await waitFor(() => scene.notices().includes('released'), 'the notice');
	}, 30_000);

	it('are dropped from held when the choice changes to discard', async () => {
		await hold(8);
		await change({ floodMode: 'discard' });
		await waitFor(() => scene.notices().includes('discarded'), 'the notice');
		expect(journal.topics()).toEqual([]);
	}, 30_000);

	it.each([
		['are dropped, and counted', false],
		['are sent where that is chosen', true],
	])(
		'and leave again while they are held, %s',
		async (_, keepLeavers) => {
			const trigger = { keepLeavers, releasePerSecond: 50 };
			const held = await hold(8, trigger);
			scene.emulator.control.leave(REPORT, { ids: held.slice(2, 4) });
			await scene.pollAnew();
			await scene.nodeRed.inject('press-release');
			await waitFor(() => scene.notices().includes('released'), 'the notice');
			const staying = [...held.slice(0, 2), ...held.slice(4)];
			expect(journal.topics()).toEqual(keepLeavers ? held : staying);
			expect(counts(scene, 'released')).toMatchObject({ leftAgain: keepLeavers ? 0 : 2 });
		},
		30_000,
	);

	it('are all sent, each once and in order, also where their rows are too many to keep', async () => {
		await follow({ floodMode: 'gradual', releasePerSecond: 4_000 });
		const all = jump(scene, 10_050);
		await waitFor(() => scene.notices().includes('released'), 'the notice', 60_000);
		expect(counts(scene, 'held')).toMatchObject({ detected: 10_050 });
		expect(journal.topics()).toEqual(all);
	}, 90_000);

	it('are forgotten by a reset, which says how many', async () => {
		await hold(8);
		await scene.nodeRed.inject('press-reset');
		await waitFor(() => scene.notices().includes('reset'), 'the notice');
		expect(counts(scene, 'reset')).toMatchObject({ present: 18, dropped: 8 });
		await scene.pollAgain();
		expect(journal.topics()).toEqual([]);
	}, 30_000);

	it('are still sent while Pendo is down', async () => {
		const held = await hold(8, { releasePerSecond: 50 });
		scene.emulator.control.addFault({
			match: { kind: 'results' },
			times: 'always',
			fault: { type: 'status', status: 403 },
		});
		await scene.restart('stop');
		await waitFor(() => scene.told('error').length > 0, 'the failure');
		await scene.nodeRed.inject('press-release');
		await waitFor(() => journal.topics().length >= 8, 'the events');
		expect(journal.topics()).toEqual(held);
		scene.emulator.control.clearFaults();
	}, 30_000);

	it('are not sent for the report that the node followed before', async () => {
		await hold(8, { releasePerSecond: 50 });
		await scene.nodeRed.inject('press-release');
		scene.emulator.control.createReport({ id: 'other', name: 'Other', generated: 7 });
		await change({ report: 'other', releasePerSecond: 50 });
		const before = journal.topics().length;
		await waitFor(() => scene.notices().includes('reset'), 'the notice');
		expect(journal.topics()).toHaveLength(before);
		expect(await statusOf(scene)).toEqual({ failures: 0, held: 0 });
	}, 30_000);
});
