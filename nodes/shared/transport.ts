import type {
	IExecuteFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
	IPollFunctions,
} from 'n8n-workflow';
import {
	baseUrlOf,
	endingBytes,
	Failure,
	listReports,
	meaningOfException,
	meaningOfStatus,
	readReportList,
	textOf,
	isConditional,
	validatorOf,
	type Asked,
	type Body,
	type PendoRequest,
	type Report,
	whatIsRead,
} from '../../core/pendo';

export type Context = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;
export type Source = AsyncIterable<Uint8Array> & {
	destroy?(): void;
	on?(event: 'error', listener: () => void): unknown;
};

export interface Place {
	/** Origin to which the key may go, without a trailing slash. */
	readonly baseUrl: string;
	readonly host: string;
	/** The key itself stays with n8n; this tells two of them apart. */
	readonly account: string;
}

interface PendoCredential {
	readonly region: string;
	readonly baseUrl?: string;
	readonly apiKey: string;
	readonly trackEventSecret?: string;
}

/**
 * Where the credential of a node points.
 *
 * @throws Failure `no-credential` or `base-url`
 */
export async function placeOf(context: Context): Promise<Place> {
	const credential = await credentialOf(context);
	const origin = baseUrlOf(credential);
	return {
		baseUrl: origin,
		host: new URL(origin).host,
		account: whatIsRead(origin, credential.apiKey),
	};
}

/** @throws Failure `no-credential` */
export async function credentialOf(context: Context): Promise<PendoCredential> {
	let credential: PendoCredential | undefined;
	try {
		credential = await context.getCredentials<PendoCredential & object>('pendoApi');
	} catch {
		credential = undefined;
	}
	if (credential === undefined) throw noCredential();
	return credential;
}

function noCredential(): Failure {
	return new Failure('no-credential', {
		what: 'The Pendo credential of this node cannot be used',
		why: 'None is chosen, it was deleted, or it could not be decrypted.',
		next: 'Open the node, choose or make a Pendo API credential, and publish again.',
	});
}

/** How n8n is to send a request of ours: as a stream, with nothing of its own about errors and redirects. */
export function optionsOf(
	origin: string,
	request: PendoRequest,
	abortSignal: AbortSignal,
): IHttpRequestOptions {
	return {
		method: request.method,
		url: origin + request.path,
		headers: { ...request.headers },
		...(request.body !== undefined && { body: request.body }),
		encoding: 'stream',
		returnFullResponse: true,
		// n8n's own error cannot be re-worded and stores the answer's body in the execution.
		ignoreHttpStatusErrors: true,
		// A followed redirect would carry the key to another host.
		disableFollowRedirect: true,
		// Unlike a timeout it also bounds a slow body.
		abortSignal,
	};
}

/** Sends a request with the credential's key; throws what n8n throws. */
export async function sendWithKey(
	context: Context,
	options: IHttpRequestOptions,
): Promise<IN8nHttpFullResponse> {
	const { httpRequestWithAuthentication: send } = context.helpers;
	const answer = (await send.call(context, 'pendoApi', options)) as IN8nHttpFullResponse;
	// It may break before anybody reads it, which must not end n8n; who reads it is told all the same.
	(answer.body as unknown as Source).on?.('error', () => undefined);
	return answer;
}

/**
 * Sends a request with the credential's key and gives its body as it arrives; undefined where the
 * request was conditional and nothing has changed.
 *
 * @throws Failure for every answer but a good one, here or while the body is read
 */
export async function open(
	context: Context,
	place: Place,
	request: PendoRequest,
	limits: { milliseconds: number; report?: string },
): Promise<Body | undefined> {
	const asked: Asked = { host: place.host, report: limits.report };
	const signal = AbortSignal.timeout(limits.milliseconds);
	let answer: IN8nHttpFullResponse | undefined;
	let problem: unknown;
	try {
		answer = await sendWithKey(context, optionsOf(place.baseUrl, request, signal));
	} catch (error) {
		problem = error;
	}
	if (answer === undefined) throw meaningOfException(problem, asked, limits.milliseconds);
	const body = answer.body as unknown as Source;
	const failure = meaningOfStatus(
		{ status: answer.statusCode, retryAfter: answer.headers['retry-after'] },
		asked,
		Date.now(),
	);
	const isUnchanged = answer.statusCode === 304 && isConditional(request);
	if (failure || isUnchanged) body.destroy?.();
	if (isUnchanged) return undefined;
	if (failure) throw failure;
	const bytes = endingBytes(read(body, asked, limits.milliseconds), () => body.destroy?.());
	return { bytes, validator: validatorOf(answer.headers) };
}

async function* read(
	body: Source,
	asked: Asked,
	milliseconds: number,
): AsyncGenerator<Uint8Array, void, undefined> {
	let problem: unknown;
	try {
		for await (const chunk of body) yield chunk;
	} catch (error) {
		problem = error;
	} finally {
		body.destroy?.();
	}
	if (problem !== undefined) throw meaningOfException(problem, asked, milliseconds);
}

/** Milliseconds that the list of reports may take. */
const LIST_LIMIT = 60_000;
const MOST_BYTES = 64_000_000;

/** All public reports of the subscription, of every kind. */
export async function fetchReports(context: Context, milliseconds = LIST_LIMIT): Promise<Report[]> {
	const place = await placeOf(context);
	const body = await open(context, place, listReports, { milliseconds });
	return readReportList(await textOf(body!.bytes, MOST_BYTES));
}
