import { kindOfReport, readReportList, searchReports } from '../../../core/pendo';

/** As recorded from Pendo, with invented names. */
const recorded = String.raw`[{"kind":"Report","id":"_Q7hZr0aT2kLmN8vXcYbWdEfGiU","type":"Visitor","name":"Trial users, week 1","shared":true,"share":"","scope":"","createdAt":1746000000000,"lastUpdatedAt":1746000000000,"lastRunAt":1746003600000,"ownedByUser":{"id":"","username":"","role":0},
  "definition":{"type":"List","kind":"visitor","generator":"visitorList","timeSeries":{"type":"Last 7 Days","start":"2026-05-01","end":"2026-05-08"},"config":{"appId":"expandAppIds(\"web\")","segmentId":"everyone","columns":[{"columnName":"visitor_agent_email","columnLabel":"Email","kind":"visitor","schema":"string"}]}},
  "aggregation":{"fields":[{"type":"string","title":"Visitor ID","field":"visitorId"},{"type":"string","title":"Email","field":"visitor_agent_email"}],
   "pipeline":[{"source":{"events":{"appId":"expandAppIds(\"web\")","blacklist":"apply"},"timeSeries":{"period":"dayRange","first":"dateAdd(startOfPeriod(\"daily\",now()),-7,\"days\")","last":"dateAdd(startOfPeriod(\"daily\",now()),-1,\"days\")"}}},{"group":{"group":["visitorId"]}},{"bulkExpand":{"visitor":{"visitor":"visitorId"}}},{"select":{"visitorId":"visitorId","visitor_agent_email":"visitor.agent.email"}}]}},
 {"kind":"Report","id":"-b3Account","type":"Account","name":"Accounts | EU","shared":true,"definition":{"type":"List","kind":"account"},"aggregation":{"fields":[{"type":"string","title":"Account ID","field":"accountId"}],"pipeline":[]},"lastRunAt":0},
 {"kind":"Report","id":"oldFunnel","type":"","name":"Signup funnel","shared":true,"definition":{"type":"Funnel"},"aggregation":{"pipeline":[]}},
 {"kind":"Report","id":"explorer","type":"Saved Reports","name":"By month","shared":true,"definition":{"version":2},"aggregation":{},"aggregationList":[{"pipeline":[]}]}]`;

describe('the list of reports', () => {
	test('tells visitor and account reports from all else', () => {
		const reports = readReportList(recorded);
		expect(reports.map(({ id, name, kind, type }) => [id, name, kind, type])).toEqual([
			['_Q7hZr0aT2kLmN8vXcYbWdEfGiU', 'Trial users, week 1', 'visitor', 'Visitor'],
			['-b3Account', 'Accounts | EU', 'account', 'Account'],
			['oldFunnel', 'Signup funnel', 'other', 'Funnel'],
			['explorer', 'By month', 'other', 'Saved Reports'],
		]);
	});

	test('gives the columns with their titles and types', () => {
		expect(readReportList(recorded)[0]!.columns).toEqual([
			{ field: 'visitorId', title: 'Visitor ID', type: 'string' },
			{ field: 'visitor_agent_email', title: 'Email', type: 'string' },
		]);
		expect(readReportList(recorded)[3]!.columns).toEqual([]);
	});

	test('leaves out who made a report', () => {
		const [report] = readReportList(
			'[{"id":"a","ownedByUser":{"username":"kim@example.test"},"createdByUser":{"first":"Kim"}}]',
		);
		expect(JSON.stringify(report)).not.toMatch(/kim/i);
	});

	test.each(['[]', 'null', '\ufeff[]', ' [\n] '])('may be empty: %j', (text) => {
		expect(readReportList(text)).toEqual([]);
	});

	test.each([
		['<!doctype html><p>Sign in', 'a web page'],
		['\n <html>', 'a web page'],
		['', 'not a list'],
		['{"error":"x"}', 'not a list'],
		['{"results":[]}', 'not a list'],
		['"text"', 'not a list'],
		['[{"id":"a"}', 'not a list'],
	])('says what came back in its stead: %j', (text, what) => {
		expect(() => readReportList(text)).toThrow(
			expect.objectContaining({
				code: 'unexpected-answer',
				message: expect.stringContaining(what) as string,
			}),
		);
	});

	test('survives items of any shape, and offers those that have an id', () => {
		const reports = readReportList(
			'[null,7,"x",[],{},{"id":""},{"id":5},{"id":"a"},{"id":"b","name":"","aggregation":null,"definition":[]},{"id":"c","aggregation":{"fields":[null,{"field":7},{"field":"f"}],"pipeline":{}}}]',
		);
		expect(reports).toEqual([
			{ id: 'a', name: 'a', kind: 'other', type: '', columns: [] },
			{ id: 'b', name: 'b', kind: 'other', type: '', columns: [] },
			{
				id: 'c',
				name: 'c',
				kind: 'other',
				type: '',
				columns: [{ field: 'f', title: 'f', type: '' }],
			},
		]);
	});
});

