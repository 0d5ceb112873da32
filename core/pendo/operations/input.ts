import { badInput, quoted } from './bad-input';
import type { Fields, Parameter, Parameters, Scalar } from './parameter';
import { LONGEST_ID } from './path';

/**
 * Reads what a person, an expression or an agent gave for the parameters.
 * Absent, null and '' mean "not given", except that '' is refused where a value must be.
 *
 * @throws Failure `bad-input`, naming the parameter and what would be right
 */
export function readInput(
	parameters: Parameters,
	given: Readonly<Record<string, unknown>>,
	where = '',
): Record<string, unknown> {
	const unknown = Object.keys(given).find((name) => !Object.hasOwn(parameters, name));
	if (unknown !== undefined) {
		throw badInput(
			`There is no parameter ${quoted(unknown)}${where}`,
			`The parameters are: ${Object.keys(parameters).join(', ') || 'none'}.`,
		);
	}
	return Object.fromEntries(
		Object.entries(parameters).map(([name, parameter]) => {
			const own = Object.hasOwn(given, name) ? given[name] : undefined;
			return [name, readParameter(parameter, own, where)];
		}),
	);
}

function readParameter(parameter: Parameter, given: unknown, where: string): unknown {
	const label = `${parameter.label}${where}`;
	if (given === undefined || given === null || given === '') {
		if (!parameter.required) return parameter.default;
		throw badInput(
			`${label} is empty`,
			'This operation cannot do without it. In an expression, the field that it names may be missing in this item.',
		);
	}
	const value = READERS[parameter.type](given, parameter, label);
	if (parameter.required && Array.isArray(value) && value.length === 0) {
		throw badInput(`${label} is an empty list`, 'There is nothing to do without an entry.');
	}
	return value;
}

type Reader = (given: unknown, parameter: Parameter, label: string) => unknown;

const READERS: Readonly<Record<Parameter['type'], Reader>> = {
	string: (given, { isId }, label) => {
		const value = textOf(given, label);
		if (isId && Buffer.byteLength(value) > LONGEST_ID) {
			throw badInput(
				`${label} is longer than ${LONGEST_ID} bytes`,
				'No id is that long; another text may have been taken for it.',
			);
		}
		return value;
	},
	number: (given, { least = -Infinity, most = Infinity }, label) => {
		const value =
			typeof given === 'string' && given.trim() !== '' ? Number(given) : (given as number);
		if (typeof value !== 'number' || !Number.isFinite(value)) {
			throw wrongType(label, 'a number', given);
		}
		if (value < least || value > most) {
			throw badInput(`${label} is ${value}`, `It must be ${boundsOf(least, most)}.`);
		}
		return value;
	},
	boolean: (given, _, label) => {
		if (given === true || given === 'true') return true;
		if (given === false || given === 'false') return false;
		throw wrongType(label, 'true or false', given);
	},
	options: (given, { options = [] }, label) => {
		if (options.some(({ value }) => value === given)) return given;
		throw badInput(
			`${label} cannot be ${quoted(given)}`,
			`It is one of: ${options.map(({ value }) => value).join(', ')}.`,
		);
	},
	value: (given, _, label) => {
		if (given !== null && isScalar(given)) return given;
		throw wrongType(label, 'text, a number, true or false', given);
	},
	json: (given, _, label) => (typeof given === 'string' ? parsed(given, label) : given),
	stringList: (given, { mostEntries = Infinity, isId }, label) => {
		const entries = listOf(given, label);
		const texts = entries.map((entry, index) => textOf(entry, `Entry ${index + 1} of ${label}`));
		const empty = texts.indexOf('');
		if (isId && empty >= 0) {
			throw badInput(
				`Entry ${empty + 1} of ${label} is empty`,
				'An id has at least one character.',
			);
		}
		if (texts.length > mostEntries) throw tooMany(label, texts.length, mostEntries);
		return texts;
	},
	dateTime: (given, _, label) => {
		const value = momentOf(given);
		if (value !== undefined) return value;
		throw wrongType(label, 'a date such as 2026-05-01T12:00:00Z, or milliseconds', given);
	},
	fields: (given, _, label) => {
		const value = typeof given === 'string' ? parsed(given, label) : given;
		if (typeof value !== 'object' || value === null || Array.isArray(value)) {
			throw wrongType(label, 'an object with a value for each name', given);
		}
		for (const [name, field] of Object.entries(value)) checkField(name, field, label);
		return value as Fields;
	},
	list: (given, { of = {}, mostEntries = Infinity }, label) => {
		const value = typeof given === 'string' ? parsed(given, label) : given;
		if (!Array.isArray(value)) throw wrongType(label, 'a list', given);
		if (value.length > mostEntries) throw tooMany(label, value.length, mostEntries);
		return value.map((entry: unknown, index) => {
			if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
				throw wrongType(`Entry ${index + 1} of ${label}`, 'an object', entry);
			}
			return readInput(of, entry as Record<string, unknown>, ` (entry ${index + 1} of ${label})`);
		});
	},
};

