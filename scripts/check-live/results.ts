import type { Row } from '../../core/pendo/operations';
import { aggregation } from '../../core/pendo/operations/aggregate';
import { ask } from '../../core/pendo/operations/ask';
import {
	counted,
	either,
	holds,
	notTestable,
	unreadable,
	type Assumption,
	type Finding,
} from './assumption';
import { NOBODY, RESULTS, type Live, type Sample } from './live';
import { shapeOf, shapeOfColumn } from './shape';

const VISITOR_KEYS = ['visitorId', 'visitor_auto_id'];
const ACCOUNT_KEYS = ['accountId', 'account_auto_id'];
const NO_ROWS = 'No report that could be read has rows of this kind.';

const sampled = async (live: Live) => [
	...(await live.visitorReports()),
	...(await live.accountReports()),
];
const rowsIn = (samples: readonly Sample[]): Row[] => samples.flatMap(({ rows }) => rows);

/** The spelling in the rows of the first name that any of them has, whatever its case. */
function spellings(rows: readonly Row[], names: readonly string[]): string[] {
	const wanted = names.map((name) => name.toLowerCase());
	const found = rows.flatMap((row) => Object.keys(row));
	return [...new Set(found)].filter((name) => wanted.includes(name.toLowerCase())).sort();
}

function idOf(row: Row, names: readonly string[]): unknown {
	const [name] = spellings([row], names);
	return name === undefined ? undefined : row[name];
}

function idKey(rows: readonly Row[], names: readonly string[], right: string): Finding {
	if (rows.length === 0) return notTestable(NO_ROWS);
	const found = spellings(rows, names);
	return either(found.length === 1 && found[0] === right, shownNames(found, rows));
}

function shownNames(found: readonly string[], rows: readonly Row[]): string {
	if (found.length > 0) return `${found.join(' and ')} in ${counted(rows.length, 'row')}`;
	return `neither; the first keys are ${Object.keys(rows[0]!).slice(0, 3).map(shapeOfColumn).join(', ')}`;
}

