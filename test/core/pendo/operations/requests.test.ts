import { OPERATIONS } from '../../../../core/pendo/operations';
import { Wire, type Reply, type Sent } from './pendo.support';

const day = Date.UTC(2026, 4, 8, 12);
const CSV = 'visitorId\nu-1\n';

/**
 * What each operation sends, written out from Pendo's documentation and its public clients; never
 * made by the code that is tested. Where several requests are sent, all of them.
 */
const SENT: Record<
	string,
	{ given?: Record<string, unknown>; sends: (string | [string, unknown])[]; reply?: Reply }
> = {
	'report getMany': { sends: ['GET /api/v1/report'], reply: { body: [] } },
	'report getRows': {
		given: { reportId: '_Q7hZr0aT2kLmN8vXcYbWdEfGiU' },
		sends: ['GET /api/v1/report/_Q7hZr0aT2kLmN8vXcYbWdEfGiU/results.json'],
		reply: { body: [] },
	},
	'report downloadCsv': {
		given: { reportId: '-b3Account' },
		sends: ['GET /api/v1/report/-b3Account/results.csv'],
		reply: { body: CSV },
	},
	'visitor get': { given: { visitorId: 'u-1001' }, sends: ['GET /api/v1/visitor/u-1001'] },
	'visitor getMany': {
		given: { limit: 2 },
		sends: [
			[
				'POST /api/v1/aggregation',
				{
					response: { mimeType: 'application/json' },
					request: {
						pipeline: [{ source: { visitors: null } }, { sort: ['visitorId'] }, { limit: 2 }],
					},
				},
			],
		],
		reply: { body: { startTime: day, results: [] } },
	},
	'visitor getMetadataValue': {
		given: { visitorId: 'u-1001', group: 'agent', field: 'email' },
		sends: ['GET /api/v1/metadata/visitor/agent/value/u-1001/email'],
		reply: { body: '"kim@example.test"' },
	},
	'visitor history': {
		given: { visitorId: 'u-1001' },
		sends: [`GET /api/v1/visitor/u-1001/history?starttime=${day - 86_400_000}`],
		reply: { body: [] },
	},
	'visitor setMetadata': {
		given: { visitorId: 'u-1001', values: { tier: 'gold', score: 42, trial: true } },
		sends: [
			[
				'POST /api/v1/metadata/visitor/custom/value',
				[{ visitorId: 'u-1001', values: { tier: 'gold', score: 42, trial: true } }],
			],
		],
	},
	'visitor bulkSetMetadata': {
		given: { visitorId: 'u-1001', group: 'agent', values: { email: 'k@e.test' }, create: true },
		sends: [
			[
				'POST /api/v1/metadata/visitor/agent/value?create=true',
				[{ visitorId: 'u-1001', values: { email: 'k@e.test' } }],
			],
		],
	},
	'visitor setMetadataValue': {
		given: { visitorId: 'u-1001', field: 'tier', value: 'gold' },
		sends: [['PUT /api/v1/metadata/visitor/custom/value/u-1001/tier', 'gold']],
	},
	'visitor optOut': {
		given: { visitorId: 'u-1001' },
		sends: [['PUT /api/v1/metadata/visitor/pendo/value/u-1001/donotprocess', true]],
	},
	'visitor optOutOfGuides': {
		given: { visitorId: 'u-1001', optOut: false },
		sends: [['PUT /api/v1/metadata/visitor/pendo/value/u-1001/blacklistguides', false]],
	},
	'visitor delete': {
		given: { ids: ['visitorId', 'visitorId2'], confirm: true },
		sends: [['POST /api/v1/bulkdelete/visitor', { visitors: ['visitorId', 'visitorId2'] }]],
	},
	'account get': {
		given: { accountId: 'parent::child' },
		sends: ['GET /api/v1/account/parent%3A%3Achild'],
	},
	'account getMany': {
		given: { limit: 5 },
		sends: [
			[
				'POST /api/v1/aggregation',
				{
					response: { mimeType: 'application/json' },
					request: {
						pipeline: [{ source: { accounts: null } }, { sort: ['accountId'] }, { limit: 5 }],
					},
				},
			],
		],
		reply: { body: { results: [] } },
	},
	'account getMetadataValue': {
		given: { accountId: 'acme', field: 'tier' },
		sends: ['GET /api/v1/metadata/account/custom/value/acme/tier'],
		reply: { body: '42' },
	},
	'account setMetadata': {
		given: { accountId: 'acme', values: { tier: 'gold' } },
		sends: [
			[
				'POST /api/v1/metadata/account/custom/value',
				[{ accountId: 'acme', values: { tier: 'gold' } }],
			],
		],
	},
	'account bulkSetMetadata': {
		given: { accountId: 'acme', values: { renewal: '2026-05-01T00:00:00Z' } },
		sends: [
			[
				'POST /api/v1/metadata/account/custom/value',
				[{ accountId: 'acme', values: { renewal: 1777593600000 } }],
			],
		],
	},
	'account setMetadataValue': {
		given: { accountId: 'acme', field: 'score', value: '42' },
		sends: [['PUT /api/v1/metadata/account/custom/value/acme/score', 42]],
	},
	'account optOut': {
		given: { accountId: 'acme' },
		sends: [['PUT /api/v1/metadata/account/pendo/value/acme/donotprocess', true]],
	},
	'account optOutOfGuides': {
		given: { accountId: 'acme' },
		sends: [['PUT /api/v1/metadata/account/pendo/value/acme/blacklistguides', true]],
	},
	'account delete': {
		given: { ids: 'accountId\naccountId2', confirm: true },
		sends: [['POST /api/v1/bulkdelete/account', { accounts: ['accountId', 'accountId2'] }]],
	},
	'segment getMany': {
		given: { createdByApi: true },
		sends: ['GET /api/v1/segment?createdByApi=true'],
		reply: { body: [] },
	},
	'segment get': { given: { segmentId: 'aB3' }, sends: ['GET /api/v1/segment/aB3'] },
	'segment create': {
		given: { name: 'At risk', visitorIds: ['visitor1', 'visitor2'] },
		sends: [
			['POST /api/v1/segment/upload', { name: 'At risk', visitors: ['visitor1', 'visitor2'] }],
		],
		reply: { body: { segmentId: 'aB3' } },
	},
	'segment status': {
		given: { segmentId: 'aB3' },
		sends: ['GET /api/v1/segment/aB3/status'],
		reply: { body: { status: 'completed' } },
	},
	'segment rename': {
		given: { segmentId: 'aB3', name: 'Lost' },
		sends: [['PUT /api/v1/segment/aB3', { name: 'Lost' }]],
	},
	'segment replace': {
		given: { segmentId: 'aB3', visitorIds: ['visitor1'], confirm: true },
		sends: [['PUT /api/v1/segment/aB3', { visitors: ['visitor1'] }]],
	},
	'segment addVisitors': {
		given: { segmentId: 'aB3', visitorIds: ['visitor3', 'visitor4'] },
		sends: [
			[
				'PATCH /api/v1/segment/aB3/visitor',
				{ patch: [{ op: 'add', path: '/visitors', value: ['visitor3', 'visitor4'] }] },
			],
		],
	},
	'segment removeVisitors': {
		given: { segmentId: 'aB3', visitorIds: ['visitor1'] },
		sends: [
			[
				'PATCH /api/v1/segment/aB3/visitor',
				{ patch: [{ op: 'remove', path: '/visitors', value: ['visitor1'] }] },
			],
		],
	},
	'segment addVisitor': {
		given: { segmentId: 'aB3', visitorId: 'u-1' },
		sends: ['PUT /api/v1/segment/aB3/visitor/u-1'],
	},
	'segment removeVisitor': {
		given: { segmentId: 'aB3', visitorId: 'u-1' },
		sends: ['DELETE /api/v1/segment/aB3/visitor/u-1'],
	},
	'segment export': {
		given: { segmentId: 'aB3' },
		sends: [
			'POST /api/v1/segment/aB3/visitors',
			'GET /api/v1/segment/aB3/visitors/job1/status',
			'GET /api/v1/segment/aB3/visitors/job1/results/csv',
		],
		reply: { body: { jobId: 'job1', status: 'complete' } },
	},
	'segment downloadCsv': {
		given: { segmentId: 'aB3' },
		sends: [
			'POST /api/v1/segment/aB3/visitors',
			'GET /api/v1/segment/aB3/visitors/job1/status',
			'GET /api/v1/segment/aB3/visitors/job1/results/csv',
		],
		reply: { body: { jobId: 'job1', status: 'complete' } },
	},
	'segment delete': {
		given: { segmentId: 'aB3', confirm: true },
		sends: ['DELETE /api/v1/segment/aB3'],
	},
	'aggregation run': {
		given: { pipeline: '[{"source":{"pages":null}}]' },
		sends: [
			[
				'POST /api/v1/aggregation',
				{
					response: { mimeType: 'application/json' },
					request: { pipeline: [{ source: { pages: null } }] },
				},
			],
		],
		reply: { body: { results: [] } },
	},
	'aggregation activeVisitors': {
		given: { limit: 3 },
		sends: [
			[
				'POST /api/v1/aggregation',
				{
					response: { mimeType: 'application/json' },
					request: {
						pipeline: [
							{
								source: {
									events: { appId: 'expandAppIds("*")' },
									timeSeries: { period: 'dayRange', first: 'now()', count: -7 },
								},
							},
							{ identified: 'visitorId' },
							{
								group: {
									group: ['visitorId'],
									fields: [{ events: { sum: 'numEvents' } }, { minutes: { sum: 'numMinutes' } }],
								},
							},
							{ sort: ['-events'] },
							{ limit: 3 },
						],
					},
				},
			],
		],
		reply: { body: { results: [] } },
	},
	'aggregation topPages': {
		given: { limit: 3, period: 'custom', from: day - 86_400_000, to: day },
		sends: [
			[
				'POST /api/v1/aggregation',
				{
					response: { mimeType: 'application/json' },
					request: {
						pipeline: [
							{
								source: {
									pageEvents: { appId: 'expandAppIds("*")' },
									timeSeries: { period: 'dayRange', first: day - 86_400_000, last: day },
								},
							},
							{
								group: {
									group: ['pageId'],
									fields: [{ events: { sum: 'numEvents' } }, { minutes: { sum: 'numMinutes' } }],
								},
							},
							{ sort: ['-events'] },
							{ limit: 3 },
						],
					},
				},
			],
			'GET /api/v1/page?expand=*',
		],
		reply: { body: { results: [{ pageId: 'p1', id: 'p1', name: 'Home' }] } },
	},
	'aggregation featureAdopters': {
		given: { featureId: 'fEa', limit: 3, period: 'last30Days' },
		sends: [
			[
				'POST /api/v1/aggregation',
				{
					response: { mimeType: 'application/json' },
					request: {
						pipeline: [
							{
								source: {
									featureEvents: { featureId: 'fEa', appId: 'expandAppIds("*")' },
									timeSeries: { period: 'dayRange', first: 'now()', count: -30 },
								},
							},
							{ identified: 'visitorId' },
							{
								group: {
									group: ['visitorId'],
									fields: [{ events: { sum: 'numEvents' } }, { minutes: { sum: 'numMinutes' } }],
								},
							},
							{ sort: ['-events'] },
							{ limit: 3 },
						],
					},
				},
			],
		],
		reply: { body: { results: [] } },
	},
	'aggregation npsAnswers': {
		given: { guideId: 'gU1"\\', limit: 3, period: 'today' },
		sends: [
			[
				'POST /api/v1/aggregation',
				{
					response: { mimeType: 'application/json' },
					request: {
						pipeline: [
							{
								source: {
									pollEvents: null,
									timeSeries: { period: 'dayRange', first: 'now()', count: -1 },
								},
							},
							{ filter: 'guideId == "gU1\\"\\\\"' },
							{ sort: ['-browserTime'] },
							{ limit: 3 },
						],
					},
				},
			],
		],
		reply: { body: { results: [] } },
	},
	'guide get': {
		given: { id: 'gU1' },
		sends: ['GET /api/v1/guide?id=gU1'],
		reply: { body: [{ id: 'gU1' }] },
	},
	'guide getMany': {
		given: { state: 'public' },
		sends: ['GET /api/v1/guide?expand=*&summarizeContent=true&state=public'],
		reply: { body: [] },
	},
	'guide history': {
		given: { guideId: 'gU1' },
		sends: ['GET /api/v1/guide/gU1/history'],
		reply: { body: [] },
	},
	'guide getOrder': { sends: ['GET /api/v1/guide/order'], reply: { body: ['gU1'] } },
	'guide setState': {
		given: { guideId: 'gU1', state: 'disabled' },
		sends: [['PUT /api/v1/guide/gU1/state', { state: 'disabled' }]],
	},
	'guide setSegment': {
		given: { guideId: 'gU1', segmentId: 'aB3' },
		sends: [['PUT /api/v1/guide/gU1/segment', { segmentId: 'aB3' }]],
	},
	'guide resetSeenState': {
		given: { guideId: 'gU1', visitorId: 'u-1' },
		sends: ['POST /api/v1/guide/gU1/visitor/u-1/reset'],
	},
	'guide resetSeenStateOfAll': {
		given: { visitorId: 'u-1' },
		sends: ['POST /api/v1/guide/all/visitor/u-1/reset'],
	},
	'guide resetStaged': { given: { guideId: 'gU1' }, sends: ['POST /api/v1/guide/gU1/reset'] },
	'guide resetAllStaged': { sends: ['POST /api/v1/guide/staged/reset'] },
	'guide exportExperiment': {
		given: { guideId: 'gU1' },
		sends: ['POST /api/v1/guide/gU1/experiment/export'],
	},
	'guide exportLocalization': {
		sends: ['GET /api/v1/guide/localization/export'],
		reply: { body: '<xliff/>' },
	},
	'guide importLocalization': {
		given: { xliff: '<xliff/>' },
		sends: [['POST /api/v1/guide/localization/import', '<xliff/>']],
	},
	'page get': {
		given: { id: 'p1' },
		sends: ['GET /api/v1/page?id=p1'],
		reply: { body: [{ id: 'p1' }] },
	},
	'page getMany': {
		given: { allApps: false, appId: '-323232' },
		sends: ['GET /api/v1/page?appId=-323232'],
		reply: { body: [] },
	},
	'feature get': {
		given: { id: 'f1' },
		sends: ['GET /api/v1/feature?id=f1'],
		reply: { body: [{ id: 'f1' }] },
	},
	'feature getMany': {
		given: { allApps: false, ids: ['a', 'b'] },
		sends: ['GET /api/v1/feature?id=a,b'],
		reply: { body: [] },
	},
	'trackType get': {
		given: { id: 't1' },
		sends: ['GET /api/v1/tracktype?id=t1'],
		reply: { body: [{ id: 't1' }] },
	},
	'trackType getMany': { sends: ['GET /api/v1/tracktype?expand=*'], reply: { body: [] } },
	'event track': {
		given: {
			event: 'Registered',
			visitorId: 'unique-string-id',
			accountId: 'account-id-of-visitor',
			timestamp: 1778241600000,
			properties: { plan: 'gold' },
			context: { ip: '76.253.187.23', title: 'My Page - Admin' },
		},
		sends: [
			[
				'POST /data/track',
				{
					type: 'track',
					event: 'Registered',
					visitorId: 'unique-string-id',
					accountId: 'account-id-of-visitor',
					timestamp: 1778241600000,
					properties: { plan: 'gold' },
					context: { ip: '76.253.187.23', title: 'My Page - Admin' },
				},
			],
		],
		reply: { body: '' },
	},
	'feedback create': {
		given: {
			accountId: 'exampleAccount',
			visitorId: 'exampleVisitor',
			createdById: 'anotherVisitor',
			createdAt: 1746194289860,
			title: 'This is the title',
			description: 'This is a more verbose description of the feedback.',
			appIds: ['-323232'],
			labels: [{ name: 'Admin', category: 'Role' }, { name: 'label' }],
			importance: 2,
			productAreas: ['_PENDO_DEFAULTGROUP_00_'],
			linksData: [{ title: 'Pendo', linkUrl: 'https://app.pendo.io' }],
		},
		sends: [
			[
				'POST /api/v1/feedback',
				{
					accountId: 'exampleAccount',
					visitorId: 'exampleVisitor',
					createdById: 'anotherVisitor',
					createdAt: 1746194289860,
					title: 'This is the title',
					description: 'This is a more verbose description of the feedback.',
					appIds: [-323232],
					labels: [{ name: 'Admin', category: 'Role' }, { name: 'label' }],
					importance: 2,
					productAreas: ['_PENDO_DEFAULTGROUP_00_'],
					linksData: [{ title: 'Pendo', linkUrl: 'https://app.pendo.io' }],
				},
			],
		],
	},
	'feedback update': {
		given: { id: 'fb1', title: 'This is a brand new title', importance: -1 },
		sends: [['PATCH /api/v1/feedback/fb1', { title: 'This is a brand new title', importance: -1 }]],
	},
	'feedback delete': {
		given: { ids: ['fb1', 'fb2'], confirm: true },
		sends: [['DELETE /api/v1/feedback', { ids: ['fb1', 'fb2'] }]],
	},
	'feedback getOptions': { sends: ['GET /api/v1/feedback/options'] },
	'metadataSchema get': {
		given: { kind: 'parentAccount' },
		sends: ['GET /api/v1/metadata/schema/parentAccount'],
	},
	'metadataSchema createFields': {
		given: {
			fields: [
				{ name: 'fieldName1', displayName: 'fieldName1', type: 'string' },
				{ name: 'fieldName2', type: 'number' },
			],
		},
		sends: [
			[
				'POST /api/v1/metadata/schema/visitor/custom',
				[
					{ name: 'fieldName1', displayname: 'fieldName1', type: 'string' },
					{ name: 'fieldName2', displayname: 'fieldName2', type: 'number' },
				],
			],
		],
	},
	'metadataSchema deleteField': {
		given: { kind: 'account', group: 'agent', field: 'tier', confirm: true },
		sends: ['DELETE /api/v1/metadata/schema/account/agent/tier'],
	},
	'metadataSchema getAllDependencies': {
		sends: ['GET /api/v1/metadata/dependencies'],
		reply: { body: [] },
	},
	'metadataSchema getDependencies': {
		given: { field: 'tier' },
		sends: ['GET /api/v1/metadata/dependencies/visitor/custom/tier'],
		reply: { body: [] },
	},
	'bulkDeletion getMany': { sends: ['GET /api/v1/bulkdelete'], reply: { body: [] } },
	'bulkDeletion get': { given: { id: 'job1' }, sends: ['GET /api/v1/bulkdelete/job1'] },
	'excludeList getMany': { sends: ['GET /api/v1/blacklist'], reply: { body: [] } },
	'excludeList getByType': {
		given: { type: 'visitor' },
		sends: ['GET /api/v1/blacklist/type/visitor'],
		reply: { body: [] },
	},
	'serverName getMany': { sends: ['GET /api/v1/servername'], reply: { body: [] } },
	'serverName get': {
		given: { name: 'app.example.com' },
		sends: ['GET /api/v1/servername/app.example.com'],
	},
	'serverName getByFlag': {
		given: { flag: 'staging' },
		sends: ['GET /api/v1/servername/flag/staging'],
		reply: { body: [] },
	},
	'key verify': { sends: ['GET /api/v1/token/verify'] },
};

