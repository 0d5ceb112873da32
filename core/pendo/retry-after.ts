/** The longest wait that a server can impose on us, in milliseconds: one hour. */
const LONGEST_WAIT = 3_600_000;

/**
 * Milliseconds to wait, from a Retry-After header: seconds or a date, never negative, never over an hour.
 * Undefined where the header is absent or makes no sense.
 */
export function retryAfterMs(header: unknown, now: number): number | undefined {
	const text = String(header ?? '').trim();
	if (text === '') return undefined;
	// Date.parse would take "-5" or "soon 5" for a day in May: a date of HTTP has a time.
	const date = /\d:\d\d/.test(text) ? Date.parse(text) : NaN;
	const wait = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : date - now;
	if (Number.isNaN(wait)) return undefined;
	return Math.min(Math.max(wait, 0), LONGEST_WAIT);
}
