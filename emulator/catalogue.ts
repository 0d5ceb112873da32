import { accountRow, visitorInAccountsRow } from './people';
import { mix } from './random';
import { Report, type ReportDescription } from './reports';
import {
	ODD_ACCOUNTS,
	ODD_FIELDS,
	ODD_VISITORS,
	SAMPLE_ACCOUNTS,
	SAMPLE_ACCOUNT_FIELDS,
	SAMPLE_VISITORS,
	SAMPLE_VISITOR_FIELDS,
} from './samples';

/** Reports that tests, the demo and the page count on; their ids never change. */
export const REPORT_IDS = {
	livingVisitors: '_Q7hZr0aT2kLmN8vXcYbWdEfGiU',
	livingAccounts: '-b3Account',
	funnel: 'oldFunnel',
	explorer: 'explorer',
	path: 'pathThroughSignup',
	sampleVisitors: 'sampleVisitors',
	sampleAccounts: 'sampleAccounts',
	oddVisitors: '-_oddVisitors',
	oddAccounts: '__oddAccounts',
	emptyVisitors: 'emptyVisitors',
	nullVisitors: 'nullVisitors',
	visitorsInAccounts: 'visitorsInAccounts',
	visitors10k: 'visitors10k',
	visitors100k: 'visitors100k',
	visitors1m: 'visitors1m',
	accounts10k: 'accounts10k',
	privateVisitors: 'privateVisitors',
	sameNameFirst: 'sameNameFirst',
	sameNameSecond: 'sameNameSecond',
	lastInList: '_lastInTheList',
} as const;

/** How many reports the list shows at the start. */
export const LISTED_REPORTS = 564;
const PEOPLE_AT_START = 25;
const SEVERAL = 3;

/** Every report of the subscription, in the order of the list. */
export function buildReports(seed: number): Report[] {
	const known = wellKnown(seed);
	const last = known.pop() as Report;
	const listed = known.filter((report) => report.shared).length + 1;
	const others = Array.from({ length: LISTED_REPORTS - listed }, (_, index) =>
		ordinary(seed, index),
	);
	return [...known, ...others, last];
}

function wellKnown(seed: number): Report[] {
	const visitor = (id: string, name: string, more: Partial<ReportDescription> = {}) =>
		new Report({ id, name, type: 'Visitor', seed, notable: true, ...more });
	const account = (id: string, name: string, more: Partial<ReportDescription> = {}) =>
		visitor(id, name, { type: 'Account', ...more });
	const ids = REPORT_IDS;
	const reports = [
		visitor(ids.livingVisitors, 'Trial users, week 1', { firstNewcomer: 1_000 }),
		account(ids.livingAccounts, 'Accounts | EU'),
		visitor(ids.funnel, 'Signup funnel', { type: '', item: { aggregation: { pipeline: [] } } }),
		visitor(ids.explorer, 'By month', { type: 'Saved Reports' }),
		visitor(ids.path, 'Path through signup', { type: 'Path' }),
		visitor(ids.sampleVisitors, 'Sample visitors', {
			rows: SAMPLE_VISITORS,
			fields: SAMPLE_VISITOR_FIELDS,
		}),
		account(ids.sampleAccounts, 'Sample accounts', {
			rows: SAMPLE_ACCOUNTS,
			fields: SAMPLE_ACCOUNT_FIELDS,
		}),
		visitor(ids.oddVisitors, 'Visitors with odd ids', { rows: ODD_VISITORS, fields: ODD_FIELDS }),
		account(ids.oddAccounts, 'Accounts with odd ids', { rows: ODD_ACCOUNTS }),
		visitor(ids.emptyVisitors, 'Nobody yet', { rows: [] }),
		visitor(ids.nullVisitors, 'Nobody yet, as null', { rows: null }),
		visitor(ids.visitorsInAccounts, 'Visitors in several accounts', {
			generated: 100 * SEVERAL,
			generate: (index) => visitorInAccountsRow(seed, index),
		}),
		visitor(ids.visitors10k, '10,000 visitors', { generated: 10_000 }),
		visitor(ids.visitors100k, '100,000 visitors', { generated: 100_000 }),
		visitor(ids.visitors1m, '1,000,000 visitors', { generated: 1_000_000 }),
		account(ids.accounts10k, '10,000 accounts', {
			generated: 10_000,
			generate: (index) => accountRow(seed, index),
		}),
		visitor(ids.privateVisitors, 'Private visitors', { generated: 10, shared: false }),
		visitor(ids.sameNameFirst, 'Weekly active', { generated: 40 }),
		account(ids.sameNameSecond, 'Weekly active', { generated: 40 }),
		visitor(ids.lastInList, 'Zebra crossing', { generated: 12 }),
	];
	for (const report of reports.slice(0, 2)) report.roster.enterNewcomers(PEOPLE_AT_START);
	return reports;
}

const TYPES = [
	'Visitor',
	'Visitor',
	'Visitor',
	'Account',
	'Account',
	'Path',
	'Saved Reports',
	'Saved Reports',
	'',
	'Funnel',
];
const SUBJECTS = [
	'Active users',
	'NPS detractors',
	'Onboarding not finished',
	'Power users',
	'At risk',
	'Renewals',
	'Feature adoption',
	'Admins without 2FA',
	'Inactive 28 days',
	'Beta testers',
];
const SCOPES = [
	'EMEA',
	'APAC',
	'US | enterprise',
	'last 30 days',
	'web & mobile',
	'Q3',
	'v2 (draft)',
	'Zürich',
	'東京',
	'100% rollout',
];
const ODD_NAMES = [
	'',
	' ',
	'<script>alert("report")</script>',
	'"quoted", \'twice\'',
	'line\nbreak',
	'👩‍💻 makers',
	'تقرير',
	'__proto__',
	'null',
	`Long ${'name '.repeat(80)}`,
	'{{ $json.name }}',
	'=1+1',
];

/** One of the many reports that a subscription gathers over the years. */
function ordinary(seed: number, index: number): Report {
	const type = TYPES[mix(seed, index, 31) % TYPES.length] as string;
	const subject = SUBJECTS[mix(seed, index, 32) % SUBJECTS.length] as string;
	const scope = SCOPES[mix(seed, index, 33) % SCOPES.length] as string;
	return new Report({
		id: randomId(seed, index),
		name: ODD_NAMES[index] ?? `${subject} | ${scope}`,
		type,
		seed: mix(seed, index, 34),
		generated: type === 'Visitor' || type === 'Account' ? 5 + (mix(seed, index, 35) % 400) : 0,
	});
}

// 27 characters of URL-safe base64, of which one in eight begins with - or _.
export function randomId(seed: number, index: number): string {
	const bytes = Buffer.alloc(20);
	for (let part = 0; part < 5; part++) bytes.writeUInt32LE(mix(seed, index, 51 + part), part * 4);
	const id = bytes.toString('base64url').slice(0, 27);
	return index % 8 === 0 ? `${index % 16 === 0 ? '-' : '_'}${id.slice(1)}` : id;
}
