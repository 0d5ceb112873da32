import { readReportList, searchReports, type Report } from '../../reports';
import { listReports } from '../../requests';
import { ask } from '../ask';
import { givesFile, givesRows, type Operation, type Row } from '../operation';
import { choice, flag, howMany, text } from '../parameter';
import { openCsv } from '../open-csv';
import { rowsOf } from '../rows-of';
import type { Session } from '../session';
import { take } from '../take';

const ROWS = '/api/v1/report/{reportId}/results.json';
const CSV = '/api/v1/report/{reportId}/results.csv';

const reportId = text(
	'Report',
	'A saved list of visitors or accounts that is shared with everyone. Report: Get Many finds its id.',
	{ required: true, isId: true, lookup: 'report', example: '_Q7hZr0aT2kLmN8vXcYbWdEfGiU' },
);

export const reportOperations: readonly Operation[] = [
	givesRows({
		resource: 'report',
		operation: 'getMany',
		name: 'Get Many',
		action: 'Get many reports',
		description:
			'Lists the reports that are shared with everyone: id, name, kind (visitor, account or other) and columns. Private reports are not in it.',
		method: listReports.method,
		path: listReports.path,
		parameters: {
			...howMany,
			kind: choice(
				'Kind',
				{ any: 'Any', visitor: 'Visitor', account: 'Account', other: 'Other' },
				'Only visitor and account reports have rows that can be read.',
				{ default: 'any' },
			),
			search: text('Search', 'Only reports whose name or id holds each of these words.'),
		},
		run: async ({ kind, search, ...howMuch }, session) => {
			const reports = searchReports(await reportsOf(session), search ?? '');
			const found = reports.filter((report) => kind === 'any' || report.kind === kind);
			return take(
				found.map((report) => ({ ...report })),
				howMuch,
			);
		},
	}),
	givesRows({
		resource: 'report',
		operation: 'getRows',
		name: 'Get Rows',
		action: 'Get the rows of a report',
		description:
			'Reads who is in a visitor or account report now, with the columns of the report. A visitor may have several rows, one for each account.',
		method: 'GET',
		path: ROWS,
		also: [{ method: listReports.method, path: listReports.path }],
		parameters: {
			reportId,
			...howMany,
			columnTitles: flag(
				'Column Titles',
				'Whether to name the values by the titles of the columns in Pendo instead of their keys.',
				{ default: false },
			),
		},
		run: async ({ reportId: given, columnTitles, ...howMuch }, session) => {
			const id = given.trim();
			const about = `the report "${id}"`;
			const titles = columnTitles ? await titlesOf(id, session) : new Map<string, string>();
			const body = await session.open(ask('GET', ROWS, { ids: { reportId: id } }), about);
			return renamed(take(rowsOf(body), howMuch), titles);
		},
	}),
	givesFile({
		resource: 'report',
		operation: 'downloadCsv',
		name: 'Download CSV',
		action: 'Download a report as a CSV file',
		description: 'Gives the rows of a visitor or account report as a CSV file, as Pendo writes it.',
		method: 'GET',
		path: CSV,
		parameters: { reportId },
		run: async ({ reportId: given }, session) => {
			const id = given.trim();
			const body = await openCsv(session, CSV, { reportId: id }, `the report "${id}"`);
			return { name: `report-${id.replace(/[^\w-]/g, '_')}.csv`, mimeType: 'text/csv', body };
		},
	}),
];

/** All reports that are shared with everyone; asked once in a session. */
export async function reportsOf(session: Session): Promise<Report[]> {
	return readReportList(JSON.stringify((await session.readOnce(listReports)) ?? null));
}

async function titlesOf(id: string, session: Session): Promise<Map<string, string>> {
	const columns = (await reportsOf(session)).find((report) => report.id === id)?.columns ?? [];
	const used = new Set<string>();
	return new Map(
		columns.map(({ field, title }) => {
			// Two columns may have one title: the key tells them apart.
			const name = used.has(title) ? `${title} (${field})` : title;
			used.add(name);
			return [field, name];
		}),
	);
}

async function* renamed(
	rows: AsyncIterable<Row>,
	titles: ReadonlyMap<string, string>,
): AsyncGenerator<Row> {
	for await (const row of rows) {
		if (titles.size === 0) yield row;
		else
			yield Object.fromEntries(
				Object.entries(row).map(([key, at]) => [titles.get(key) ?? key, at]),
			);
	}
}
