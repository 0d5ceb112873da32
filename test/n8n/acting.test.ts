import { randomUUID } from 'node:crypto';
import type { FaultRule } from '../../emulator/faults';
import {
	READ_ONLY_KEY,
	READ_WRITE_KEY,
	REPORT_IDS,
	SEGMENT_IDS,
	TRACK_SECRET,
} from '../../emulator/server';
import type { Execution, N8nNode } from '../../scripts/n8n-client';
import { runSteps, START, workflowOf, type Step } from './support/action';
import { Bench, type Credential } from './support/bench';
import { visitors } from './support/rows';

jest.setTimeout(300_000);

let bench: Bench;
let withSecret: Credential;
let readOnly: Credential;

beforeAll(async () => {
	bench = await Bench.start();
	const place = { region: 'custom', baseUrl: bench.emulator.url };
	withSecret = await bench.makeCredential('With secret', {
		...place,
		apiKey: READ_WRITE_KEY,
		trackEventSecret: TRACK_SECRET,
	});
	readOnly = await bench.makeCredential('Read only', { ...place, apiKey: READ_ONLY_KEY });
});

afterAll(async () => {
	await bench?.close();
});

beforeEach(() => bench.emulator.control.clearRequests());

const NODE = 'Pendo';

async function run(step: Step, items: object[] = [{}]): Promise<Execution> {
	return await runSteps(bench, [{ name: NODE, ...step }], { items });
}

const ofEach = { resource: 'visitor', operation: 'get', given: { visitorId: '={{ $json.id }}' } };
const three = [{ id: 'u-1001' }, { id: 'nobody' }, { id: '' }];

/** What was sent beside asking what the key may do, and what fields there are. */
function sent(): string[] {
	return bench.emulator.control
		.requests()
		.filter(({ kind, path }) => kind !== 'verify' && !path.includes('/metadata/schema/'))
		.map(({ method, path }) => `${method} ${path}`);
}

async function whileBroken<T>(rule: FaultRule, work: () => Promise<T>): Promise<T> {
	const { id } = bench.emulator.control.addFault(rule);
	try {
		return await work();
	} finally {
		bench.emulator.control.clearFaults(id);
	}
}

describe('an item that fails', () => {
	test('ends the run with its number, in words, where nothing else is chosen', async () => {
		const execution = await run(ofEach, three);
		expect(execution.status).toBe('error');
		expect(execution.error).toMatchObject({
			message: 'Pendo does not have the visitor "nobody" (404)',
			context: { itemIndex: 1 },
		});
		expect(JSON.stringify(execution.data)).not.toContain(READ_WRITE_KEY);
	});

	test('tells so itself where the node goes on, and the others are as they were', async () => {
		const execution = await run({ ...ofEach, onError: 'continueRegularOutput' }, three);
		expect(execution.status).toBe('success');
		const items = execution.items(NODE);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
		expect(items[0]!.json).toMatchObject({ id: 'u-1001' });
		expect(items[1]!.json).toEqual({
			error: expect.stringMatching(
				/^Pendo does not have the visitor "nobody" \(404\)\. .*Check the id\./,
			),
		});
		expect(items[2]!.json.error).toMatch(/^Visitor ID is empty\. /);
	});

	test('leaves by the error output with what came in', async () => {
		const execution = await run({ ...ofEach, onError: 'continueErrorOutput' }, three);
		expect(execution.items(NODE, 0).map(({ json }) => json.id)).toEqual(['u-1001']);
		expect(execution.items(NODE, 1).map(({ json }) => json.id)).toEqual(['nobody', '']);
	});
});

test('each row links to the item that asked for it', async () => {
	const ids = [bench.makeReport(visitors(2)), bench.makeReport([]), bench.makeReport(visitors(1))];
	const execution = await run(
		{ resource: 'report', operation: 'getRows', given: { reportId: '={{ $json.id }}' } },
		ids.map((id) => ({ id })),
	);
	const links = execution.items(NODE).map(({ pairedItem }) => pairedItem);
	expect(links).toEqual([{ item: 0 }, { item: 0 }, { item: 2 }]);
});