const NAMES = OPERATIONS.map(({ resource, operation }) => `${resource} ${operation}`);
const AUXILIARY = /^GET \/api\/v1\/(token\/verify|metadata\/schema\/(visitor|account))$/;

describe('what is sent to Pendo', () => {
	test.each(NAMES)('%s', async (name) => {
		const { sends } = SENT[name]!;
		const sent = (await sentBy(name)).map(({ method, path, body }) => {
			const line = `${method} ${path}`;
			return body === undefined ? line : [line, body];
		});
		const own = sent.filter((one) => sends.includes(one as string) || !AUXILIARY.test(String(one)));
		expect(own).toEqual(sends);
	});

	test('a write asks first whether the key may write; a read never does', async () => {
		for (const { resource, operation, write, secret } of OPERATIONS) {
			const name = `${resource} ${operation}`;
			const [first] = await sentBy(name);
			const asks = operation === 'verify' || (write && secret === 'integrationKey');
			expect([name, first!.path === '/api/v1/token/verify']).toEqual([name, asks]);
		}
	});

	test('only track events go to the data host, with its own secret', async () => {
		for (const { resource, operation, secret } of OPERATIONS) {
			const name = `${resource} ${operation}`;
			const hosts = new Set((await sentBy(name)).map(({ host }) => host ?? 'api'));
			expect([name, ...hosts]).toEqual([name, secret === 'trackEventSecret' ? 'data' : 'api']);
		}
	});

	test('no secret is in what the host is asked to send: the host adds it', async () => {
		for (const name of NAMES) {
			for (const { headers } of await sentBy(name)) {
				expect(Object.keys(headers)).not.toContain('x-pendo-integration-key');
			}
		}
	});

	test('a lone text, number or truth value goes as JSON', async () => {
		const last = (await sentBy('visitor setMetadataValue')).at(-1)!;
		expect(last.headers['content-type']).toBe('application/json');
	});
});

/** All that an operation sends until its answer is read to the end. */
async function sentBy(name: string): Promise<readonly Sent[]> {
	const { given = {}, reply = { body: {} } } = SENT[name]!;
	const wire = new Wire(({ path }) => (path.endsWith('/csv') ? { body: CSV } : reply));
	const [resource, operation] = name.split(' ') as [string, string];
	const answer = await wire.run(resource, operation, given);
	if (answer.kind === 'rows') for await (const row of answer.rows) expect(row).toBeDefined();
	return wire.sent;
}
