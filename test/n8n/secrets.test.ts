import { existsSync, readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import type { Fault } from '../../emulator/faults';
import { REPORT_IDS } from '../../emulator/server';
import type { N8nError } from '../../scripts/n8n-client';
import { runSteps, type Step } from './support/action';
import { Bench, TRIGGER, type Credential } from './support/bench';
import { visitor, visitors } from './support/rows';
import { until } from './support/until';
import type { Watch } from './support/watch';

jest.setTimeout(400_000);

const KEY = `marker-${randomBytes(12).toString('hex')}`;

/** A server or a proxy on the way may well send back what it was sent. */
const FAULTS: { name: string; fault: Fault }[] = [
	{ name: 'refused', fault: { type: 'status', status: 403, body: { message: `bad key ${KEY}` } } },
	{ name: 'unauthorized', fault: { type: 'status', status: 401, body: `no: ${KEY}` } },
	{ name: 'gone', fault: { type: 'status', status: 404, body: { key: KEY } } },
	{ name: 'down', fault: { type: 'status', status: 500, headers: { 'x-echo': KEY }, body: KEY } },
	{ name: 'redirected', fault: { type: 'redirect', location: `http://localhost:9/?key=${KEY}` } },
	{ name: 'a page', fault: { type: 'html', body: `<p>${KEY}</p>` } },
	{ name: 'a shape', fault: { type: 'shape', body: { headers: { key: KEY } } } },
	{ name: 'broken', fault: { type: 'reset' } },
	{ name: 'broken midway', fault: { type: 'reset', afterText: '}' } },
	{ name: 'cut', fault: { type: 'gzip-cut' } },
];

let bench: Bench;
let credential: Credential;

beforeAll(async () => {
	bench = await Bench.start({ env: { N8N_LOG_LEVEL: 'debug' } });
	bench.emulator.control.setKey(KEY, {});
	credential = await bench.makeCredential('Marker', {
		region: 'custom',
		baseUrl: bench.emulator.url,
		apiKey: KEY,
		trackEventSecret: KEY,
	});
});

afterAll(async () => {
	await bench?.close();
});

/** Where a key could have been left, as text. */
async function everywhere(watches: Watch[]): Promise<Record<string, string>> {
	const files = ['', '-wal', '-shm'].map((end) => `${bench.n8n.database}${end}`).filter(existsSync);
	const rest = await Promise.all(
		watches.map(async ({ workflowId }) => {
			const workflow = await bench.client.workflow(workflowId);
			const executions = await bench.client.executions(workflowId);
			const details = executions.map(({ id }) =>
				bench.client.request('GET', `/rest/executions/${id}`),
			);
			const status = await bench.client.publication(workflowId);
			return JSON.stringify([workflow, executions, status, await Promise.all(details)]);
		}),
	);
	return {
		logs: bench.n8n.logs(),
		database: files.map((file) => readFileSync(file, 'latin1')).join('\n'),
		rest: rest.join('\n'),
	};
}

test('the key is nowhere to be found, whatever went wrong', async () => {
	const watches = await Promise.all(
		FAULTS.map(() => bench.publishWatch({ rows: visitors(5), credential })),
	);
	FAULTS.forEach(({ fault }, index) => watches[index]!.breaks(fault));
	const answers: string[] = [];
	await Promise.all(
		watches.map(async (watch) => {
			const failed = await until(
				`an error of ${watch.reportId}`,
				async () => (await watch.errors())[0],
				120_000,
			);
			answers.push(JSON.stringify(failed.error));
			const tested = await bench.client.runManually(watch.workflowId, TRIGGER);
			expect(tested.status).toBe('error');
			answers.push(JSON.stringify(tested.data));
		}),
	);
	await bench.stopWatches();

	for (const { fault } of FAULTS) {
		const { id } = bench.emulator.control.addFault({ times: 'always', fault });
		answers.push(await listReports(), await testCredential(), await act());
		bench.emulator.control.clearFaults(id);
	}

	const good = await bench.publishWatch({ rows: visitors(5), credential });
	good.enter(visitor('somebody-to-find'));
	await good.firesInAll(1);
	const rejected = await bench.makeWatch({ rows: visitors(5), credential });
	rejected.breaks(FAULTS[0]!.fault);
	await bench.client.publish(rejected.workflowId);
	await bench.client.waitUntilPublished(rejected.workflowId);

	const places = {
		answers: answers.join('\n'),
		...(await everywhere([...watches, good, rejected])),
	};
	for (const [place, text] of Object.entries(places)) {
		// The search does find what is there.
		expect([
			place,
			text.includes(place === 'answers' ? 'refused the key' : good.workflowId),
		]).toEqual([place, true]);
		expect([place, hitsOf(text)]).toEqual([place, 0]);
	}
	const sent = bench.emulator.control.requests().filter(({ key }) => key === 'ok');
	expect(sent.length).toBeGreaterThan(FAULTS.length);
});

function hitsOf(text: string): number {
	const forms = [
		KEY,
		Buffer.from(KEY).toString('base64').slice(0, -4),
		Buffer.from(KEY).toString('hex'),
	];
	return forms.reduce((sum, form) => sum + text.split(form).length - 1, 0);
}

async function listReports(): Promise<string> {
	const answer = await bench.client
		.searchList({
			nodeType: 'n8n-nodes-pendo.pendoVisitorInReportTrigger',
			methodName: 'searchReports',
			parameter: 'report',
			credentials: { pendoApi: credential },
		})
		.catch((error: N8nError) => error.body);
	return JSON.stringify(answer);
}

/** What operations say of it, at debug level too. */
async function act(): Promise<string> {
	const reportId = REPORT_IDS.sampleVisitors;
	const steps: Step[] = [
		{ resource: 'report', operation: 'getRows', given: { reportId } },
		{ resource: 'report', operation: 'downloadCsv', given: { reportId } },
		{ resource: 'visitor', operation: 'setMetadataValue', given: SETTING },
		{ resource: 'event', operation: 'track', given: { event: 'Seen', visitorId: 'u-1001' } },
	];
	const going = steps.map((step) => ({ ...step, onError: 'continueRegularOutput' as const }));
	const execution = await runSteps(bench, going, { credential });
	expect(execution.items('report getRows').map(({ json }) => json.error)).toEqual([
		expect.any(String),
	]);
	return JSON.stringify(execution.data);
}

const SETTING = { visitorId: 'u-1001', field: 'score', value: '1' };

async function testCredential(): Promise<string> {
	const data = { region: 'custom', baseUrl: bench.emulator.url, apiKey: KEY };
	return JSON.stringify(
		await bench.client.testCredential('Marker', 'pendoApi', data, credential.id),
	);
}
