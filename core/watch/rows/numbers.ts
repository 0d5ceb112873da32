const PLAIN_INTEGER = /^-?\d+$/;

/** Whether JavaScript would lose digits of this JSON number: an integer beyond 2^53, or one out of range. */
export function losesDigits(text: string): boolean {
	const value = Number(text);
	return PLAIN_INTEGER.test(text) ? !Number.isSafeInteger(value) : !Number.isFinite(value);
}

/** The id that a JSON number stands for: 1000, 1e3 and "1000" are one subject, -0 is "0". */
export function identityOfNumber(text: string): string {
	return losesDigits(text) ? text : String(Number(text));
}