export const RESULTS_OF_REPORTS: readonly Assumption[] = [
	{
		id: 'results.wrapper',
		source: 'unknown',
		sentence: 'The rows of a report are a bare list, without an object around it',
		check: async (live) => {
			const samples = await sampled(live);
			if (samples.length === 0) return notTestable(NO_ROWS);
			const bare = samples.filter(({ start }) => !/^[^[{]*\{/.test(start));
			return either(
				bare.length === samples.length,
				`${bare.length} of ${counted(samples.length, 'report')} bare, the others in an object`,
			);
		},
	},
	{
		id: 'results.empty',
		source: 'inferred',
		sentence: 'A report without rows answers [], not null',
		check: async (live) => {
			const empty = (await sampled(live)).filter(({ rows }) => rows.length === 0);
			if (empty.length === 0) return notTestable('No report that was read is empty.');
			const nulls = empty.filter(({ start }) => /null/.test(start)).length;
			return either(nulls === 0, `${nulls} of ${counted(empty.length, 'empty report')} say null`);
		},
	},
	{
		id: 'results.at-once',
		source: 'inferred',
		sentence: 'Pendo computes a report within the call that reads it, without a job to wait for',
		check: async (live) => {
			const samples = await sampled(live);
			if (samples.length === 0) return notTestable(NO_ROWS);
			const longest = Math.max(...samples.map(({ seen }) => seen.milliseconds));
			const statuses = [...new Set(samples.map(({ seen }) => seen.status))];
			const shown = `${statuses.join(', ')}; the longest took ${Math.ceil(longest / 1000)} s`;
			return either(
				statuses.every((status) => status === 200),
				shown,
			);
		},
	},
	{
		id: 'results.visitor-key',
		source: 'unknown',
		sentence: 'A row of a visitor report names its visitor visitorId, in this spelling',
		check: async (live) => idKey(rowsIn(await live.visitorReports()), VISITOR_KEYS, 'visitorId'),
	},
	{
		id: 'results.account-key',
		source: 'unknown',
		sentence: 'A row of an account report names its account accountId, in this spelling',
		check: async (live) => idKey(rowsIn(await live.accountReports()), ACCOUNT_KEYS, 'accountId'),
	},
	{
		id: 'results.account-of-visitor',
		source: 'inferred',
		sentence: 'A row of a visitor report names its account account_auto_id',
		check: async (live) => {
			const rows = rowsIn(await live.visitorReports());
			const found = spellings(rows, ACCOUNT_KEYS);
			if (found.length === 0) return notTestable('No visitor report that was read has accounts.');
			return either(found.join() === 'account_auto_id', shownNames(found, rows));
		},
	},
	{
		id: 'results.visitor-repeats',
		source: 'inferred',
		sentence: 'A visitor of several accounts has a row for each',
		check: async (live) => {
			const samples = (await live.visitorReports()).filter(
				({ rows }) => spellings(rows, ACCOUNT_KEYS).length > 0,
			);
			const repeated = samples.map(({ rows }) => {
				const ids = rows.map((row) => idOf(row, VISITOR_KEYS)).filter((id) => id !== '');
				return ids.length - new Set(ids).size;
			});
			const count = repeated.reduce((sum, each) => sum + each, 0);
			const where = `in ${counted(rowsIn(samples).length, 'row')} with accounts`;
			return count > 0
				? holds(`${counted(count, 'more row')} of a visitor ${where}`)
				: notTestable(`Nobody is repeated ${where}.`);
		},
	},
	{
		id: 'results.no-account',
		source: 'inferred',
		sentence: 'An account report may have a row with an empty id, for visitors without account',
		check: async (live) => {
			const rows = rowsIn(await live.accountReports());
			const ids = rows.map((row) => idOf(row, ACCOUNT_KEYS));
			const empty = ids.filter((id) => id === '' || id === null || id === undefined);
			const shapes = [...new Set(empty.map((id) => shapeOf(id)))].join(', ');
			return empty.length > 0
				? holds(`${empty.length} of ${counted(rows.length, 'row')}: ${shapes}`)
				: notTestable(`None in ${counted(rows.length, 'row')}.`);
		},
	},
	{
		id: 'results.text-ids',
		source: 'inferred',
		sentence: 'Ids are text, never numbers',
		check: async (live) => {
			const ids = await idsOf(live);
			if (ids.length === 0) return notTestable(NO_ROWS);
			const odd = ids.filter((id) => typeof id !== 'string');
			const shapes = [...new Set(odd.map((id) => shapeOf(id)))].slice(0, 5);
			return either(
				odd.length === 0,
				[`${odd.length} of ${counted(ids.length, 'id')} are no text`, ...shapes].join(', '),
			);
		},
	},
	{
		id: 'results.odd-ids',
		source: 'inferred',
		sentence: 'Ids may have slashes, spaces, characters beyond ASCII, or great length',
		check: async (live) => {
			const ids = (await idsOf(live)).map(String);
			const counts = Object.entries(ODDITIES).flatMap(([what, is]) => {
				const count = ids.filter(is).length;
				return count === 0 ? [] : [`${count} with ${what}`];
			});
			return counts.length > 0
				? holds(`of ${counted(ids.length, 'id')}: ${counts.join(', ')}`)
				: notTestable(`None such among ${counted(ids.length, 'id')}.`);
		},
	},
	{
		id: 'results.columns',
		source: 'unknown',
		sentence: 'A column is called {visitor or account}_{group}_{field}, or is a known count',
		check: async (live) => {
			const names = [...new Set(rowsIn(await sampled(live)).flatMap((row) => Object.keys(row)))];
			if (names.length === 0) return notTestable(NO_ROWS);
			const odd = names.filter((name) => !KNOWN_COLUMN.test(name)).map(shapeOfColumn);
			const shown = odd.length === 0 ? '' : `: ${odd.slice(0, 10).join(', ')}`;
			return either(odd.length === 0, `${odd.length} of ${names.length} are not${shown}`);
		},
	},
	{
		id: 'results.order',
		source: 'inferred',
		sentence: 'The rows of a report come in the same order each time',
		check: async (live) => {
			const first = await live.wholeReport();
			if (first === undefined || first.rows.length < 2) return notTestable(NO_ROWS);
			const second = await live.secondReading(first.report);
			return order(first.rows, second.rows);
		},
	},
	{
		id: 'results.missing',
		source: 'unknown',
		sentence: 'A report that does not exist is answered with 404',
		check: async (live) => refusalOf(live, NOBODY),
	},
	{
		id: 'results.wrong-type',
		source: 'unknown',
		sentence: 'A report without rows to read, such as a path or a funnel, is answered with 404',
		check: async (live) => {
			const { reports } = await live.list();
			const other = reports.find(({ kind, id }) => kind === 'other' && id !== '');
			if (other === undefined) return notTestable('Every report in the list has rows.');
			return await refusalOf(live, other.id);
		},
	},
	{
		id: 'results.stored-pipeline',
		source: 'inferred',
		sentence: 'The stored pipeline of a report can be run as an aggregation, its now() included',
		check: async (live) => {
			const found = await live.wholeReport();
			if (found === undefined || found.report.pipeline.length === 0) return notTestable(NO_ROWS);
			const { pipeline } = found.report;
			const { status } = await live.answerTo(aggregation([...pipeline, { limit: 1 }]));
			const hasNow = JSON.stringify(pipeline).includes('now()');
			return either(status === 200, `${status}, ${hasNow ? 'with' : 'without'} now() in it`);
		},
	},
	unreadable(
		'results.private',
		'unknown',
		'A private report is answered with 404',
		'The list does not name private reports.',
	),
	unreadable(
		'results.stored-run',
		'unknown',
		'Each reading computes the report anew',
		'An answer does not say whether it was computed just now.',
	),
	unreadable(
		'results.limits',
		'unknown',
		'A report may take as long and be as large as an aggregation: five minutes, 4 GB',
		'It would need a report of that size.',
	),
];

const ODDITIES: Readonly<Record<string, (id: string) => boolean>> = {
	'a slash': (id) => id.includes('/'),
	'white space': (id) => /\s/.test(id),
	'characters beyond ASCII': (id) => /\P{ASCII}/u.test(id),
	'more than 100 characters': (id) => id.length > 100,
};

const KNOWN_COLUMN =
	/^(visitorId|accountId|daysActive|eventCount|usageTrending|\w*_eventCount|(visitor|account|parentAccount)_[a-z]+(__\d+)?_.+)$/s;

async function idsOf(live: Live): Promise<unknown[]> {
	const visitors = rowsIn(await live.visitorReports()).map((row) => idOf(row, VISITOR_KEYS));
	const accounts = rowsIn(await live.accountReports()).map((row) => idOf(row, ACCOUNT_KEYS));
	return [...visitors, ...accounts].filter((id) => id !== undefined && id !== null);
}

function order(first: readonly Row[], second: readonly Row[]): Finding {
	const [one, other] = [first, second].map((rows) => rows.map((row) => JSON.stringify(row)));
	const count = counted(first.length, 'row');
	if (one!.join() === other!.join()) return holds(`${count}, read twice`);
	if ([...one!].sort().join() === [...other!].sort().join()) {
		return { verdict: 'differs', seen: `${count}, the same ones in another order` };
	}
	return notTestable('The report changed between the two readings.');
}

async function refusalOf(live: Live, reportId: string): Promise<Finding> {
	const { status, start } = await live.answerTo(ask('GET', RESULTS, { ids: { reportId } }));
	const isNull = status === 200 && /^\W*null/.test(start);
	return either(status === 404, isNull ? '200, null' : String(status));
}
