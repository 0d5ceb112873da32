import type { Fault } from '../../emulator/faults';
import { READ_WRITE_KEY } from '../../emulator/server';
import { REPORT, Scene, waitFor } from './support/scene';

const HICCUPS: Array<[string, Fault]> = [
	['is down (500)', { type: 'status', status: 500 }],
	['asks to slow down (429)', { type: 'status', status: 429, headers: { 'retry-after': '1' } }],
	['cuts its answer short', { type: 'truncate', afterBytes: 200 }],
	['cuts its compressed answer short', { type: 'gzip-cut', afterBytes: -12 }],
	['says gzip and sends text', { type: 'wrong-encoding' }],
	['breaks the connection', { type: 'reset', afterBytes: 100 }],
	['answers with a web page', { type: 'html' }],
	['answers with another shape', { type: 'shape' }],
	['answers with nothing', { type: 'empty' }],
];

describe('A trigger in Node-RED, when Pendo', () => {
	let scene: Scene;
	let said = '';

	beforeAll(async () => {
		scene = await Scene.open();
		scene.emulator.control.setVariants({ compression: 'gzip' });
		await scene.follow();
		await scene.pollAgain();
	}, 600_000);

	afterAll(() => scene?.close());

	beforeEach(() => {
		scene.emulator.control.clearFaults();
		scene.emulator.control.clearInbox();
		scene.emulator.control.clearRequests();
	});

	afterEach(() => {
		said += JSON.stringify(scene.emulator.control.inbox());
	});

	it.each(HICCUPS)(
		'%s once: fires later, exactly once, for who appeared meanwhile',
		async (_, fault) => {
			const { control } = scene.emulator;
			control.addFault({ match: { kind: 'results' }, fault });
			const newcomer = scene.enter();
			await waitFor(() => scene.requests().some(({ faults }) => faults.length > 0), 'the fault');
			await waitFor(() => scene.fired([newcomer])[0]! > 0, 'the event');
			await scene.pollAgain();
			expect(scene.fired([newcomer])).toEqual([1]);
			expect(scene.told('event')).toHaveLength(1);
			expect(scene.told('error')).toEqual([]);
		},
		30_000,
	);

	it('shows an empty report once: fires for nobody when all are back, and says that it doubts', async () => {
		scene.emulator.control.addFault({
			match: { kind: 'results' },
			fault: { type: 'body', body: '[]' },
		});
		await scene.pollAgain(3);
		expect(scene.told('event')).toEqual([]);
		expect(scene.told('notice').map(({ payload }) => payload.notice)).toEqual(['suspicious']);
	}, 30_000);

	it('refuses the key: tells Catch nodes once, sends on nothing, and announces the recovery once', async () => {
		const fault = scene.emulator.control.addFault({
			match: { kind: 'results' },
			times: 'always',
			fault: { type: 'status', status: 403 },
		});
		const newcomer = scene.enter();
		await waitFor(() => scene.requests().length >= 4, 'four polls');
		expect(scene.told('event')).toEqual([]);
		scene.emulator.control.clearFaults(fault.id);
		await scene.pollAgain(2);
		expect(scene.told('error').map(({ error }) => error?.code)).toEqual(['key-refused']);
		expect(scene.told('error')[0]?.error?.message).toMatch(/Pendo refused the key \(403/);
		expect(scene.notices()).toEqual(['failing', 'recovered']);
		expect(scene.fired([newcomer])).toEqual([1]);
	}, 60_000);

	it('is down for long: tells Catch nodes once, at the third failed poll', async () => {
		const fault = scene.emulator.control.addFault({
			match: { kind: 'results' },
			times: 'always',
			fault: { type: 'status', status: 503 },
		});
		await waitFor(() => scene.told('error').length > 0, 'the error', 40_000);
		expect(scene.requests().length).toBeGreaterThanOrEqual(9);
		await waitFor(() => scene.requests().length >= 13, 'a fourth failed poll');
		scene.emulator.control.clearFaults(fault.id);
		await waitFor(() => scene.notices().includes('recovered'), 'the recovery');
		expect(scene.notices()).toEqual(['failing', 'recovered']);
		expect(scene.told('notice')[0]?.payload.counts).toMatchObject({ failures: 3 });
		expect(scene.told('error').map(({ error }) => error?.code)).toEqual(['unavailable']);
	}, 90_000);

	it('redirects: does not follow, so that the key stays where it belongs', async () => {
		const fault = scene.emulator.control.addFault({
			match: { kind: 'results' },
			times: 'always',
			fault: { type: 'redirect', location: '/api/v1/elsewhere' },
		});
		await waitFor(() => scene.told('error').length > 0, 'the error');
		scene.emulator.control.clearFaults(fault.id);
		expect(scene.told('error').map(({ error }) => error?.code)).toEqual(['redirected']);
		const paths = scene.emulator.control.requests().map(({ path }) => path);
		expect(paths.filter((path) => path.includes('elsewhere'))).toEqual([]);
		await scene.pollAgain();
	}, 30_000);

	it('is slow: never asks twice at a time', async () => {
		scene.emulator.control.addFault({
			match: { kind: 'results' },
			times: 3,
			fault: { type: 'delay', milliseconds: 2_500 },
		});
		await waitFor(() => scene.requests().filter(({ faults }) => faults.length > 0).length > 2, '3');
		await Promise.all([1, 2, 3].map(() => scene.nodeRed.inject('press-poll')));
		await scene.pollAgain(2);
		const together = scene.requests().map(({ concurrentSamePath }) => concurrentSamePath);
		expect(Math.max(...together)).toBe(1);
	}, 60_000);

	it('never shows the key: not in messages, nor in the log', () => {
		expect(said).toContain('Pendo refused the key');
		expect(said + scene.nodeRed.logs()).not.toContain(READ_WRITE_KEY);
	});

	it('and its flow is deployed 50 times in a row: one timer and one connection are left', async () => {
		for (let n = 0; n < 50; n++) await scene.nodeRed.deploy(scene.flow({ name: `Deploy ${n}` }));
		await scene.pollAgain(2);
		scene.emulator.control.clearRequests();
		const started = Date.now();
		await scene.pollAgain(5);
		const polls = (Date.now() - started) / 1000;
		// At most one a second and a tenth: a second timer would double it.
		expect(scene.requests().length).toBeLessThanOrEqual(Math.ceil(polls * 1.15) + 1);
		expect(scene.connections()).toBeLessThanOrEqual(1);
		expect(scene.nodeRed.logs()).not.toContain('MaxListenersExceeded');
		expect(scene.requests().every(({ path }) => path.includes(REPORT))).toBe(true);
	}, 120_000);
});
