import {
	GUIDE_IDS,
	READ_WRITE_KEY,
	REPORT_IDS,
	SEGMENT_IDS,
	TRACK_SECRET,
} from '../../emulator/server';
import { OPERATIONS } from '../../core/pendo/operations';
import type { Execution } from '../../scripts/n8n-client';
import { nameOf, runSteps, type Step } from './support/action';
import { Bench, type Credential } from './support/bench';

jest.setTimeout(300_000);

let bench: Bench;
let credential: Credential;
let execution: Execution;

const { sampleVisitors } = REPORT_IDS;
const { uploaded, powerUsers } = SEGMENT_IDS;
const { welcome, staged, experiment, nps } = GUIDE_IDS;
const from = (node: string, path: string) => `={{ $('${node}').first().json.${path} }}`;

/** What each operation is given; those that destroy something come last. */
const GIVEN: Record<string, Record<string, unknown>> = {
	'key verify': {},
	'report getMany': { kind: 'visitor', search: 'trial' },
	'report getRows': { reportId: sampleVisitors, returnAll: true, columnTitles: true },
	'report downloadCsv': { reportId: sampleVisitors },
	'visitor get': { visitorId: 'u-1001' },
	'visitor getMany': {
		limit: 3,
		identifiedOnly: true,
		lastVisitAfter: '2020-01-01T00:00:00',
		segmentId: uploaded,
		conditions: [{ field: 'agent.email', operator: '!=', value: 'nobody@example.test' }],
	},
	'visitor getMetadataValue': { visitorId: 'u-1001', group: 'agent', field: 'email' },
	'visitor history': { visitorId: 'u-1001', limit: 5 },
	'visitor setMetadata': { visitorId: 'u-1001', values: { score: '42' } },
	'visitor bulkSetMetadata': { visitorId: 'u-1001', values: { score: '43' }, create: true },
	'visitor setMetadataValue': { visitorId: 'u-1001', field: 'score', value: '44' },
	'visitor optOut': { visitorId: 'Kim+Test@Example.test', optOut: false },
	'visitor optOutOfGuides': { visitorId: 'u-1001' },
	'account get': { accountId: 'acme' },
	'account getMany': { limit: 2 },
	'account getMetadataValue': { accountId: 'acme', group: 'agent', field: 'name' },
	'account setMetadata': { accountId: 'acme', group: 'agent', values: { name: 'Acme Ltd' } },
	'account bulkSetMetadata': { accountId: 'acme', group: 'agent', values: { name: 'Acme' } },
	'account setMetadataValue': { accountId: 'acme', group: 'agent', field: 'name', value: 'Acme' },
	'account optOut': { accountId: 'acme', optOut: false },
	'account optOutOfGuides': { accountId: 'acme', optOut: false },
	'segment getMany': { createdByApi: true },
	'segment get': { segmentId: uploaded },
	'segment create': { name: 'At risk', visitorIds: 'u-1001\nu-1002' },
	'segment status': { segmentId: from('segment create', 'segmentId'), waitSeconds: 30 },
	'segment rename': { segmentId: uploaded, name: 'From our CRM' },
	'segment addVisitors': { segmentId: uploaded, visitorIds: 'u-1002, u-1003' },
	'segment removeVisitors': { segmentId: uploaded, visitorIds: 'u-1003' },
	'segment addVisitor': { segmentId: uploaded, visitorId: 'u-1004' },
	'segment removeVisitor': { segmentId: uploaded, visitorId: 'u-1004' },
	'segment export': { segmentId: uploaded, returnAll: true, waitSeconds: 30 },
	'segment downloadCsv': { segmentId: uploaded, waitSeconds: 30 },
	'aggregation run': { pipeline: [{ source: { pages: null } }], limit: 2 },
	'aggregation activeVisitors': { period: 'last30Days', limit: 3 },
	'aggregation topPages': { limit: 3 },
	'aggregation featureAdopters': {
		featureId: from('feature getMany', 'id'),
		period: 'custom',
		from: '2026-01-01T00:00:00',
		to: '2026-01-08T00:00:00',
		limit: 3,
	},
	'aggregation npsAnswers': { guideId: nps, limit: 3 },
	'guide get': { id: welcome },
	'guide getMany': { limit: 3 },
	'guide history': { guideId: welcome },
	'guide getOrder': {},
	'guide setState': { guideId: welcome, state: 'disabled' },
	'guide setSegment': { guideId: welcome, segmentId: powerUsers },
	'guide resetSeenState': { guideId: welcome, visitorId: 'u-1001' },
	'guide resetSeenStateOfAll': { visitorId: 'u-1001' },
	'guide resetStaged': { guideId: staged },
	'guide resetAllStaged': {},
	'guide exportExperiment': { guideId: experiment },
	'guide exportLocalization': {},
	'guide importLocalization': { xliff: '<xliff version="1.2"></xliff>' },
	'page getMany': { limit: 1 },
	'page get': { id: from('page getMany', 'id') },
	'feature getMany': { limit: 1 },
	'feature get': { id: from('feature getMany', 'id') },
	'trackType getMany': { limit: 1 },
	'trackType get': { id: from('trackType getMany', 'id') },
	'event track': {
		event: 'Registered',
		visitorId: 'u-1001',
		accountId: 'acme',
		properties: { plan: 'gold' },
	},
	'feedback getOptions': {},
	'feedback create': {
		title: 'Dark mode',
		visitorId: 'u-1001',
		labels: [{ name: 'Admin', category: 'Role' }],
	},
	'feedback update': { id: from('feedback create', 'id'), title: 'Dark mode for reports' },
	'metadataSchema get': { kind: 'account' },
	'metadataSchema createFields': {
		fields: [{ name: 'tier', displayName: 'Tier', type: 'string' }],
	},
	'metadataSchema getAllDependencies': { returnAll: true },
	'metadataSchema getDependencies': { group: 'agent', field: 'plan' },
	'excludeList getMany': {},
	'excludeList getByType': { type: 'visitor' },
	'serverName getMany': {},
	'serverName get': { name: 'localhost' },
	'serverName getByFlag': { flag: 'exclude' },
	'feedback delete': { ids: from('feedback create', 'id'), confirm: true },
	'metadataSchema deleteField': { field: 'tier', confirm: true },
	'segment replace': { segmentId: uploaded, visitorIds: 'u-1002', confirm: true },
	'segment delete': { segmentId: from('segment create', 'segmentId'), confirm: true },
	'visitor delete': { ids: 'u-1003\nu-1004', confirm: true },
	'account delete': { ids: 'nobody', confirm: true },
	'bulkDeletion getMany': {},
	'bulkDeletion get': { id: from('visitor delete', 'answers[0].id') },
};