test('10,000 items are written in batches, and each has its outcome', async () => {
	const items = Array.from({ length: 10_000 }, (_, index) => ({
		id: index === 5_000 ? '' : `bulk-${index}`,
		score: index,
	}));
	const execution = await run(
		{
			resource: 'visitor',
			operation: 'bulkSetMetadata',
			given: { visitorId: '={{ $json.id }}', create: true },
			parameters: { valuesMode: 'json', valuesJson: '={{ ({ score: $json.score }) }}' },
			onError: 'continueRegularOutput',
		},
		items,
	);
	const outcomes = execution.items(NODE);
	expect(outcomes).toHaveLength(10_000);
	expect(outcomes.map(({ pairedItem }) => (pairedItem as { item: number }).item)).toEqual(
		items.map((_, index) => index),
	);
	const failed = outcomes.filter(({ json }) => json.error !== undefined);
	expect(failed.map(({ json }) => json.error)).toEqual([
		expect.stringMatching(/^Visitor ID is empty/),
	]);
	expect(sent()).toEqual(
		Array.from({ length: 10 }, () => 'POST /api/v1/metadata/visitor/custom/value?create=true'),
	);
});

describe('what cannot be undone', () => {
	const deletion = { resource: 'visitor', operation: 'delete', given: { ids: 'u-1003\nu-1004' } };

	test('is not done without a confirmation', async () => {
		const { error } = await run(deletion);
		expect(error!.message).toBe('Not confirmed: delete visitors for ever');
		expect(sent()).toEqual([]);
	});

	test('is shown, and not sent, in a dry run', async () => {
		const execution = await run({ ...deletion, given: { ...deletion.given, dryRun: true } });
		expect(execution.items(NODE).map(({ json }) => json)).toEqual([
			{
				dryRun: true,
				requests: [
					{
						method: 'POST',
						path: '/api/v1/bulkdelete/visitor',
						body: { visitors: ['u-1003', 'u-1004'] },
					},
				],
			},
		]);
		expect(bench.emulator.control.requests()).toEqual([]);
	});
});

test('a key that may only read says so before anything is written', async () => {
	const { error } = await run({
		resource: 'visitor',
		operation: 'setMetadata',
		given: { visitorId: 'u-1001', values: { score: '1' } },
		credential: readOnly,
	});
	expect(error).toMatchObject({
		message: 'The integration key may only read, and this operation writes. Nothing was sent',
		description: expect.stringContaining('make a key with write access'),
	});
	expect(sent()).toEqual([]);
});

test('a track event without its secret says where to find it', async () => {
	const { error } = await run({
		resource: 'event',
		operation: 'track',
		given: { event: 'Registered', visitorId: 'u-1001' },
	});
	expect(error!.message).toMatch(/track event secret/i);
	expect(error!.description).toContain('App Details');
	expect(sent()).toEqual([]);
});

test('a date without a time zone is one of the time zone of the workflow', async () => {
	const step: Step = {
		name: NODE,
		resource: 'event',
		operation: 'track',
		given: { event: 'Registered', visitorId: 'u-1001', timestamp: '2026-05-01T12:00:00' },
	};
	const draft = workflowOf([step], withSecret);
	const { id } = await bench.client.createWorkflow({
		...draft,
		settings: { ...draft.settings, timezone: 'Asia/Tokyo' },
	});
	const execution = await bench.client.runManually(id, START);
	const [event] = execution.items(NODE);
	expect(event!.json.timestamp).toBe(Date.UTC(2026, 4, 1, 3));
});

