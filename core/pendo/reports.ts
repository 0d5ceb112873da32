import { Failure } from './failure';

/** `other` is a report that has no list of visitors or accounts to read: a path, a funnel, Data Explorer. */
export type ReportKind = 'visitor' | 'account' | 'other';

export interface ReportColumn {
	/** The key in a row of the results. */
	readonly field: string;
	/** The column's title in Pendo. */
	readonly title: string;
	/** `string`, `time` (milliseconds), ... as Pendo says; may be empty. */
	readonly type: string;
}

export interface Report {
	readonly id: string;
	/** Not unique. */
	readonly name: string;
	readonly kind: ReportKind;
	/** Pendo's own word, for display: `Visitor`, `Path`, `Saved Reports`, or empty. */
	readonly type: string;
	readonly columns: readonly ReportColumn[];
}

type Json = Record<string, unknown>;

const asObject = (value: unknown): Json =>
	value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : {};
const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

function kindNamed(value: unknown): ReportKind | undefined {
	const name = asText(value).toLowerCase();
	return name === 'visitor' || name === 'account' ? name : undefined;
}

function kindOfFields(fields: readonly string[]): ReportKind | undefined {
	if (fields.includes('visitorId')) return 'visitor';
	return fields.includes('accountId') ? 'account' : undefined;
}

/**
 * Tells visitor and account lists from all else. Never by `kind`, which is always `Report`.
 * Order: `type`; a definition of type List; the first field; the last select of the pipeline.
 * Source: recorded answers in the public clients of CloudQuery and Airbyte.
 */
export function kindOfReport(item: unknown): ReportKind {
	const { type, definition, aggregation } = asObject(item);
	const { type: definitionType, kind } = asObject(definition);
	const byDefinition =
		asText(definitionType).toLowerCase() === 'list' ? kindNamed(kind) : undefined;
	const { fields, pipeline } = asObject(aggregation);
	const firstField = asText(asObject(asList(fields)[0]).field);
	const lastSelect = asList(pipeline)
		.map((step) => asObject(step).select)
		.filter((select) => select !== undefined)
		.pop();
	return (
		kindNamed(type) ??
		byDefinition ??
		kindOfFields([firstField]) ??
		kindOfFields(Object.keys(asObject(lastSelect))) ??
		'other'
	);
}

function columnsOf(item: Json): ReportColumn[] {
	return asList(asObject(item.aggregation).fields)
		.map(asObject)
		.filter(({ field }) => asText(field) !== '')
		.map(({ field, title, type }) => ({
			field: asText(field),
			title: asText(title) || asText(field),
			type: asText(type),
		}));
}

/**
 * Reads the answer of `GET /api/v1/report`: one array, or `null` where there is none.
 * Users' names and other personal data in it are left out.
 *
 * @throws Failure `unexpected-answer` when the text is not such a list
 */
export function readReportList(text: string): Report[] {
	let parsed: unknown;
	try {
		parsed = JSON.parse(text.replace(/^\uFEFF/, ''));
	} catch {
		parsed = undefined;
	}
	if (parsed === null) return [];
	if (!Array.isArray(parsed)) {
		throw new Failure('unexpected-answer', {
			what: /^\s*</.test(text)
				? 'Pendo answered with a web page instead of the list of reports'
				: 'Pendo answered with something that is not a list of reports',
			why: 'A proxy or sign-in page may stand between this server and Pendo, or the base URL is not that of Pendo.',
			next: 'Check the region or the custom base URL in the Pendo credential. A report can still be entered by its id.',
		});
	}
	return parsed
		.map(asObject)
		.filter(({ id }) => asText(id) !== '')
		.map((item) => ({
			id: asText(item.id),
			name: asText(item.name) || asText(item.id),
			kind: kindOfReport(item),
			type: asText(item.type) || asText(asObject(item.definition).type),
			columns: columnsOf(item),
		}));
}

/** Reports whose name or id holds every word of the search, in any case; all of them for an empty search. */
export function searchReports(reports: readonly Report[], search: string): Report[] {
	const words = search.toLowerCase().split(/\s+/).filter(Boolean);
	return reports.filter(({ name, id }) => {
		const text = `${name} ${id}`.toLowerCase();
		return words.every((word) => text.includes(word));
	});
}
