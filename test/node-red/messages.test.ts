import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { READ_WRITE_KEY } from '../../emulator/server';
import { REPORT, Scene, waitFor } from './support/scene';

describe('A message to a trigger in Node-RED', () => {
	let scene: Scene;
	const notices = () => scene.told('notice').map(({ payload }) => payload);
	const press = async (topic: string) => {
		await scene.nodeRed.inject(`press-${topic}`);
	};

	beforeAll(async () => {
		scene = await Scene.open({ env: { FOLLOWED_REPORT: REPORT } });
		// Nothing is polled by itself here but once at the start.
		await scene.pollAgain(1, () => scene.follow({ interval: 10, intervalUnit: 'h' }));
	}, 600_000);

	afterAll(() => scene?.close());

	beforeEach(() => scene.emulator.control.clearInbox());

	it('"poll" polls now, and sends the row, what we add, and the id', async () => {
		const newcomer = scene.enter();
		await press('poll');
		await waitFor(() => scene.told('event').length > 0, 'the event');
		expect(scene.told('event')).toEqual([
			{
				from: 'event',
				topic: newcomer,
				payload: { visitorId: newcomer, plan: 'trial' },
				pendo: {
					event: 'entered',
					eventId: expect.stringMatching(/^[\w-]{22}$/) as string,
					subject: { kind: 'visitor', id: newcomer },
					report: { id: REPORT, name: 'Followed' },
					detectedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
				},
			},
		]);
	});

	it('"test" shows who would fire, and changes nothing', async () => {
		const newcomer = scene.enter();
		await press('test');
		await waitFor(() => scene.told('event').length > 0, 'the test');
		expect(scene.told('event').map(({ topic }) => topic)).toEqual([newcomer]);
		await press('poll');
		await scene.pollAgain(0);
		await waitFor(() => scene.fired([newcomer])[0] === 2, 'the event');
	});

	it('"test" shows marked samples where nobody is new', async () => {
		await press('test');
		await waitFor(() => scene.told('event').length >= 3, 'the test');
		expect(scene.told('event').map(({ pendo }) => pendo?.sample)).toEqual([true, true, true]);
	});

	it('"reset" takes a new snapshot and says so', async () => {
		const forgotten = scene.enter();
		await press('reset');
		await waitFor(() => notices().length > 0, 'the notice');
		expect(notices().map(({ notice }) => notice)).toEqual(['reset']);
		await press('poll');
		await press('status');
		await waitFor(() => notices().length > 1, 'the status');
		expect(scene.fired([forgotten])).toEqual([0]);
	});

	it('"status" tells how it is going', async () => {
		await press('status');
		await waitFor(() => notices().length > 0, 'the status');
		expect(notices()[0]).toMatchObject({ notice: 'status', counts: { failures: 0, held: 0 } });
	});

	it.each([
		['release', 'released'],
		['discard', 'discarded'],
	])('"%s" answers that nothing is held', async (topic, notice) => {
		await press(topic);
		await waitFor(() => notices().length > 0, 'the answer');
		expect(notices()[0]).toMatchObject({ notice, counts: { held: 0 } });
	});

	it('follows another report from a new snapshot, and says so', async () => {
		const other = { id: 'other', name: 'Other', generated: 7 };
		scene.emulator.control.createReport(other);
		await scene.nodeRed.deploy(
			scene.flow({ report: `${scene.emulator.url}/reports/other`, interval: 10 }),
		);
		await waitFor(() => notices().length > 0, 'the notice');
		expect(notices()[0]).toMatchObject({ notice: 'reset', counts: { present: 7 } });
		expect(scene.told('event')).toEqual([]);
	});

	it('takes the report from an environment variable', async () => {
		await scene.nodeRed.deploy(scene.flow({ report: '${FOLLOWED_REPORT}' }));
		const newcomer = await enterAfterFirstPoll();
		await waitFor(() => scene.fired([newcomer])[0] === 1, 'the event');
	});

	it('is told to Catch nodes when there is no report or no configuration to follow', async () => {
		await scene.nodeRed.deploy(scene.flow({ report: '' }));
		await press('poll');
		await waitFor(() => scene.told('error').length > 0, 'the error');
		await scene.nodeRed.deploy(scene.flow({ pendo: 'missing' }));
		await waitFor(
			() => scene.told('error').some(({ error }) => /configuration/.test(error?.message ?? '')),
			'the error',
		);
		expect(scene.told('error')[0]?.error?.message).toMatch(/no report/);
	});

	it('with a damaged snapshot fires for nobody, says so, and a reset helps', async () => {
		const file = join(scene.userDir, 'pendo-watches', 'trigger.json');
		await scene.nodeRed.stop();
		writeFileSync(file, readFileSync(file, 'utf8').slice(0, 60));
		await scene.restart('stop');
		await scene.nodeRed.deploy(scene.flow());
		await waitFor(
			() => scene.told('error').some(({ error }) => error?.code === 'state-damaged'),
			'the error',
		);
		expect(scene.told('event')).toEqual([]);
		await press('reset');
		await waitFor(() => notices().some(({ notice }) => notice === 'reset'), 'the reset');
		const newcomer = scene.enter();
		await waitFor(() => scene.fired([newcomer])[0] === 1, 'the event');
	}, 30_000);

	it('leaves no id and no key in the files of Node-RED', async () => {
		await scene.nodeRed.stop();
		expect(existsSync(join(scene.userDir, 'pendo-watches', 'trigger.json'))).toBe(true);
		const files = readdirSync(scene.userDir, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
			.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
		expect(files.filter((text) => text.includes(READ_WRITE_KEY))).toEqual([]);
		expect(files.filter((text) => text.includes('newcomer-'))).toEqual([]);
	});

	async function enterAfterFirstPoll(): Promise<string> {
		scene.emulator.control.clearRequests();
		await waitFor(() => scene.reads() > 0, 'the first poll');
		return scene.enter();
	}
});
