import { Failure } from '../failure';
import { meaningOfException, meaningOfStatus } from '../meaning';
import type { PendoRequest } from '../requests';
import { retryAfterMs } from '../retry-after';

/** What a request is about. */
export interface Subject {
	/** As in a sentence: `the visitor "u-1"`. */
	readonly about?: string;
	/** It changes something. */
	readonly writes?: boolean;
}

/** The meaning of an answer's status for whoever runs an operation; undefined where the answer is fine. */
export function meaningOfAnswer(
	answer: { status: number; retryAfter?: unknown },
	request: PendoRequest,
	asked: Subject & { host: string },
	now: number,
): Failure | undefined {
	const { status } = answer;
	const about = asked.about ?? 'what was asked for';
	if (request.host === 'data' && (status === 401 || status === 403)) {
		return new Failure(
			'key-refused',
			{
				what: `Pendo refused the track event secret (${status})`,
				why: 'Track events want the secret of an app, not the integration key; it is wrong, or belongs to another region.',
				next: 'In the Pendo credential, paste the Track Event Shared Secret from Pendo > Settings > Subscription settings > your app > App Details.',
			},
			{ status },
		);
	}
	if (asked.writes && (status === 401 || status === 403)) {
		return new Failure(
			'read-only-key',
			{
				what: `Pendo does not let this key change ${about} (${status})`,
				why: 'The key has no write access, or this part of Pendo is not in the plan of the subscription.',
				next: 'In Pendo > Settings > Integrations > Integration Keys, make a key with write access and paste it in the Pendo credential.',
			},
			{ status },
		);
	}
	if (status === 404) {
		return new Failure(
			'not-found',
			{
				what: `Pendo does not have ${about} (404)`,
				why: 'It was deleted, its id is written otherwise (upper and lower case count), or it belongs to another subscription or region.',
				next: 'Check the id. If it is right, check the region in the Pendo credential.',
			},
			{ status },
		);
	}
	if (status === 408 || status === 504) {
		return tooSlow(`in time (${status})`, about, {
			status,
			retryAfterMs: retryAfterMs(answer.retryAfter, now),
		});
	}
	if (status >= 400 && status < 500 && ![401, 403, 429].includes(status)) {
		return new Failure(
			'refused',
			{
				what: `Pendo does not accept this for ${about} (${status})`,
				why: REFUSALS[status] ?? 'A value in it is not one that Pendo takes here.',
				next: 'Check the parameters against the description of the operation.',
			},
			{ status },
		);
	}
	return meaningOfStatus(answer, { host: asked.host }, now);
}

/** The meaning of an exception of the host's HTTP client, for whoever runs an operation. */
export function meaningOfProblem(
	problem: unknown,
	asked: Subject & { host: string },
	afterMs: number,
): Failure {
	const failure = meaningOfException(problem, { host: asked.host }, afterMs);
	if (failure === problem || failure.code !== 'too-slow') return failure;
	return tooSlow(`within ${Math.round(afterMs / 1000)} seconds`, asked.about ?? 'its answer');
}

function tooSlow(when: string, about: string, answer: Failure['answer'] = {}): Failure {
	const text = {
		what: `Pendo did not finish ${about} ${when}`,
		why: 'A long time range or very many visitors take Pendo long to compute.',
		next: 'Ask for a shorter time range or for fewer rows.',
	};
	return new Failure('too-slow', text, answer);
}

/** The failure of a host that has no track event secret to send an event with. */
export function noTrackEventSecret(): Failure {
	return new Failure('no-credential', {
		what: 'No track event secret is set',
		why: 'Track events want the secret of an app; the integration key does not do.',
		next: 'In the Pendo credential, paste the Track Event Shared Secret from Pendo > Settings > Subscription settings > your app > App Details.',
	});
}

/** Source: the table of codes of the Engage API documentation; 409 and 413 by their standard meaning. */
const REFUSALS: Readonly<Record<number, string>> = {
	400: 'A parameter is missing or has the wrong form.',
	402: 'The parameters are well formed, but the request failed.',
	409: 'It contradicts the state that it is in, or somebody else is changing it.',
	413: 'It is too large for one request.',
	422: 'The request is well formed, but what it says makes no sense to Pendo: an unknown field, or a thing of another kind.',
};
