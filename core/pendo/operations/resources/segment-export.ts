import { ask } from '../ask';
import { badInput } from '../bad-input';
import { csvRowsOf } from '../csv-rows';
import { givesFile, givesRows, type Operation, type Row } from '../operation';
import { howMany } from '../parameter';
import { openCsv } from '../open-csv';
import { objectOf } from '../read-json';
import type { Session } from '../session';
import { take } from '../take';
import { waitSeconds, whenReady } from '../wait';
import { about, SEGMENT, segmentId } from './segment-words';

const EXPORT = `${SEGMENT}/visitors`;
const EXPORT_STATUS = `${SEGMENT}/visitors/{jobId}/status`;
const EXPORT_CSV = `${SEGMENT}/visitors/{jobId}/results/csv`;

export const segmentExportOperations: readonly Operation[] = [
	givesRows({
		resource: 'segment',
		operation: 'export',
		name: 'Export Visitors',
		action: 'Get the visitors of a segment',
		description: 'Lists who is in a segment. Pendo prepares the list first; this waits for it.',
		method: 'POST',
		path: EXPORT,
		also: [
			{ method: 'GET', path: EXPORT_STATUS },
			{ method: 'GET', path: EXPORT_CSV },
		],
		parameters: { segmentId, ...howMany, waitSeconds },
		run: async ({ segmentId: given, waitSeconds: seconds, ...howMuch }, session) =>
			take(withVisitorId(csvRowsOf(await exported(given, seconds, session))), howMuch),
	}),
	givesFile({
		resource: 'segment',
		operation: 'downloadCsv',
		name: 'Download CSV',
		action: 'Download the visitors of a segment as a CSV file',
		description:
			'Gives the list of who is in a segment as a CSV file. Pendo prepares it first; this waits.',
		method: 'POST',
		path: EXPORT,
		also: [
			{ method: 'GET', path: EXPORT_STATUS },
			{ method: 'GET', path: EXPORT_CSV },
		],
		parameters: { segmentId, waitSeconds },
		run: async ({ segmentId: given, waitSeconds: seconds }, session) => ({
			name: `segment-${given.replace(/[^\w-]/g, '_')}.csv`,
			mimeType: 'text/csv',
			body: await exported(given, seconds, session),
		}),
	}),
];

async function exported(
	segmentId: string,
	seconds: number,
	session: Session,
): Promise<AsyncIterable<Uint8Array>> {
	const what = `the export of ${about(segmentId)}`;
	const started = objectOf(
		await session.read(ask('POST', EXPORT, { ids: { segmentId } }), about(segmentId)),
	);
	const job = started.jobId ?? started.id ?? started.value;
	if (typeof job !== 'string' && typeof job !== 'number') {
		throw badInput(`Pendo did not start ${what}`, 'Its answer names no job.', 'Run it again.');
	}
	const ids = { segmentId, jobId: String(job) };
	await whenReady(session, ask('GET', EXPORT_STATUS, { ids }), { about: what, seconds });
	return await openCsv(session, EXPORT_CSV, ids, what);
}

/** The header's words are not documented: whatever the first column is called, it holds the ids. */
async function* withVisitorId(rows: AsyncIterable<Row>): AsyncGenerator<Row> {
	for await (const row of rows) {
		const [first, ...others] = Object.entries(row);
		yield { visitorId: first?.[1], ...Object.fromEntries(others) };
	}
}
