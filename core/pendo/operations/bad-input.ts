import { Failure } from '../failure';

/** A failure of whoever filled the parameters in; nothing was sent. */
export function badInput(
	what: string,
	why: string,
	next = 'Correct the parameter and run it again. Nothing was sent to Pendo.',
): Failure {
	return new Failure('bad-input', { what, why, next });
}

/** A value as it may stand in a sentence: short, on one line. */
export function quoted(value: unknown): string {
	const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? typeof value);
	const flat = text.replace(/\s+/g, ' ');
	return `"${flat.length > 60 ? `${flat.slice(0, 57)}...` : flat}"`;
}