describe('Pendo', () => {
	const rows = (reportId: string): Step => ({
		resource: 'report',
		operation: 'getRows',
		given: { reportId },
	});

	test('that asks to wait is asked again after that time', async () => {
		const id = bench.makeReport(visitors(1));
		const fault: FaultRule = {
			match: { path: `/${id}/` },
			times: 1,
			fault: { type: 'status', status: 429, headers: { 'retry-after': '2' } },
		};
		const execution = await whileBroken(fault, () => run(rows(id)));
		expect(execution.items(NODE)).toHaveLength(1);
		const [first, second] = bench.emulator.control
			.requests()
			.filter((one) => one.path.includes(id));
		expect(second!.time - first!.time).toBeGreaterThanOrEqual(2_000);
	});

	test('that sends elsewhere is not followed', async () => {
		const id = bench.makeReport(visitors(1));
		const fault: FaultRule = {
			match: { path: `/${id}/` },
			times: 'always',
			fault: { type: 'redirect', location: `${bench.emulator.url}/elsewhere` },
		};
		const { error } = await whileBroken(fault, () => run(rows(id)));
		expect(error!.message).toMatch(/answered with a redirect/);
		expect(sent().filter((one) => one.includes('elsewhere'))).toEqual([]);
	});

	test('that breaks off in the middle of the rows gives an error and no half of them', async () => {
		const id = bench.makeReport(visitors(500));
		const fault: FaultRule = {
			match: { path: `/${id}/` },
			times: 'always',
			fault: { type: 'truncate', afterBytes: 5_000 },
		};
		const step = { ...rows(id), parameters: { returnAll: true } };
		const execution = await whileBroken(fault, () =>
			run({ ...step, onError: 'continueRegularOutput' }),
		);
		expect(execution.items(NODE)).toHaveLength(1);
		expect(execution.items(NODE)[0]!.json.error).toEqual(expect.any(String));
	});
});

