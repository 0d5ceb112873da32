import type { Variants } from './variants';

/** What would be sent if nothing were broken. */
export interface Answer {
	status: number;
	headers: Record<string, string>;
	body: Iterable<string | Buffer>;
}

export const HTML_PAGE =
	'<!DOCTYPE html><html><head><title>Service Unavailable</title></head><body><h1>Service Unavailable</h1><p>The proxy could not reach the upstream server.</p></body></html>';

export function json(status: number, value: unknown, variants: Variants): Answer {
	return streamed(status, 'application/json', [JSON.stringify(value)], variants);
}

export function streamed(
	status: number,
	contentType: string,
	body: Iterable<string>,
	variants: Variants,
): Answer {
	const charset = variants.charset === 'present' ? '; charset=utf-8' : '';
	return { status, headers: { 'content-type': contentType + charset }, body };
}

export function empty(status: number): Answer {
	return { status, headers: {}, body: [] };
}

/** Error bodies were seen in all these shapes. */
export function failure(status: number, message: string, variants: Variants): Answer {
	switch (variants.errorBody) {
		case 'message':
			return json(status, { message }, variants);
		case 'error':
			return json(status, { error: message }, variants);
		case 'errors':
			return json(status, { errors: [{ message }] }, variants);
		case 'text':
			return streamed(status, 'text/plain', [message], variants);
		case 'html':
			return streamed(status, 'text/html', [HTML_PAGE], variants);
		case 'empty':
			return empty(status);
	}
}

/** Done, in one of the ways in which nobody has described it. */
export function done(variants: Variants): Answer {
	switch (variants.undescribedAnswer) {
		case 'empty':
			return empty(200);
		case 'object':
			return json(200, {}, variants);
		case 'null':
			return json(200, null, variants);
		case 'text':
			return streamed(200, 'text/plain', ['OK'], variants);
	}
}
