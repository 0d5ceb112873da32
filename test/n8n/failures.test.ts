import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault } from '../../emulator/faults';
import { READ_WRITE_KEY } from '../../emulator/server';
import type { Execution } from '../../scripts/n8n-client';
import { everySeconds } from '../../scripts/example';
import { Bench } from './support/bench';
import { visitor, visitors } from './support/rows';
import { until } from './support/until';
import { Watch } from './support/watch';

jest.setTimeout(240_000);

interface Case {
	name: string;
	fault: Fault;
	says: RegExp;
}

const ONLY_A_PERSON_CAN_MEND: Case[] = [
	{
		name: 'a refused key (403, empty body)',
		fault: { type: 'status', status: 403 },
		says: /refused the key \(403/,
	},
	{
		name: 'a refused key (401)',
		fault: { type: 'status', status: 401 },
		says: /refused the key \(401/,
	},
	{
		name: 'a report that is gone (404)',
		fault: { type: 'status', status: 404 },
		says: /does not have the report "Report report-.*" \(404\)/,
	},
	{
		name: 'a report without rows (422)',
		fault: { type: 'status', status: 422 },
		says: /cannot give the report/,
	},
];

const PASSES_BY_ITSELF: Case[] = [
	{
		name: 'a server error (500)',
		fault: { type: 'status', status: 500 },
		says: /not available \(500\)/,
	},
	{
		name: 'a bad gateway with a web page (502)',
		fault: { type: 'html', status: 502 },
		says: /not available \(502\)/,
	},
	{
		name: 'results cut short',
		fault: { type: 'truncate', afterText: '}' },
		says: /cannot be read/,
	},
	{
		name: 'results cut short by a broken connection',
		fault: { type: 'reset', afterText: '},' },
		says: /connection to .* broke/,
	},
	{
		name: 'a gzip body cut short',
		fault: { type: 'gzip-cut' },
		says: /damaged or incomplete|cannot be read|broke/,
	},
	{ name: 'a web page (200, HTML)', fault: { type: 'html' }, says: /cannot be read/ },
	{ name: 'an empty body', fault: { type: 'empty' }, says: /cannot be read/ },
	{ name: 'another shape', fault: { type: 'shape' }, says: /cannot be read/ },
	{ name: 'garbage after the rows', fault: { type: 'append' }, says: /cannot be read/ },
];

const TRIES_IN_A_POLL = 3;
const TOLD_AT_POLL = 3;

let bench: Bench;
let errorWorkflow: string;

beforeAll(async () => {
	bench = await Bench.start();
	const { id } = await bench.client.createWorkflow({
		name: 'When something fails',
		nodes: [
			{
				...bench.trigger(''),
				name: 'Error Trigger',
				type: 'n8n-nodes-base.errorTrigger',
				parameters: {},
				credentials: {},
			},
		],
		connections: {},
	});
	errorWorkflow = id;
	await bench.client.publishAndWait(id);
});

afterAll(async () => {
	await bench?.close();
});

function publish(): Promise<Watch> {
	return bench.publishWatch({ rows: visitors(5), settings: { errorWorkflow } });
}

/** Messages with which the error workflow was started for this watch. */
async function alarms(watch: Watch): Promise<unknown[]> {
	const all = await new Watch(bench, errorWorkflow, '', 'Error Trigger').executions();
	return all
		.flatMap((execution) => execution.items('Error Trigger'))
		.map(({ json }) => json as unknown as { workflow: { id: string }; trigger: { error: Error } })
		.filter(({ workflow }) => workflow.id === watch.workflowId)
		.map(({ trigger }) => trigger.error.message);
}

/** n8n stores times as UTC without saying so. */
function endOf(execution: Execution | undefined): number {
	return Date.parse(`${execution?.row.stoppedAt?.replace(' ', 'T')}Z`);
}

async function firstError(watch: Watch) {
	return await until(
		`an error of ${watch.reportId}`,
		async () => (await watch.errors())[0],
		90_000,
	);
}

async function isToldOnceAndCatchesUp(watch: Watch, { fault, says }: Case): Promise<void> {
	const before = bench.database.staticData(watch.workflowId);
	const broken = watch.breaks(fault);
	watch.enter(visitor('ann'));
	const failure = await firstError(watch);
	expect(failure.error?.message).toMatch(says);
	expect(failure.error?.description).toMatch(/Nothing is lost|[Cc]heck|choose|Choose/);
	expect(JSON.stringify(failure.data)).not.toContain('visitor-0');

	await watch.settle(2 * TRIES_IN_A_POLL);
	expect(await watch.errors()).toHaveLength(1);
	expect(bench.database.staticData(watch.workflowId)).toEqual(before);

	broken.mend();
	expect(await watch.firesInAll(1)).toEqual(['ann']);
	const notices = await watch.notices();
	expect(notices.map(({ notice }) => notice)).toEqual([
		...(fault.status === 404 ? ['report-changed'] : []),
		'failing',
		'recovered',
	]);
	expect(notices.at(-1)).toMatchObject({ counts: { events: 1, gapSeconds: expect.any(Number) } });
	const { counts } = notices.at(-1) as { counts: { gapSeconds: number } };
	expect(counts.gapSeconds).toBeGreaterThanOrEqual(2);
	expect(await alarms(watch)).toEqual([failure.error?.message]);
}

describe('what only a person can mend', () => {
	afterAll(() => bench.stopWatches());

	test.concurrent.each(ONLY_A_PERSON_CAN_MEND)(
		'$name is told at once, once, and loses nobody',
		async (each) => {
			const watch = await publish();
			await isToldOnceAndCatchesUp(watch, each);
			const [failure] = await watch.errors();
			const struck = watch
				.requests()
				.filter(({ faults, time }) => faults.length > 0 && time < endOf(failure));
			expect(struck).toHaveLength(1);
		},
	);

	test.concurrent(
		'a credential that cannot be used is told at once, and that it was mended',
		async () => {
			const good = { region: 'custom', baseUrl: bench.emulator.url, apiKey: READ_WRITE_KEY };
			const credential = await bench.makeCredential('Changing', good);
			const watch = await bench.publishWatch({ rows: visitors(5), credential });
			await watch.settle(1);
			const change = (data: object) =>
				bench.client.updateCredential(credential.id, credential.name, 'pendoApi', data);
			await change({ ...good, baseUrl: 'http://pendo.example.test' });
			watch.enter(visitor('ann'));
			const failure = await firstError(watch);
			expect(failure.error?.message).toMatch(/base URL/i);
			await until('a notice', async () => (await watch.notices())[0]);
			await change(good);
			expect(await watch.firesInAll(1)).toEqual(['ann']);
			const notices = (await watch.notices()).map(({ notice }) => notice);
			expect(notices).toEqual(['failing', 'recovered']);
			expect(await watch.errors()).toHaveLength(1);
		},
	);

	test.concurrent('a redirect is not followed, so no other address gets the key', async () => {
		const { other, url, requests } = await listener();
		try {
			const watch = await publish();
			await isToldOnceAndCatchesUp(watch, {
				name: 'a redirect',
				fault: { type: 'redirect', status: 307, location: `${url}/results.json` },
				says: /answered with a redirect \(307\)/,
			});
			expect(requests).toEqual([]);
		} finally {
			other.close();
		}
	});
});

describe('what passes by itself', () => {
	afterAll(() => bench.stopWatches());

	test.concurrent.each(PASSES_BY_ITSELF)(
		'$name is told at the third failed poll, once, and loses nobody',
		async (each) => {
			const watch = await publish();
			await isToldOnceAndCatchesUp(watch, each);
			const [failure] = await watch.errors();
			const struck = watch
				.requests()
				.filter(({ faults, time }) => faults.length > 0 && time < endOf(failure));
			expect(struck).toHaveLength(TOLD_AT_POLL * TRIES_IN_A_POLL);
		},
	);

	test.concurrent('a poll that fails once is tried again within the poll', async () => {
		const watch = await publish();
		watch.enter(visitor('ann'));
		watch.breaks({ type: 'status', status: 503 }, 1);
		expect(await watch.firesInAll(1)).toEqual(['ann']);
		expect(await watch.executions()).toHaveLength(1);
	});

	test.concurrent('an outage of two polls is told to nobody', async () => {
		const watch = await publish();
		watch.enter(visitor('ann'));
		watch.breaks({ type: 'status', status: 503 }, 2 * TRIES_IN_A_POLL);
		expect(await watch.firesInAll(1)).toEqual(['ann']);
		expect(await watch.executions()).toHaveLength(1);
		expect(await watch.notices()).toEqual([]);
		expect(await alarms(watch)).toEqual([]);
	});

	test.concurrent('a request to slow down (429) is obeyed', async () => {
		const watch = await publish();
		watch.enter(visitor('ann'));
		watch.breaks({ type: 'status', status: 429, headers: { 'retry-after': '4' } }, 4);
		expect(await watch.firesInAll(1)).toEqual(['ann']);
		const asked = watch.requests();
		const waits = asked
			.map(({ time, faults }, index) => (faults.length > 0 ? asked[index + 1]!.time - time : 9999))
			.filter((wait) => wait < 4000);
		expect(waits).toEqual([]);
		expect(await watch.executions()).toHaveLength(1);
	});

	test.concurrent('twenty idle polls leave no trace and raise no alarm', async () => {
		const watch = await bench.publishWatch({
			rows: visitors(5),
			settings: { errorWorkflow },
			pollTimes: everySeconds(1),
		});
		await watch.settle(20);
		expect(await watch.executions()).toEqual([]);
		expect(await alarms(watch)).toEqual([]);
	});
});

describe('publishing while something is wrong', () => {
	afterAll(() => bench.stopWatches());

	test.concurrent('with a wrong key says so plainly, and works once the key is right', async () => {
		const place = { region: 'custom', baseUrl: bench.emulator.url };
		const credential = await bench.makeCredential('Wrong', { ...place, apiKey: 'wrong' });
		const watch = await bench.makeWatch({ rows: visitors(5), credential });
		await bench.client.publish(watch.workflowId);
		const { status, triggers } = await bench.client.waitUntilPublished(watch.workflowId);
		expect(status).toBe('failed');
		expect(triggers[0]?.errorMessage).toMatch(
			/Pendo refused the key \(403, Invalid Integration Key\)/,
		);

		await bench.client.updateCredential(credential.id, 'Wrong', 'pendoApi', {
			...place,
			apiKey: READ_WRITE_KEY,
		});
		await bench.client.deactivate(watch.workflowId);
		await bench.publish(watch.workflowId);
		watch.enter(visitor('ann'));
		expect(await watch.firesInAll(1)).toEqual(['ann']);
	});

	test.concurrent(
		'with Pendo down succeeds, and the first good poll is the silent one',
		async () => {
			const watch = await bench.makeWatch({ rows: visitors(5) });
			const broken = watch.breaks({ type: 'status', status: 503 });
			await bench.publish(watch.workflowId);
			broken.mend();
			await watch.settle(2);
			expect(await watch.events()).toEqual([]);
			watch.enter(visitor('ann'));
			expect(await watch.firesInAll(1)).toEqual(['ann']);
		},
	);
});

describe('a start of n8n while Pendo is down', () => {
	afterEach(() => bench.stopWatches());

	test('and answers 503 recovers without anybody touching anything', async () => {
		const watch = await publish();
		expect(await bench.n8n.stop()).toBe(0);
		const broken = watch.breaks({ type: 'status', status: 503 });
		watch.enter(visitor('ann'));
		const asked = watch.requests().length;
		await bench.startAgain();
		await watch.begun(asked + TRIES_IN_A_POLL + 1);
		const { status } = await bench.client.waitUntilPublished(watch.workflowId);
		expect(status).toBe('published');
		broken.mend();
		expect(await watch.firesInAll(1)).toEqual(['ann']);
	});

	test('and refuses connections recovers without anybody touching anything', async () => {
		const watch = await publish();
		expect(await bench.n8n.stop()).toBe(0);
		await bench.closePendo();
		await bench.startAgain();
		const { status } = await bench.client.waitUntilPublished(watch.workflowId);
		expect(status).toBe('published');
		await bench.reopenPendo();
		bench.makeReport([...visitors(5), visitor('ann')], 'visitor', watch.reportId);
		expect(await watch.firesInAll(1)).toEqual(['ann']);
	});

	test('and never answers keeps the trigger alive over the next start, too', async () => {
		const watch = await publish();
		expect(await bench.n8n.stop()).toBe(0);
		watch.breaks({ type: 'stall' }, 1);
		const asked = watch.requests().length;
		await bench.startAgain();
		// n8n gives a publication up after 84 seconds, and does not start again what it gave up.
		await watch.begun(asked + 2);
		const { status } = await bench.client.waitUntilPublished(watch.workflowId);
		expect(status).toBe('published');
		watch.enter(visitor('ann'));
		expect(await watch.firesInAll(1)).toEqual(['ann']);
		expect(await bench.n8n.stop()).toBe(0);
		watch.enter(visitor('bob'));
		await bench.startAgain();
		expect(await watch.firesInAll(2)).toEqual(['ann', 'bob']);
		expect(await watch.errors()).toEqual([]);
	});

	test('while an expression of the trigger fails keeps the trigger alive and says so', async () => {
		const unblocked = { N8N_BLOCK_ENV_ACCESS_IN_NODE: 'false' };
		expect(await bench.n8n.stop()).toBe(0);
		await bench.startAgain(unblocked);
		const watch = await bench.makeWatch({ rows: visitors(5) });
		const report = `={{ $env.PENDO_NODES_REPORT ?? '${watch.reportId}' }}`;
		const parameters = { report: { __rl: true, mode: 'id', value: report } };
		await bench.client.saveWorkflow(watch.workflowId, {
			nodes: await watch.nodesWith({
				parameters: { ...bench.trigger('').parameters, ...parameters },
			}),
		});
		await bench.publish(watch.workflowId);
		await watch.settle(1);
		expect(await bench.n8n.stop()).toBe(0);
		watch.enter(visitor('ann'));
		await bench.startAgain();
		const failure = await firstError(watch);
		expect(failure.error?.message).toMatch(/A parameter of this trigger cannot be worked out/);
		expect(await bench.n8n.stop()).toBe(0);
		await bench.startAgain(unblocked);
		expect(await watch.firesInAll(1)).toEqual(['ann']);
		expect(await watch.errors()).toHaveLength(1);
	});

	test('and refuses the key keeps the trigger alive and says so', async () => {
		const watch = await publish();
		expect(await bench.n8n.stop()).toBe(0);
		const broken = watch.breaks({ type: 'status', status: 403 });
		watch.enter(visitor('ann'));
		await bench.startAgain();
		const failure = await firstError(watch);
		expect(failure.error?.message).toMatch(/refused the key/);
		broken.mend();
		expect(await watch.firesInAll(1)).toEqual(['ann']);
	});
});

describe('a Pendo that never answers', () => {
	let durable: Bench;

	beforeAll(async () => {
		// Only with durable polls can the time of a poll be set; of 14 seconds 6 are left for the request.
		durable = await Bench.start({ durable: true, env: { N8N_SCHEDULER_POLL_TIMEOUT: '14' } });
	});

	afterAll(async () => {
		await durable?.close();
	});

	test.concurrent.each([
		{ name: 'from the start', fault: { type: 'stall' } as Fault },
		{ name: 'from the middle of the rows', fault: { type: 'stall', afterText: '},' } as Fault },
	])('$name ends each poll within its time, is told once, and loses nobody', async ({ fault }) => {
		const watch = await durable.publishWatch({ rows: visitors(5) });
		const broken = watch.breaks(fault);
		watch.enter(visitor('ann'));
		const failure = await firstError(watch);
		expect(failure.error?.message).toMatch(/did not finish the report .* within \d seconds/);
		expect(failure.error?.description).toMatch(/Shorten the date range/);
		const struck = watch.requests().filter(({ faults, done }) => done && faults.length > 0);
		expect(struck.map(({ aborted }) => aborted)).toEqual(struck.map(() => true));
		expect(Math.max(...struck.map(({ milliseconds }) => milliseconds!))).toBeLessThan(9000);
		broken.mend();
		expect(await watch.firesInAll(1)).toEqual(['ann']);
		expect(await watch.errors()).toHaveLength(1);
		expect(watch.requests().filter(({ concurrentSamePath }) => concurrentSamePath > 1)).toEqual([]);
	});
});

async function listener(): Promise<{ other: Server; url: string; requests: unknown[] }> {
	const requests: unknown[] = [];
	const other = createServer((request, response) => {
		requests.push(request.headers);
		response.end('[]');
	});
	await new Promise<void>((ready) => other.listen(0, '127.0.0.1', ready));
	return { other, url: `http://localhost:${(other.address() as AddressInfo).port}`, requests };
}
