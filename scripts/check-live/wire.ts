import { KEY_HEADER, Failure, type PendoRequest } from '../../core/pendo';
import { AGGREGATION } from '../../core/pendo/operations/aggregate';
import type { PendoAnswer } from '../../core/pendo/operations';

/** What an answer says beside its body. */
export interface Seen {
	readonly status: number;
	readonly headers: Headers;
	/** The beginning of the body of an answer that is not 2xx; '' of any other. */
	readonly refusal: string;
	/** From the request to the headers of the answer, in milliseconds. */
	readonly milliseconds: number;
}

const MOST_CALLS = 60;
const MOST_MINUTES = 20;
/** Three calls in a row, each tried three times. */
const MOST_BROKEN = 9;
const MOST_OF_REFUSAL = 4_000;

/** The check itself ends here, in words of its own. */
export class Stopped extends Failure {
	constructor(what: string) {
		super('refused', { what, why: '', next: '' });
	}
}

/** Sends what only reads, with the key in its header alone; follows no redirect. */
export class Wire {
	calls = 0;
	last: Seen | undefined;
	/** Names of headers that tell of limits, and statuses that ask to slow down. */
	readonly limits = new Set<string>();
	readonly slowedDown: ('with' | 'without')[] = [];
	private broken = 0;
	private readonly startedAt = performance.now();

	constructor(
		private readonly origin: string,
		private readonly key: string,
	) {}

	/** @param key another one than the person's, to see how it is refused */
	async send(request: PendoRequest, milliseconds: number, key = this.key): Promise<PendoAnswer> {
		this.mayAsk(request);
		this.calls++;
		const startedAt = performance.now();
		const response = await this.fetch(request, milliseconds, key);
		const { status, headers, ok } = response;
		this.noteLimits(status, headers);
		const body = this.bytesOf(response);
		const refusal = ok ? '' : await beginningOf(body);
		this.last = { status, headers, refusal, milliseconds: performance.now() - startedAt };
		return {
			status,
			retryAfter: headers.get('retry-after') ?? undefined,
			body: ok ? body : nothing(),
		};
	}

	private async fetch(
		{ method, path, headers, body }: PendoRequest,
		milliseconds: number,
		key: string,
	): Promise<Response> {
		try {
			return await fetch(this.origin + path, {
				method,
				headers: { ...headers, [KEY_HEADER]: key },
				body,
				redirect: 'manual',
				signal: AbortSignal.timeout(milliseconds),
			});
		} catch (error) {
			this.broken++;
			throw error;
		}
	}

	private async *bytesOf({ body, status }: Response): AsyncGenerator<Uint8Array> {
		try {
			if (body !== null) yield* body as unknown as AsyncIterable<Uint8Array>;
			this.broken = status === 429 || status >= 500 ? this.broken + 1 : 0;
		} catch (error) {
			this.broken++;
			throw error;
		}
	}

	private mayAsk({ method, path, host }: PendoRequest): void {
		const reads = method === 'GET' || (method === 'POST' && path === AGGREGATION.path);
		if (!reads || host === 'data') throw new Stopped('Only calls that read are sent');
		if (this.calls >= MOST_CALLS) throw new Stopped(`${MOST_CALLS} calls were made; it ends there`);
		if (this.broken >= MOST_BROKEN)
			throw new Stopped('Pendo could not be asked several times in a row');
		if (performance.now() - this.startedAt > MOST_MINUTES * 60_000) {
			throw new Stopped(`${MOST_MINUTES} minutes have passed; it ends there`);
		}
	}

	private noteLimits(status: number, headers: Headers): void {
		for (const [name] of headers) {
			if (/^(x-)?rate-?limit/i.test(name)) this.limits.add('rate limit headers');
		}
		if (status === 429) this.slowedDown.push(headers.has('retry-after') ? 'with' : 'without');
	}
}

async function* nothing(): AsyncGenerator<Uint8Array> {
	yield* [];
}

async function beginningOf(body: AsyncIterable<Uint8Array>): Promise<string> {
	let text = '';
	for await (const chunk of body) {
		text += Buffer.from(chunk).toString('utf8');
		if (text.length > MOST_OF_REFUSAL) break;
	}
	return text.slice(0, MOST_OF_REFUSAL);
}
