import { Failure } from './failure';
import { retryAfterMs } from './retry-after';

/** What was asked for, so that a failure can name it. */
export interface Asked {
	/** The host that was asked, as `app.pendo.io`. */
	host: string;
	/** The report's name or id, where one was asked for. */
	report?: string;
}

const REPORT_ADVICE =
	'Check in Pendo that the report still exists, is a visitor or account list and is shared with everyone; then choose it again.';

/**
 * The meaning of an answer's status, or undefined where the answer is fine.
 * Pendo refuses a wrong key with 403 and an empty body, although its documentation says 401: both mean the same.
 */
export function meaningOfStatus(
	answer: { status: number; retryAfter?: unknown },
	asked: Asked,
	now: number,
): Failure | undefined {
	const { status } = answer;
	const report = asked.report === undefined ? 'what was asked for' : `the report "${asked.report}"`;
	if (status >= 200 && status < 300) return undefined;
	if (status >= 300 && status < 400) {
		return new Failure(
			'redirected',
			{
				what: `Pendo's address ${asked.host} answered with a redirect (${status})`,
				why: 'The integration key is never sent on to another address.',
				next: 'Choose the region in which you sign in to Pendo, or correct the custom base URL in the Pendo credential.',
			},
			{ status },
		);
	}
	if (status === 401 || status === 403) {
		return new Failure(
			'key-refused',
			{
				what: `Pendo refused the key (${status}, Invalid Integration Key)`,
				why: `Either the integration key is wrong or was deleted, or it belongs to another region than ${asked.host}.`,
				next: 'In the Pendo credential, check the region (the host on which you sign in to Pendo) and paste the key again from Pendo > Settings > Integrations > Integration Keys.',
			},
			{ status },
		);
	}
	if (status === 404) {
		return new Failure(
			'report-missing',
			{
				what: `Pendo does not have ${report} (404)`,
				why: 'It was deleted, is no longer shared with everyone, or belongs to another subscription or region.',
				next: REPORT_ADVICE,
			},
			{ status },
		);
	}
	if (status === 429) {
		return new Failure(
			'rate-limited',
			{
				what: 'Pendo asks to slow down (429)',
				why: 'Too many requests were made with this subscription in a short time.',
				next: `${later(asked)} If it keeps happening, ask less often.`,
			},
			{ status, retryAfterMs: retryAfterMs(answer.retryAfter, now) },
		);
	}
	if (status === 408 || status === 504) {
		return new Failure(
			'too-slow',
			{
				what: `Pendo did not finish ${report} in time (${status})`,
				why: 'A report over a long date range or very many visitors takes Pendo long to compute.',
				next: 'Nothing is lost. Shorten the date range of the report in Pendo, or poll less often.',
			},
			{ status, retryAfterMs: retryAfterMs(answer.retryAfter, now) },
		);
	}
	if (status >= 500) {
		return new Failure(
			'unavailable',
			{
				what: `Pendo is not available (${status})`,
				why: 'The server reported a problem of its own.',
				next: `${later(asked)} See status.pendo.io if it lasts.`,
			},
			{ status, retryAfterMs: retryAfterMs(answer.retryAfter, now) },
		);
	}
	return new Failure(
		'report-refused',
		{
			what: `Pendo cannot give ${report} (${status})`,
			why: 'Only lists of visitors or accounts have results to read; paths, funnels, retention and Data Explorer reports do not.',
			next: REPORT_ADVICE,
		},
		{ status },
	);
}

// A code is all that is kept of an exception, so its whole text must be one.
const KNOWN_CODE =
	/^((E[A-Z_]{3}|(Z|CERT|UNABLE|ERR|UND_ERR|DEPTH|SELF)_)[A-Z0-9_]{0,60}|AbortError|TimeoutError|CanceledError)$/;

/** What waiting does: a poll comes again by itself, a person who set something up tries again. */
function later({ report }: Asked): string {
	return report === undefined
		? 'Try again in a minute.'
		: 'Nothing is lost: the next poll reads the report again.';
}

/** The first machine-readable code in an error and its causes. */
function codeOf(error: unknown): string {
	// Not instanceof: an error of the runtime may come from another context than this code.
	for (let at = error, depth = 0; typeof at === 'object' && at !== null && depth < 6; depth++) {
		const { code, httpCode, name, cause } = at as Record<string, unknown>;
		for (const text of [code, httpCode, name]) {
			if (typeof text === 'string' && KNOWN_CODE.test(text)) return text;
		}
		at = cause;
	}
	return '';
}

const TOO_SLOW =
	/ECONNABORTED|ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_[A-Z]+_TIMEOUT|AbortError|TimeoutError|ERR_CANCELED|CanceledError/;
const CERTIFICATE = /CERT|UNABLE_|SELF_|DEPTH_|ERR_TLS|ERR_SSL|EPROTO/;
const NO_ROUTE = /ENOTFOUND|EAI_|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ERR_INVALID_URL/;
// ERR__ERROR_FORMAT_... is how Node.js names what its Brotli decoder finds.
const NOT_DECODED = /^Z_|^ERR__ERROR|ERR_BUFFER/;

/** The meaning of an exception of the host's own HTTP client; nothing of the exception itself is kept but its code. */
export function meaningOfException(error: unknown, asked: Asked, afterMs?: number): Failure {
	if (error instanceof Failure) return error;
	const code = codeOf(error);
	if (TOO_SLOW.test(code)) {
		return tooSlow(asked, afterMs);
	}
	if (CERTIFICATE.test(code)) {
		return new Failure('certificate', {
			what: `The connection to ${asked.host} is not trusted (${code})`,
			why: 'Its certificate is not valid for that host, often because of a proxy or a mistyped host.',
			next: 'Check the region or the custom base URL in the Pendo credential, and the proxy of this server.',
		});
	}
	if (NO_ROUTE.test(code)) {
		return new Failure('unreachable', {
			what: `${asked.host} cannot be reached (${code})`,
			why: 'The host does not exist, refuses connections, or this server has no route to it.',
			next: 'Check the region or the custom base URL in the Pendo credential, and the network of this server.',
		});
	}
	// Node.js refuses to send such a header; its message quotes the header's name.
	if (code === 'ERR_INVALID_CHAR') {
		return new Failure('key-refused', {
			what: 'The integration key holds a character that no key has',
			why: 'Something else was pasted, or a line break came along.',
			next: 'In the Pendo credential, paste the key again from Pendo > Settings > Integrations > Integration Keys.',
		});
	}
	if (NOT_DECODED.test(code)) {
		return new Failure('malformed-results', {
			what: 'The compressed answer of Pendo arrived damaged or incomplete',
			why: 'The connection or a proxy on the way cut or changed it.',
			next: later(asked),
		});
	}
	return new Failure('interrupted', {
		what: `The connection to ${asked.host} broke${code === '' ? '' : ` (${code})`}`,
		why: 'The answer did not arrive to its end.',
		next: later(asked),
	});
}

/** The failure of a report that took longer than a poll may last. */
export function tooSlow(asked: Asked, afterMs?: number): Failure {
	const report = asked.report === undefined ? 'its answer' : `the report "${asked.report}"`;
	const within = afterMs === undefined ? 'in time' : `within ${Math.round(afterMs / 1000)} seconds`;
	return new Failure('too-slow', {
		what: `Pendo did not finish ${report} ${within}`,
		why: 'A report over a long date range or very many visitors takes Pendo long to compute.',
		next: 'Nothing is lost. Shorten the date range of the report in Pendo, or poll less often.',
	});
}
