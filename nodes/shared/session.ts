import { sleep, type IExecuteFunctions, type IN8nHttpFullResponse } from 'n8n-workflow';
import { dataUrlOf, KEY_HEADER, uptime, type PendoRequest } from '../../core/pendo';
import { noTrackEventSecret, Session, type PendoAnswer } from '../../core/pendo/operations';
import {
	credentialOf,
	optionsOf,
	placeOf,
	sendWithKey,
	type Source,
	type Context,
	type Place,
} from './transport';

/** Called with each body that n8n opened, before it is read. */
type OnBody = (body: Source) => void;

/**
 * Asks Pendo with the credential of a node.
 *
 * @throws Failure `no-credential` or `base-url`
 */
export async function sessionOf(context: Context, onBody?: OnBody): Promise<Session> {
	const place = await placeOf(context);
	return new Session({
		host: place.host,
		now: uptime,
		timeOfDay: Date.now,
		random: Math.random,
		sleep,
		send: async (request, milliseconds) => {
			const signal = signalOf(context, milliseconds);
			const { statusCode, headers, body } = await send(context, place, request, signal);
			onBody?.(body as unknown as Source);
			return {
				status: statusCode,
				retryAfter: headers['retry-after'],
				body: body as unknown as PendoAnswer['body'],
			};
		},
	});
}

/** Ends with its time, or when a person stops the execution. */
function signalOf(context: Context, milliseconds: number): AbortSignal {
	const timeout = AbortSignal.timeout(milliseconds);
	const stopped = (context as Partial<IExecuteFunctions>).getExecutionCancelSignal?.();
	return stopped === undefined ? timeout : AbortSignal.any([timeout, stopped]);
}

async function send(
	context: Context,
	place: Place,
	request: PendoRequest,
	signal: AbortSignal,
): Promise<IN8nHttpFullResponse> {
	if (request.host !== 'data') {
		return await sendWithKey(context, optionsOf(place.baseUrl, request, signal));
	}
	const { origin, secret } = await trackingOf(context);
	return await sendWithSecret(context, optionsOf(origin, request, signal), secret);
}

async function trackingOf(context: Context): Promise<{ origin: string; secret: string }> {
	const credential = await credentialOf(context);
	const secret = (credential.trackEventSecret ?? '').trim();
	if (secret === '') throw noTrackEventSecret();
	return { origin: dataUrlOf(credential), secret };
}

/** The secret goes in the header that the integration key has elsewhere. Source: Track Events documentation. */
async function sendWithSecret(
	context: Context,
	{ headers, ...options }: ReturnType<typeof optionsOf>,
	secret: string,
): Promise<IN8nHttpFullResponse> {
	return (await context.helpers.httpRequest({
		...options,
		headers: { ...headers, [KEY_HEADER]: secret },
	})) as IN8nHttpFullResponse;
}
