import { isObject, senseless } from '../refusal';
import {
	compare,
	parseExpression,
	valueAt,
	type Expression,
	type Moment,
	type Row,
} from './expression';

type Gather = (rows: readonly Row[], of: Expression) => unknown;

const GATHERS: Record<string, Gather> = {
	count: (rows, of) => new Set(rows.map((row) => JSON.stringify(of(row) ?? null))).size,
	sum: (rows, of) => rows.reduce((total, row) => total + Number(of(row) ?? 0), 0),
	min: (rows, of) => best(rows, of, -1),
	max: (rows, of) => best(rows, of, 1),
	avg: (rows, of) => rows.reduce((total, row) => total + Number(of(row) ?? 0), 0) / rows.length,
	first: (rows, of) => (rows[0] ? of(rows[0]) : null),
	last: (rows, of) => (rows.length > 0 ? of(rows[rows.length - 1] as Row) : null),
	list: (rows, of) => [...new Set(rows.map((row) => of(row)))],
};

/** {group: [fields], fields: [{name: {sum: "numEvents"}}, {name: {count: null}}]} */
export function grouped(rows: Row[], value: unknown, moment: Moment): Row[] {
	const { group, fields } = isObject(value) ? value : ({} as Row);
	if (!Array.isArray(group) || !group.every((name) => typeof name === 'string'))
		throw senseless('group.group must be a list of fields');
	const names = group as string[];
	const gathers = gathersOf(fields, moment);
	const groups = new Map<string, Row[]>();
	for (const row of rows) {
		const key = JSON.stringify(names.map((name) => valueAt(row, name.split('.')) ?? null));
		const members = groups.get(key);
		if (members) members.push(row);
		else groups.set(key, [row]);
	}
	return [...groups.values()].map((members) => ({
		...Object.fromEntries(
			names.map((name) => [name, valueAt(members[0], name.split('.')) ?? null]),
		),
		...gatherAll(members, gathers),
	}));
}

/** One row of all. */
export function reduced(rows: Row[], value: unknown, moment: Moment): Row[] {
	return [gatherAll(rows, gathersOf(value, moment))];
}

type NamedGather = [name: string, gather: (rows: readonly Row[]) => unknown];

function gathersOf(fields: unknown, moment: Moment): NamedGather[] {
	const list: unknown[] = Array.isArray(fields) ? fields : [fields ?? {}];
	return list.flatMap((entry) => {
		if (!isObject(entry)) throw senseless('each of the fields must be an object');
		return Object.entries(entry).map(([name, how]): NamedGather => {
			const [[word, text] = ['', null], ...more] = isObject(how) ? Object.entries(how) : [];
			if (!Object.hasOwn(GATHERS, word) || more.length > 0)
				throw senseless(`a field is gathered by one of ${Object.keys(GATHERS).join(', ')}`);
			if (text === null && word === 'count') return [name, (rows) => rows.length];
			const of = parseExpression(text, moment);
			return [name, (rows) => (GATHERS[word] as Gather)(rows, of)];
		});
	});
}

function gatherAll(rows: readonly Row[], gathers: readonly NamedGather[]): Row {
	return Object.fromEntries(gathers.map(([name, gather]) => [name, gather(rows) ?? null]));
}

function best(rows: readonly Row[], of: Expression, sign: number): unknown {
	let found: unknown = null;
	for (const row of rows) {
		const value = of(row) ?? null;
		if (found === null || (value !== null && sign * compare(value, found) > 0)) found = value;
	}
	return found;
}
