import type { ILoadOptionsFunctions, IN8nHttpFullResponse, IPollFunctions } from 'n8n-workflow';
import {
	baseUrlOf,
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

type Context = IPollFunctions | ILoadOptionsFunctions;
type Source = AsyncIterable<Uint8Array> & { destroy?(): void };

interface Credential {
	readonly region: string;
	readonly baseUrl?: string;
	readonly apiKey: string;
}

export interface Place {
	/** Origin to which the key may go, without a trailing slash. */
	readonly baseUrl: string;
	readonly host: string;
	/** The key itself stays with n8n; this tells two of them apart. */
	readonly account: string;
}

/**
 * Where the credential of a node points.
 *
 * @throws Failure `no-credential` or `base-url`
 */
export async function placeOf(context: Context): Promise<Place> {
	let credential: Credential | undefined;
	try {
		credential = await context.getCredentials<Credential>('pendoApi');
	} catch {
		credential = undefined;
	}
	if (credential === undefined) throw noCredential();
	const origin = baseUrlOf(credential);
	return {
		baseUrl: origin,
		host: new URL(origin).host,
		account: whatIsRead(origin, credential.apiKey),
	};
}

function noCredential(): Failure {
	return new Failure('no-credential', {
		what: 'The Pendo credential of this node cannot be used',
		why: 'None is chosen, it was deleted, or it could not be decrypted.',
		next: 'Open the node, choose or make a Pendo API credential, and publish again.',
	});
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
	let answer: IN8nHttpFullResponse | undefined;
	let problem: unknown;
	try {
		answer = (await context.helpers.httpRequestWithAuthentication.call(context, 'pendoApi', {
			method: request.method,
			url: place.baseUrl + request.path,
			headers: { ...request.headers },
			encoding: 'stream',
			returnFullResponse: true,
			// n8n's own error cannot be re-worded and stores the answer's body in the execution.
			ignoreHttpStatusErrors: true,
			// A followed redirect would carry the key to another host.
			disableFollowRedirect: true,
			// Unlike a timeout it also bounds a slow body.
			abortSignal: AbortSignal.timeout(limits.milliseconds),
		})) as IN8nHttpFullResponse;
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
	const bytes = read(body, asked, limits.milliseconds);
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
