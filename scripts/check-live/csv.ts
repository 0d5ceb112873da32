import { ask } from '../../core/pendo/operations/ask';
import { csvRowsOf } from '../../core/pendo/operations/csv-rows';
import type { Row } from '../../core/pendo/operations';
import { counted, either, notTestable, type Assumption } from './assumption';
import type { Column } from './listed-report';
import type { Live } from './live';
import { patternOf } from './shape';

const CSV = '/api/v1/report/{reportId}/results.csv';
const MOST_ROWS = 100;

interface CsvFile {
	readonly firstBytes: Buffer;
	readonly rows: readonly Row[];
	readonly columns: readonly Column[];
}

/** The beginning of the CSV file of a report that has rows. */
async function fileOf(live: Live): Promise<CsvFile | undefined> {
	const found = await live.wholeReport();
	if (found === undefined) return undefined;
	const { id: reportId, columns } = found.report;
	return await live.once('csv', async () => {
		const request = ask('GET', CSV, { ids: { reportId }, accept: 'csv' });
		const body = await live.session.open(request);
		const first = { bytes: Buffer.alloc(0) };
		const rows: Row[] = [];
		for await (const row of csvRowsOf(watched(body, first))) {
			if (rows.push(row) === MOST_ROWS) break;
		}
		return { firstBytes: first.bytes, rows, columns };
	});
}

async function* watched(
	body: AsyncIterable<Uint8Array>,
	first: { bytes: Buffer },
): AsyncGenerator<Uint8Array> {
	for await (const chunk of body) {
		if (first.bytes.length < 3) first.bytes = Buffer.concat([first.bytes, chunk.subarray(0, 3)]);
		yield chunk;
	}
}

const NO_FILE = 'No report that could be read has rows.';

export const CSV_FILES: readonly Assumption[] = [
	{
		id: 'csv.header',
		source: 'unknown',
		sentence: 'The header of a CSV file has the keys of the columns, not their titles',
		check: async (live) => {
			const file = await fileOf(live);
			if (file === undefined || file.rows.length === 0) return notTestable(NO_FILE);
			const names = Object.keys(file.rows[0]!);
			const share = (texts: readonly string[]) =>
				`${names.filter((name) => texts.includes(name)).length} of ${names.length}`;
			const fields = file.columns.map(({ field }) => field);
			const titles = file.columns.map(({ title }) => title);
			return either(
				names.every((name) => fields.includes(name)),
				`${share(fields)} names are keys, ${share(titles)} are titles`,
			);
		},
	},
	{
		id: 'csv.time',
		source: 'unknown',
		sentence: 'Times in a CSV file are milliseconds, as in JSON',
		check: async (live) => {
			const file = await fileOf(live);
			if (file === undefined) return notTestable(NO_FILE);
			const times = file.columns.filter(({ type }) => type === 'time');
			const values = file.rows.flatMap((row) =>
				times.map(({ field, title }) => String(row[field] ?? row[title] ?? '')),
			);
			const filled = values.filter((value) => value !== '');
			if (filled.length === 0) return notTestable('The file has no time in it.');
			const patterns = [...new Set(filled.map(patternOf))].slice(0, 5).join(', ');
			return either(
				filled.every((value) => /^\d{12,14}$/.test(value)),
				`${counted(filled.length, 'time')}: ${patterns}`,
			);
		},
	},
	{
		id: 'csv.byte-order-mark',
		source: 'unknown',
		sentence: 'A CSV file has no byte order mark',
		check: async (live) => {
			const file = await fileOf(live);
			if (file === undefined) return notTestable(NO_FILE);
			const hasMark = file.firstBytes.subarray(0, 3).toString('hex') === 'efbbbf';
			return either(!hasMark, hasMark ? 'it begins with one' : 'it begins with its header');
		},
	},
];