const STEPS: Step[] = Object.entries(GIVEN).map(([name, given]) => {
	const [resource, operation] = name.split(' ') as [string, string];
	return { resource, operation, given, onError: 'continueRegularOutput' };
});

beforeAll(async () => {
	bench = await Bench.start();
	credential = await bench.makeCredential('Pendo with secret', {
		region: 'custom',
		baseUrl: bench.emulator.url,
		apiKey: READ_WRITE_KEY,
		trackEventSecret: TRACK_SECRET,
	});
	execution = await runSteps(bench, inOrder(STEPS), { credential });
});

afterAll(async () => {
	await bench?.close();
});

/** Those first whose answers others refer to. */
function inOrder(steps: Step[]): Step[] {
	const first = ['feature getMany'];
	const isFirst = (step: Step) => first.includes(nameOf(step));
	return [...steps.filter(isFirst), ...steps.filter((step) => !isFirst(step))];
}

test('every operation of the table is run here', () => {
	const all = OPERATIONS.map(({ resource, operation }) => `${resource} ${operation}`);
	expect(STEPS.map(nameOf).sort()).toEqual(all.sort());
});

test.each(OPERATIONS.map((one) => [`${one.resource} ${one.operation}`, one] as const))(
	'%s does in n8n what it says',
	(name, operation) => {
		const items = execution.items(name);
		expect(items.map(({ json }) => json.error).filter(Boolean)).toEqual([]);
		const path = new RegExp(`^${operation.path.replace(/\{\w+\}/g, '[^/?]+')}([?].*)?$`);
		const sent = bench.emulator.control
			.requests()
			.filter((one) => one.method === operation.method && path.test(one.path));
		expect(sent.map(({ status }) => status)).toContain(200);
		for (const { pairedItem } of items) expect(pairedItem).toEqual({ item: 0 });
	},
);
