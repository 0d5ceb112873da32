import type { Row } from '../../core/pendo/operations';
import { counted, either, holds, notTestable, type Assumption, type Finding } from './assumption';
import { rowsIn, sampled, type Live } from './live';
import { shapeOf, shapeOfColumn } from './shape';

const VISITOR_KEYS = ['visitorId', 'visitor_auto_id'];
const ACCOUNT_KEYS = ['accountId', 'account_auto_id'];
const NO_ROWS = 'No report that could be read has rows of this kind.';

/** What the rows of reports have in them. */
export const ROWS: readonly Assumption[] = [
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
];

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
