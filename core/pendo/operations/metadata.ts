import type { Failure } from '../failure';
import { ask } from './ask';
import { badInput, quoted } from './bad-input';
import type { Row } from './operation';
import type { Fields, Scalar } from './parameter';
import { isObject, objectOf } from './read-json';
import type { Session } from './session';

/** Those that have metadata which may be set. */
export type SubjectKind = 'visitor' | 'account';

export interface FieldSchema {
	readonly group: string;
	readonly field: string;
	/** `string`, `time`, `boolean`, `float`, ... as Pendo says; may be empty. */
	readonly type: string;
	readonly title: string;
}

/** The fields that a visitor or account may have, deleted and hidden ones aside; asked once in a session. */
export async function fieldsOf(session: Session, kind: SubjectKind): Promise<FieldSchema[]> {
	const request = ask('GET', `/api/v1/metadata/schema/${kind}`);
	const groups = objectOf(await session.readOnce(request, `the metadata schema of ${kind}s`));
	return Object.entries(groups).flatMap(([group, members]) =>
		Object.entries(objectOf(members))
			.filter(([, field]) => isObject(field) && field.isDeleted !== true)
			.map(([field, schema]) => {
				const { Type, DisplayName } = schema as Row;
				return { group, field, type: textOr(Type, ''), title: textOr(DisplayName, field) };
			}),
	);
}

function textOr(value: unknown, otherwise: string): string {
	return typeof value === 'string' && value !== '' ? value : otherwise;
}

/**
 * The values as the schema wants them: `"42"` for a number becomes 42, a date for a time milliseconds.
 *
 * @throws Failure `bad-input` for a field that the group does not have, or a value of another type
 */
export function typedBySchema(
	values: Fields,
	group: string,
	schema: readonly FieldSchema[],
): Fields {
	const known = schema.filter((field) => field.group === group);
	return Object.fromEntries(
		Object.entries(values).map(([name, value]) => {
			const field = known.find((one) => one.field === name);
			if (field === undefined) throw unknownField(name, group, known);
			const typed = Array.isArray(value)
				? value.map((entry: Scalar) => typedAs(field, entry))
				: typedAs(field, value as Scalar);
			return [name, typed];
		}),
	);
}

const NUMBERS = /^(number|float|int|integer|double|long)$/i;

function typedAs({ field, type }: FieldSchema, value: Scalar): Scalar {
	if (value === null) return null;
	if (NUMBERS.test(type)) {
		const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
		if (typeof number === 'number' && Number.isFinite(number)) return number;
	} else if (/^bool(ean)?$/i.test(type)) {
		if (typeof value === 'boolean') return value;
		if (value === 'true' || value === 'false') return value === 'true';
	} else if (/^(time|date)$/i.test(type)) {
		if (typeof value === 'number') return value;
		const moment = typeof value === 'string' ? Date.parse(value) : NaN;
		if (!Number.isNaN(moment)) return moment;
	} else if (/^string$/i.test(type)) {
		return String(value);
	} else {
		return value;
	}
	throw badInput(
		`${quoted(value)} is no value for the field "${field}"`,
		`In Pendo the field is of type ${type}.`,
	);
}

function unknownField(name: string, group: string, known: readonly FieldSchema[]): Failure {
	const names = known.slice(0, 20).map(({ field }) => field);
	return badInput(
		`Pendo has no field "${name}" in the group "${group}"`,
		names.length === 0
			? 'The group has no field at all.'
			: `Its fields are: ${names.join(', ')}${known.length > names.length ? ', ...' : ''}.`,
		'Choose one of them, or make the field first with Metadata Schema: Create Fields. Nothing was sent to Pendo.',
	);
}