function textOf(given: unknown, label: string): string {
	if (typeof given === 'string') return given;
	if (typeof given === 'bigint') return String(given);
	if (typeof given !== 'number' || !Number.isFinite(given)) throw wrongType(label, 'text', given);
	if (Number.isInteger(given) && !Number.isSafeInteger(given)) {
		throw badInput(
			`${label} is a number of more than 15 digits`,
			'JavaScript has rounded it already, so it may be the id of somebody else.',
			'Give it as text, in quotes. Nothing was sent to Pendo.',
		);
	}
	return String(given);
}

function listOf(given: unknown, label: string): unknown[] {
	if (Array.isArray(given)) return given;
	if (typeof given === 'number') return [given];
	if (typeof given !== 'string') throw wrongType(label, 'a list of texts', given);
	if (/^\s*\[/.test(given)) {
		const value = parsed(given, label);
		if (Array.isArray(value)) return value;
	}
	return given
		.split(/\r?\n/.test(given.trim()) ? /\r?\n/ : ',')
		.map((entry) => entry.trim())
		.filter((entry) => entry !== '');
}

function momentOf(given: unknown): number | undefined {
	if (typeof given === 'number' && Number.isFinite(given)) return given;
	if (typeof given === 'string' && /^\d{10,}$/.test(given.trim())) return Number(given);
	// Date.parse takes almost anything for a day; a date begins with its year.
	if (typeof given === 'string' && !/^\s*\d{4}-\d\d/.test(given)) return undefined;
	// Dates of other libraries, too: they all give their milliseconds or their ISO text as a primitive.
	const moment = new Date(given as string | Date).getTime();
	return Number.isNaN(moment) ? undefined : moment;
}

/** @throws Failure `bad-input`. Source: Pendo help, "Visitor and Account Metadata" */
export function checkFieldName(name: string, label: string): void {
	if (/^[A-Za-z_]\w*$/.test(name)) return;
	throw badInput(
		`${quoted(name)} in ${label} is not the name of a field`,
		'A name has letters, digits and underscores, and does not begin with a digit.',
	);
}

function checkField(name: string, value: unknown, label: string): void {
	checkFieldName(name, label);
	const entries = Array.isArray(value) ? value : [value];
	const wrong = entries.find((entry) => !isScalar(entry));
	if (wrong !== undefined) {
		throw wrongType(`${quoted(name)} in ${label}`, 'text, a number, true, false or null', wrong);
	}
}

function isScalar(value: unknown): value is Scalar {
	if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
	return typeof value === 'number' && Number.isFinite(value);
}

function parsed(given: string, label: string): unknown {
	let value: unknown;
	let where: string | undefined;
	try {
		value = JSON.parse(given);
	} catch (error) {
		where = /position \d+/.exec(String((error as Error).message))?.[0] ?? 'its end';
	}
	if (where === undefined) return value;
	throw badInput(
		`${label} is not JSON (at ${where})`,
		'A comma, a quote or a bracket is missing or too many; names and texts want double quotes.',
	);
}

function wrongType(label: string, wanted: string, given: unknown): Error {
	const is = Array.isArray(given) ? 'a list' : given === null ? 'null' : `of type ${typeof given}`;
	const told = typeof given === 'string' ? quoted(given) : is;
	return badInput(`${label} is ${told}`, `It must be ${wanted}.`);
}

function tooMany(label: string, count: number, most: number): Error {
	return badInput(`${label} has ${count} entries`, `It may have ${most} at most.`);
}

function boundsOf(least: number, most: number): string {
	if (most === Infinity) return `${least} or more`;
	return least === -Infinity ? `${most} or less` : `from ${least} to ${most}`;
}
