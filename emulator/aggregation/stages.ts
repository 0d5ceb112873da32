import { isObject, senseless, type JsonObject } from '../refusal';
import type { Subscription } from '../subscription/subscription';
import { isAnonymous } from '../subscription/subjects';
import { shownMetadata } from '../subscription/shown';
import { compare, parseExpression, valueAt, type Moment, type Row } from './expression';
import { grouped, reduced } from './groups';

/** What a stage may look at beside its rows. */
export interface Surroundings extends Moment {
	subscription: Subscription;
	/** Who is in a segment. */
	members(segmentId: string): ReadonlySet<string>;
}
type Stage = (rows: Row[], value: unknown, surroundings: Surroundings) => Row[];

const STAGES: Record<string, Stage> = {
	identified: (rows, field) =>
		rows.filter((row) => {
			const id = valueAt(row, textOf(field, 'identified').split('.'));
			return typeof id === 'string' && id !== '' && !isAnonymous(id);
		}),
	filter: (rows, text, moment) => {
		const fits = parseExpression(text, moment);
		return rows.filter((row) => Boolean(fits(row)));
	},
	eval: (rows, fields, moment) => {
		const list = expressions(fields, moment);
		return rows.map((row) =>
			list.reduce((made, [name, of]) => put(made, name, of(made)), { ...row }),
		);
	},
	select: (rows, fields, moment) => {
		const list = expressions(fields, moment);
		return rows.map((row) =>
			list.reduce((made, [name, of]) => put(made, name, of(row)), {} as Row),
		);
	},
	sort: (rows, fields) => sorted(rows, fields),
	limit: (rows, count) => rows.slice(0, countOf(count, 'limit')),
	skip: (rows, count) => rows.slice(countOf(count, 'skip')),
	count: (rows) => [{ count: rows.length }],
	group: grouped,
	reduce: reduced,
	segment: (rows, value, { members, subscription: { directory } }) => {
		const { id } = isObject(value) ? value : ({} as JsonObject);
		const visitors = members(textOf(id, 'segment.id'));
		// An account is in a segment when one of its visitors is.
		const accounts = new Set(
			[...visitors].flatMap((visitor) => directory.find('visitor', visitor)?.accountIds ?? []),
		);
		return rows.filter(({ visitorId, accountId }) =>
			visitorId === undefined ? accounts.has(String(accountId)) : visitors.has(String(visitorId)),
		);
	},
	bulkExpand: (rows, value, { subscription }) =>
		rows.map((row) => expanded(row, value, subscription)),
	unwind: (rows, value) => {
		const field = textOf(isObject(value) ? value.field : undefined, 'unwind.field');
		return rows.flatMap((row) => {
			const list = valueAt(row, field.split('.'));
			return Array.isArray(list) ? list.map((item) => ({ ...row, [field]: item as unknown })) : [];
		});
	},
};

export function runStage(
	rows: Row[],
	name: string,
	value: unknown,
	surroundings: Surroundings,
): Row[] {
	if (name === 'source') throw senseless('source must be the first step only');
	if (!Object.hasOwn(STAGES, name)) throw senseless(`unknown step ${name}`);
	return (STAGES[name] as Stage)(rows, value, surroundings);
}

function expressions(fields: unknown, moment: Moment): Array<[string, (row: Row) => unknown]> {
	if (!isObject(fields)) throw senseless('fields must be an object of expressions');
	return Object.entries(fields).map(([name, text]) => [name, parseExpression(text, moment)]);
}

function put(row: Row, name: string, value: unknown): Row {
	return Object.defineProperty(row, name, {
		value: value ?? null,
		enumerable: true,
		configurable: true,
		writable: true,
	});
}

/** Fields in order of weight; a minus turns one round. */
function sorted(rows: Row[], fields: unknown): Row[] {
	if (!Array.isArray(fields) || fields.length === 0)
		throw senseless('sort must be a list of fields');
	const keys = fields.map((field) => {
		const text = textOf(field, 'sort');
		const down = text.startsWith('-');
		return { path: (down ? text.slice(1) : text).split('.'), sign: down ? -1 : 1 };
	});
	return [...rows].sort((left, right) => {
		for (const { path, sign } of keys) {
			const order = compare(valueAt(left, path), valueAt(right, path));
			if (order !== 0) return sign * order;
		}
		return 0;
	});
}

/** {visitor: {visitor: "visitorId"}} puts the visitor's metadata beside the id. */
function expanded(row: Row, value: unknown, { directory }: Subscription): Row {
	if (!isObject(value)) throw senseless('bulkExpand must be an object');
	const made = { ...row };
	for (const [name, what] of Object.entries(value)) {
		const [[kind, field] = ['', '']] = isObject(what) ? Object.entries(what) : [];
		if (kind !== 'visitor' && kind !== 'account')
			throw senseless(`bulkExpand does not know ${kind}`);
		const id = valueAt(row, String(field).split('.'));
		const subject = typeof id === 'string' ? directory.find(kind, id) : undefined;
		put(made, name, subject ? { id, ...shownMetadata(subject) } : null);
	}
	return made;
}

function textOf(value: unknown, name: string): string {
	if (typeof value === 'string' && value !== '') return value;
	throw senseless(`${name} must be text`);
}

function countOf(value: unknown, name: string): number {
	if (Number.isInteger(value) && Number(value) >= 0) return Number(value);
	throw senseless(`${name} must be a whole number`);
}
