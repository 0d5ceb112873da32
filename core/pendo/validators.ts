import type { PendoRequest } from './requests';

/** By what a server tells that an answer has not changed since. Whether Pendo does is not known. */
export interface Validator {
	readonly etag?: string;
	readonly lastModified?: string;
}

/** The answer is the same as the one that the validator of the request came with: 304. */
export class NotModified extends Error {}

export function validatorOf(headers: Readonly<Record<string, unknown>>): Validator | undefined {
	const { etag, 'last-modified': lastModified } = headers;
	if (typeof etag === 'string' && etag !== '') return { etag };
	return typeof lastModified === 'string' && lastModified !== '' ? { lastModified } : undefined;
}

/** The same request, to be answered by 304 where nothing has changed. */
export function conditional(request: PendoRequest, validator: Validator | undefined): PendoRequest {
	if (validator === undefined) return request;
	const { etag, lastModified } = validator;
	return {
		...request,
		headers: {
			...request.headers,
			...(etag !== undefined && { 'if-none-match': etag }),
			...(lastModified !== undefined && { 'if-modified-since': lastModified }),
		},
	};
}
