import { tryToParseDateTime, type IExecuteFunctions } from 'n8n-workflow';
import type { Given, Operation } from '../../core/pendo/operations';
import { layoutOf, locatedBy, namesOfFields, type Named } from './layout';

/** The parameters of an operation as the form, an expression or an agent gives them for an item. */
export function givenOf(context: IExecuteFunctions, operation: Operation, item: number): Given {
	const { shown, added, collection } = layoutOf(operation);
	// What the form does not show has no value: n8n then answers the text given here.
	const read = (name: string) => context.getNodeParameter(name, item, '') as unknown;
	const options = (added.length === 0 ? {} : read(collection.name)) as Record<string, unknown>;
	const values: [string, unknown][] = [
		...shown.map((one): [string, unknown] => {
			// An address is asked for its id only where there can be one: n8n fails otherwise.
			return locatedBy(one) === undefined
				? [one.name, readField(one, read)]
				: [one.name, context.getNodeParameter(one.name, item, '', { extractValue: true })];
		}),
		...added.map((one): [string, unknown] => [one.name, options[one.name]]),
	];
	const zone = context.getTimezone();
	return Object.fromEntries(
		values.map(([name, value]) => [name, plain(value, operation.parameters[name]!, zone)]),
	);
}

function readField({ name, type }: Named, read: (name: string) => unknown): unknown {
	if (type !== 'fields') return read(name);
	const { mode, json } = namesOfFields(name);
	return read(mode) === 'json' ? read(json) : read(name);
}

/** n8n's own wrappings taken off; what is none of them goes to the table as it is. */
function plain(value: unknown, { type }: Omit<Named, 'name'>, zone: string): unknown {
	if (type === 'dateTime') return momentIn(value, zone);
	if (typeof value !== 'object' || value === null) return value;
	if ('__rl' in value) return (value as { value?: unknown }).value;
	if (type !== 'list' && type !== 'fields') return value;
	const { entries } = value as { entries?: unknown };
	// JSON may have a field of that name, which is no list.
	if (!Array.isArray(entries)) return Object.keys(value).length === 0 ? undefined : value;
	if (type === 'list') return entries;
	const named = entries as { name?: unknown; value?: unknown }[];
	return Object.fromEntries(named.map((entry) => [String(entry.name ?? ''), entry.value]));
}

// As n8n's date picker gives it: without a time zone, which is the workflow's.
const WITHOUT_ZONE = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?$/;

function momentIn(value: unknown, zone: string): unknown {
	if (typeof value !== 'string' || !WITHOUT_ZONE.test(value.trim())) return value;
	try {
		return tryToParseDateTime(value.trim(), zone).toMillis();
	} catch {
		// The table says what is wrong with it.
		return value;
	}
}