describe('the kind of a report', () => {
	test.each([
		['its type', { type: 'Visitor' }, 'visitor'],
		['its type in any case', { type: 'ACCOUNT' }, 'account'],
		[
			'its type before all else',
			{ type: 'Account', definition: { type: 'List', kind: 'visitor' } },
			'account',
		],
		[
			'a list definition, where the type is empty',
			{ type: '', definition: { type: 'List', kind: 'visitor' } },
			'visitor',
		],
		[
			'a list definition, where the type is new',
			{ type: 'Shiny', definition: { type: 'list', kind: 'Account' } },
			'account',
		],
		[
			'the first field',
			{ type: '', aggregation: { fields: [{ field: 'accountId' }, { field: 'visitorId' }] } },
			'account',
		],
		[
			'the last select',
			{
				aggregation: {
					pipeline: [
						{ select: { accountId: 'accountId' } },
						{ select: { visitorId: 'visitorId' } },
						{ limit: 5 },
					],
				},
			},
			'visitor',
		],
		[
			'a select with both: a row of it is a visitor',
			{ aggregation: { pipeline: [{ select: { accountId: 'a', visitorId: 'v' } }] } },
			'visitor',
		],
	])('is known by %s', (_by, item, kind) => {
		expect(kindOfReport(item)).toBe(kind);
	});

	test.each([
		['a path over visitors', { type: 'Path', definition: { type: 'Path', kind: 'visitor' } }],
		[
			'a funnel of old',
			{ type: '', definition: { type: 'Funnel', kind: 'visitor' }, aggregation: { pipeline: [] } },
		],
		[
			'a field that comes later',
			{ aggregation: { fields: [{ field: 'pageId' }, { field: 'visitorId' }] } },
		],
		['the word Report', { kind: 'Report' }],
		['the word visitor in the wrong place', { kind: 'visitor' }],
		['nothing at all', undefined],
	])('is other for %s', (_what, item) => {
		expect(kindOfReport(item)).toBe('other');
	});
});

describe('the search for a report', () => {
	const reports = readReportList(
		JSON.stringify([
			...Array.from({ length: 563 }, (_, index) => ({ id: `r${index}`, name: `Report ${index}` })),
			{ id: '-b3Account', name: 'Accounts | EU (Müller)' },
		]),
	);

	test.each([
		['the last of 564', 'accounts eu'],
		['a word order of its own', 'EU acc'],
		['an id that begins with a dash', '-b3'],
		['letters beyond ASCII in any case', 'MÜLLER'],
	])('finds %s', (_what, search) => {
		expect(searchReports(reports, search).map(({ id }) => id)).toEqual(['-b3Account']);
	});

	test.each(['', '  '])('gives all of them for %j', (search) => {
		expect(searchReports(reports, search)).toHaveLength(564);
	});

	test('takes signs of regular expressions as they are', () => {
		expect(searchReports(reports, '.*')).toEqual([]);
		expect(searchReports(reports, '(')).toHaveLength(1);
	});
});
