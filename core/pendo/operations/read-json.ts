import { parseRow } from '../../watch/rows/parse-row';
import { Failure } from '../failure';

/**
 * The value of JSON text; undefined of an empty one. Integers beyond 2^53 keep their digits, as text.
 *
 * @throws Failure `unexpected-answer`, without a piece of the text
 */
export function readJson(text: string): unknown {
	const bare = text.replace(/^\uFEFF/, '');
	if (bare.trim() === '') return undefined;
	let value: unknown;
	let isJson = true;
	try {
		value = parseRow(bare);
	} catch {
		isJson = false;
	}
	if (isJson) return value;
	throw new Failure('unexpected-answer', {
		what: /^\s*</.test(bare)
			? 'Pendo answered with a web page instead of data'
			: 'Pendo answered with something that is not JSON',
		why: 'The answer was cut short, or a proxy or sign-in page stands between this server and Pendo.',
		next: 'Try again. If it lasts, check the region or the custom base URL in the Pendo credential.',
	});
}

export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list, of which those entries that are objects count; `null` and nothing are empty lists. */
export function objectsOf(value: unknown): Record<string, unknown>[] {
	if (value === undefined || value === null) return [];
	const list = isObject(value) && Array.isArray(value.results) ? value.results : value;
	if (Array.isArray(list)) return list.filter(isObject);
	throw new Failure('unexpected-answer', {
		what: 'Pendo answered with something that is not a list',
		why: 'Another service than Pendo may stand at this address, or Pendo has changed its answer.',
		next: 'Check the region or the custom base URL in the Pendo credential.',
	});
}

/** One object; nothing is an empty one, and any other value stands under `value`. */
export function objectOf(value: unknown): Record<string, unknown> {
	if (value === undefined || value === null) return {};
	return isObject(value) ? value : { value };
}