describe('what somebody typed', () => {
	const odd = [
		'a/b',
		'a%2Fb',
		'..',
		'.',
		'-dash',
		'😀',
		'a?b#c',
		'a\\b',
		' space ',
		'x'.repeat(4_096),
	];
	const cases: [string, Step][] = [
		['an id that is too long', { ...ofEach, given: { visitorId: 'x'.repeat(4_097) } }],
		['half of a character', { ...ofEach, given: { visitorId: '={{ "\\ud83d" }}' } }],
		['a report that is no id', { ...report('..') }],
		['a pipeline that is no JSON', pipeline('={{ "[{" }}')],
		['a pipeline without a source', pipeline('[{"limit":1}]')],
		['a pipeline that is no list', pipeline('{"a":1}')],
		['a number that is none', { ...report('r'), parameters: { limit: '={{ "many" }}' } }],
		['a date that is none', history('={{ "soon" }}')],
	];

	test.each(cases)('%s is told, and nothing is sent', async (_, step) => {
		const { error } = await run(step);
		expect(error!.message).toEqual(expect.any(String));
		expect(error!.description).toContain('Nothing was sent to Pendo');
		expect(sent()).toEqual([]);
	});

	test('never becomes another address: an odd id asks for the visitor of that id', async () => {
		const execution = await run(
			{ ...ofEach, onError: 'continueRegularOutput' },
			odd.map((id) => ({ id })),
		);
		const told = execution.items(NODE).map(({ json }) => json.error);
		const missing = (id: string) => `Pendo does not have the visitor "${id}" (404). `;
		expect(told).toEqual(odd.map((id) => expect.stringContaining(missing(id))));
		for (const line of sent()) expect(line).toMatch(/^GET \/api\/v1\/visitor\/[^/?#]+$/);
		expect(sent()).toHaveLength(odd.length);
	});
});

function report(reportId: string): Step {
	return { resource: 'report', operation: 'getRows', given: { reportId } };
}

function pipeline(json: string): Step {
	return { resource: 'aggregation', operation: 'run', parameters: { pipeline: json } };
}

function history(from: string): Step {
	return { resource: 'visitor', operation: 'history', given: { visitorId: 'u-1001', from } };
}

describe('a CSV file', () => {
	test('arrives as binary data that other nodes read', async () => {
		const id = bench.makeReport(visitors(3));
		const step: Step = {
			name: NODE,
			resource: 'report',
			operation: 'downloadCsv',
			given: { reportId: id },
			parameters: { binaryPropertyName: 'csv' },
		};
		const read = otherNode('Read', 'n8n-nodes-base.extractFromFile', {
			operation: 'csv',
			binaryPropertyName: 'csv',
		});
		const draft = workflowOf([step], bench.credential);
		const { id: workflow } = await bench.client.createWorkflow({
			...draft,
			nodes: [...draft.nodes, read],
			connections: {
				...draft.connections,
				[NODE]: { main: [[{ node: 'Read', type: 'main', index: 0 }]] },
			},
		});
		const execution = await bench.client.runManually(workflow, START);
		expect(execution.items(NODE)[0]).toMatchObject({
			json: { fileName: `report-${id}.csv`, mimeType: 'text/csv' },
			binary: { csv: { fileName: `report-${id}.csv`, mimeType: 'text/csv', fileExtension: 'csv' } },
		});
		expect(execution.items('Read').map(({ json }) => json.visitorId)).toEqual([
			'visitor-0',
			'visitor-1',
			'visitor-2',
		]);
	});

	test('that is a web page is an error', async () => {
		const id = bench.makeReport(visitors(3));
		const fault: FaultRule = {
			match: { path: `/${id}/` },
			times: 'always',
			fault: { type: 'html' },
		};
		const step: Step = { resource: 'report', operation: 'downloadCsv', given: { reportId: id } };
		const { error } = await whileBroken(fault, () => run(step));
		expect(error!.message).toContain('no CSV file');
	});

	test('that breaks off in the middle is an error', async () => {
		const id = bench.makeReport(visitors(500));
		const fault: FaultRule = {
			match: { path: `/${id}/` },
			times: 'always',
			fault: { type: 'reset', afterBytes: 5_000 },
		};
		const step: Step = { resource: 'report', operation: 'downloadCsv', given: { reportId: id } };
		const { error } = await whileBroken(fault, () => run(step));
		expect(error!.message).toMatch(/broke|damaged or incomplete/);
	});
});

test("n8n's HTTP Request node works with the credential of this package", async () => {
	const request = otherNode('HTTP', 'n8n-nodes-base.httpRequest', {
		url: `${bench.emulator.url}/api/v1/segment/${SEGMENT_IDS.uploaded}`,
		authentication: 'predefinedCredentialType',
		nodeCredentialType: 'pendoApi',
	});
	const draft = workflowOf([], bench.credential);
	const { id } = await bench.client.createWorkflow({
		...draft,
		nodes: [
			...draft.nodes,
			{ ...request, typeVersion: 4.2, credentials: { pendoApi: bench.credential } },
		],
		connections: { [START]: { main: [[{ node: 'HTTP', type: 'main', index: 0 }]] } },
	});
	const execution = await bench.client.runManually(id, START);
	expect(execution.items('HTTP')[0]!.json).toMatchObject({ id: SEGMENT_IDS.uploaded });
});

function otherNode(name: string, type: string, parameters: Record<string, unknown>): N8nNode {
	return { id: randomUUID(), name, type, typeVersion: 1, position: [520, 0], parameters };
}

describe('the lists of the form', () => {
	const list = (methodName: string, parameter: string, more: object = {}) =>
		bench.client.searchList({
			nodeType: 'n8n-nodes-pendo.pendo',
			methodName,
			parameter,
			credentials: { pendoApi: bench.credential },
			...more,
		});

	test('of reports has pages, and finds by any words of a name', async () => {
		const first = await list('searchReports', 'reportId');
		expect(first.results).toHaveLength(100);
		const { paginationToken } = first;
		const second = await list('searchReports', 'reportId', { paginationToken });
		const names = new Set([...first.results, ...second.results].map(({ value }) => value));
		expect(names.size).toBe(first.results.length + second.results.length);
		const { results } = await list('searchReports', 'reportId', { filter: 'trial users' });
		expect(results.length).toBeGreaterThan(0);
		for (const { name } of results) expect(name).toMatch(/trial.*users|users.*trial/i);
	});

	test('of visitors has pages, and finds by how an id begins', async () => {
		const first = await list('searchVisitors', 'visitorId');
		const { paginationToken } = first;
		const second = await list('searchVisitors', 'visitorId', { paginationToken });
		expect(first.results).toHaveLength(100);
		const ids = [...first.results, ...second.results].map(({ value }) => value);
		expect(new Set(ids).size).toBe(ids.length);
		const { results } = await list('searchVisitors', 'visitorId', { filter: 'u-100' });
		expect(results.length).toBeGreaterThan(0);
		for (const { value } of results) expect(value).toMatch(/^u-100/);
	});

	test.each([
		['searchAccounts', 'accountId'],
		['searchFeatures', 'featureId'],
		['searchGuides', 'guideId'],
		['searchPages', 'id'],
		['searchSegments', 'segmentId'],
		['searchTrackTypes', 'id'],
	])('%s has something to choose', async (method, parameter) => {
		const { results } = await list(method, parameter);
		expect(results.length).toBeGreaterThan(0);
		for (const { name, value } of results) expect([name, value]).not.toContain('');
	});

	test('that cannot be loaded says why', async () => {
		const { id } = bench.emulator.control.addFault({
			match: { path: '/api/v1/segment' },
			times: 'always',
			fault: { type: 'status', status: 403 },
		});
		await expect(list('searchSegments', 'segmentId')).rejects.toThrow(/Pendo refused the key/);
		bench.emulator.control.clearFaults(id);
	});

	test('of metadata fields holds those of the chosen group', async () => {
		const fields = (currentNodeParameters: object) =>
			bench.client.request<{ name: string; value: string }[]>(
				'POST',
				'/rest/dynamic-node-parameters/options',
				{
					nodeTypeAndVersion: { name: 'n8n-nodes-pendo.pendo', version: 1 },
					path: 'parameters.field',
					methodName: 'getVisitorFields',
					currentNodeParameters,
					credentials: { pendoApi: bench.credential },
				},
			);
		const ofGroup = { resource: 'visitor', operation: 'setMetadata', group: 'custom' };
		expect((await fields(ofGroup)).map(({ value }) => value)).toContain('score');
		const ofAll = { resource: 'visitor', operation: 'getMany', group: 'custom' };
		const values = (await fields(ofAll)).map(({ value }) => value);
		expect(values).toEqual(expect.arrayContaining(['custom.score', 'agent.email']));
	});
});

test('report rows may be named by the titles of the columns', async () => {
	const execution = await run({
		resource: 'report',
		operation: 'getRows',
		given: { reportId: REPORT_IDS.sampleVisitors, columnTitles: true, returnAll: true },
	});
	const [row] = execution.items(NODE);
	expect(Object.keys(row!.json)).not.toContain('visitorId');
});

test('Simplify puts the metadata of a visitor on one level; without it all is as Pendo gives it', async () => {
	const simple = await run({ ...ofEach }, [{ id: 'u-1001' }]);
	expect(simple.items(NODE)[0]!.json).toMatchObject({
		id: 'u-1001',
		agent_email: expect.any(String),
	});
	const raw = await run({ ...ofEach, parameters: { simplify: false } }, [{ id: 'u-1001' }]);
	expect(raw.items(NODE)[0]!.json).toMatchObject({
		id: 'u-1001',
		metadata: { agent: { email: expect.any(String) } },
	});
});

// The last one: n8n is so busy with it that it closes connections.
test('a report of 150,000 rows arrives whole', async () => {
	const id = `big-${randomUUID()}`;
	bench.emulator.control.createReport({ id, type: 'Visitor', generated: 150_000 });
	const count = otherNode('Count', 'n8n-nodes-base.summarize', {
		fieldsToSummarize: { values: [{ aggregation: 'count', field: 'visitorId' }] },
	});
	const rows = {
		resource: 'report',
		operation: 'getRows',
		given: { reportId: id, returnAll: true },
	};
	const draft = workflowOf([{ name: NODE, ...rows }], bench.credential);
	const { id: workflow } = await bench.client.createWorkflow({
		...draft,
		nodes: [...draft.nodes, count],
		connections: {
			...draft.connections,
			[NODE]: { main: [[{ node: 'Count', type: 'main', index: 0 }]] },
		},
	});
	const execution = await bench.client.runManually(workflow, START);
	expect(execution.items('Count').map(({ json }) => json)).toEqual([{ count_visitorId: 150_000 }]);
});
