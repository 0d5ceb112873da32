import type { Field, Row } from './people';
import { permutation } from './random';
import type { Report } from './reports';
import type { RosterView } from './roster';
import type { Variants } from './variants';

export type Chunks = Iterable<string>;

const CHUNK_LENGTH = 64 * 1024;

/** The rows of a report as JSON, a piece at a time. */
export function* resultsJson(report: Report, variants: Variants, request: number): Chunks {
	const wrapped = variants.resultsWrapper === 'object';
	const [open, close] = wrapped ? [`{"startTime":${Date.now()},"results":`, '}'] : ['', ''];
	const asNull = variants.emptyResults === 'null' && report.roster.count === 0;
	if (report.isNull || asNull) return yield `${open}null${close}`;
	yield* gather(function* () {
		yield `${open}[`;
		let separator = '';
		for (const row of rowsOf(report, variants, request)) {
			yield separator + JSON.stringify(row);
			separator = ',';
		}
		yield `]${close}`;
	});
}

/** The same rows as CSV; its header and its dates are not documented, so they are variants. */
export function* resultsCsv(report: Report, variants: Variants, request: number): Chunks {
	yield* gather(function* () {
		if (variants.csvByteOrderMark === 'present') yield '\ufeff';
		const titles = report.fields.map(
			variants.csvHeader === 'title' ? (field) => field.title : (field) => field.field,
		);
		yield `${titles.map(csvText).join(',')}\r\n`;
		if (report.isNull) return;
		for (const row of rowsOf(
			report,
			{ ...variants, visitorKey: 'visitorId', accountKey: 'accountId' },
			request,
		))
			yield `${report.fields.map((field) => csvValue(field, row, variants)).join(',')}\r\n`;
	});
}

function* rowsOf(report: Report, variants: Variants, request: number): Generator<unknown> {
	const view = report.roster.view();
	const rename = renamer(report, variants);
	for (const slot of slotsOf(view, variants, request)) {
		const row = view.at(slot);
		if (row !== undefined) yield rename(row);
	}
}

function* slotsOf({ slots }: RosterView, variants: Variants, request: number): Generator<number> {
	const place = variants.rowOrder === 'shuffled' ? permutation(slots, request) : undefined;
	for (let slot = 0; slot < slots; slot++) yield place ? place(slot) : slot;
}

function renamer(report: Report, variants: Variants): (row: unknown) => unknown {
	const names = new Map<string, string>();
	if (report.kind === 'visitor') {
		if (variants.visitorKey !== 'visitorId') names.set('visitorId', variants.visitorKey);
		const account = variants.visitorAccountKey;
		if (account === 'accountId') names.set('account_auto_id', 'accountId');
		if (account === 'account_auto_id') names.set('accountId', 'account_auto_id');
	} else if (variants.accountKey !== 'accountId') names.set('accountId', variants.accountKey);
	if (names.size === 0) return (row) => row;
	return (row) =>
		typeof row !== 'object' || row === null || Array.isArray(row)
			? row
			: Object.fromEntries(
					Object.entries(row).map(([key, value]) => [names.get(key) ?? key, value]),
				);
}

function csvValue({ field, type }: Field, row: unknown, variants: Variants): string {
	const value = (row as Row | null)?.[field];
	if (value === undefined || value === null) return '';
	if (type === 'time' && variants.csvTime === 'iso' && typeof value === 'number')
		return new Date(value).toISOString();
	return csvText(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

export function csvText(text: string): string {
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Joins small pieces, so that a million rows are not a million writes. */
export function* gather(pieces: () => Iterable<string>): Chunks {
	let chunk = '';
	for (const piece of pieces()) {
		chunk += piece;
		if (chunk.length < CHUNK_LENGTH) continue;
		yield chunk;
		chunk = '';
	}
	if (chunk) yield chunk;
}
