import { kindOfReport, type ReportKind } from '../../core/pendo';
import type { Row } from '../../core/pendo/operations';
import type { Pipeline } from '../../core/pendo/operations/aggregate';
import { isObject } from '../../core/pendo/operations/read-json';

export interface Column {
	readonly field: string;
	readonly title: string;
	readonly type: string;
}

export interface ListedReport {
	readonly id: string;
	readonly name: string;
	readonly kind: ReportKind;
	readonly item: Row;
	readonly columns: readonly Column[];
	readonly pipeline: Pipeline;
}

const KEPT = ['id', 'name', 'type', 'shared', 'share', 'target', 'scope', 'level'];

/** A path report nests whole pages and their users: nothing of that is kept. */
export function withoutBulk(item: Row): Row {
	const kind = kindOfReport(item);
	const kept = Object.fromEntries(KEPT.map((name) => [name, item[name]]));
	const { type } = isObject(item.definition) ? item.definition : ({} as Row);
	return {
		...kept,
		kind,
		definitionType: type,
		...(kind !== 'other' && { aggregation: item.aggregation }),
	};
}

/** Of an item without its bulk. */
export function listed(item: Row): ListedReport {
	const { fields, pipeline } = isObject(item.aggregation) ? item.aggregation : ({} as Row);
	const texts = (row: Row): Column => ({
		field: String(row.field ?? ''),
		title: String(row.title ?? ''),
		type: String(row.type ?? ''),
	});
	return {
		id: String(item.id ?? ''),
		name: String(item.name ?? ''),
		kind: item.kind as ReportKind,
		item,
		columns: Array.isArray(fields) ? fields.filter(isObject).map(texts) : [],
		pipeline: Array.isArray(pipeline) ? pipeline.filter(isObject) : [],
	};
}
