import type { PendoRequest } from './requests';

/** By what a server tells that an answer has not changed since. Whether Pendo does is not known. */
export interface Validator {
	readonly etag?: string;
	readonly lastModified?: string;
}

/** A good answer as it arrives. */
export interface Body {
	readonly bytes: AsyncIterable<Uint8Array>;
	/** To ask with the next time. */
	readonly validator?: Validator;
}

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

export function isConditional({ headers }: PendoRequest): boolean {
	return headers['if-none-match'] !== undefined || headers['if-modified-since'] !== undefined;
}
