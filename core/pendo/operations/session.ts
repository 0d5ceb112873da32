import { withAttempts } from '../attempts';
import { Failure } from '../failure';
import { readKeyRights, type KeyRights } from '../key-rights';
import { verifyKey, type PendoRequest } from '../requests';
import { textOf } from '../text-of';
import { meaningOfAnswer, meaningOfProblem, type Subject } from './meaning';
import { readJson } from './read-json';

/** What Pendo answered; the body as it arrives, unpacked. */
export interface PendoAnswer {
	readonly status: number;
	/** The header of that name, as it came. */
	readonly retryAfter?: unknown;
	readonly body: AsyncIterable<Uint8Array>;
}

/** What a host lends: its HTTP client and its clocks. */
export interface SessionHost {
	/** The host that the integration key goes to, as `app.pendo.io`, for words. */
	readonly host: string;
	/**
	 * Sends a request with the secret that `request.host` calls for, follows no redirect, and throws
	 * for no status. Anything it throws, also while the body is read, becomes a Failure.
	 */
	send(request: PendoRequest, milliseconds: number): Promise<PendoAnswer>;
	/** Milliseconds of a clock that nobody sets, as `uptime`: for what is waited for. */
	now(): number;
	/** Milliseconds since 1970: for what Pendo is told, and tells. */
	timeOfDay(): number;
	sleep(milliseconds: number): Promise<void>;
	/** In [0, 1). */
	random(): number;
}

/** Longer than any answer but the rows of a report or an aggregation. */
const MOST_BYTES = 64_000_000;
/** Source: an aggregation may run for five minutes, Engage API documentation. */
const LONGEST_ANSWER = 300_000;
const RIGHTS_LAST = 300_000;

/** Asks Pendo on behalf of one credential; keep one for the items of a run, which share what it learned. */
export class Session {
	private rights: { known: Promise<KeyRights>; since: number } | undefined;
	private readonly remembered = new Map<string, Promise<unknown>>();

	constructor(readonly host: SessionHost) {}

	/**
	 * Opens an answer and gives its body as it arrives.
	 *
	 * @param about what the request is about, so that a failure can name it: `the visitor "u-1"`
	 * @throws Failure for every answer but a good one, here or while the body is read
	 */
	async open(request: PendoRequest, about?: string): Promise<AsyncIterable<Uint8Array>> {
		return await this.trying(request, async () => await this.once(request, { about }));
	}

	/** The whole answer, as JSON; an empty one is undefined. */
	async read(request: PendoRequest, about?: string): Promise<unknown> {
		return readJson(await this.text(request, { about, writes: false }));
	}

	/**
	 * As `read`, of a request that changes something. What many of those answer is not documented: a word
	 * that is no JSON says no more than the status, and is undefined. A web page is still an error.
	 */
	async write(request: PendoRequest, about?: string): Promise<unknown> {
		const text = await this.writeForText(request, about);
		return /^\s*[A-Za-z]/.test(text) && !/^\s*(true|false|null)\s*$/.test(text)
			? undefined
			: readJson(text);
	}

	/** As `write`, where the answer need not be JSON. */
	async writeForText(request: PendoRequest, about?: string): Promise<string> {
		return await this.text(request, { about, writes: true });
	}

	/** As `read`, asked once in this session. */
	async readOnce(request: PendoRequest, about?: string): Promise<unknown> {
		const key = `${request.method} ${request.path}`;
		const known = this.remembered.get(key) ?? this.read(request, about);
		this.remembered.set(key, known);
		known.catch(() => this.remembered.delete(key));
		return await known;
	}

	/** Lists are asked for again; what the key may do stays known. */
	forget(): void {
		this.remembered.clear();
	}

	/**
	 * Makes sure that the key may write, before anything is sent.
	 *
	 * @throws Failure `read-only-key`, in words
	 */
	async needWriteAccess(): Promise<void> {
		const now = this.host.now();
		if (this.rights === undefined || now - this.rights.since > RIGHTS_LAST) {
			this.rights = { known: this.text(verifyKey, {}).then(readKeyRights), since: now };
			this.rights.known.catch(() => (this.rights = undefined));
		}
		const { writeAccess } = await this.rights.known;
		if (!writeAccess) {
			throw new Failure('read-only-key', {
				what: 'The integration key may only read, and this operation writes. Nothing was sent',
				why: 'The key was made without "Allow Write Access".',
				next: 'In Pendo > Settings > Integrations > Integration Keys, make a key with write access and paste it in the Pendo credential.',
			});
		}
	}

	/** Waits between two looks at a job of Pendo's. */
	async sleep(milliseconds: number): Promise<void> {
		await this.host.sleep(milliseconds);
	}

	private async text(request: PendoRequest, subject: Subject): Promise<string> {
		// The body is read within the attempt, so that a broken connection is tried again.
		return await this.trying(request, async () =>
			textOf(await this.once(request, subject), MOST_BYTES),
		);
	}

	private async trying<T>(request: PendoRequest, work: () => Promise<T>): Promise<T> {
		const deadline = this.host.now() + LONGEST_ANSWER;
		return await withAttempts(work, deadline, this.host, (failure) => mayRepeat(request, failure));
	}

	private async once(request: PendoRequest, subject: Subject): Promise<AsyncIterable<Uint8Array>> {
		const asked = { ...subject, host: this.host.host };
		let answer: PendoAnswer | undefined;
		let problem: unknown;
		try {
			answer = await this.host.send(request, LONGEST_ANSWER);
		} catch (error) {
			problem = error;
		}
		if (answer === undefined) throw meaningOfProblem(problem, asked, LONGEST_ANSWER);
		const failure = meaningOfAnswer(answer, request, asked, this.host.timeOfDay());
		if (failure === undefined) return inOurWords(answer.body, asked);
		await discard(answer.body);
		throw failure;
	}
}

/** A request that may have been carried out is repeated only where that does no harm. */
function mayRepeat(request: PendoRequest, failure: Failure): boolean {
	const harmless = request.method !== 'POST' && request.method !== 'PATCH';
	const neverTaken = failure.code === 'rate-limited' || failure.code === 'unreachable';
	return harmless || neverTaken || SAFE_POST.test(request.path);
}

// They read, or set what is set already.
const SAFE_POST = /^\/api\/v1\/(aggregation$|metadata\/[^/]+\/[^/]+\/value)/;

async function* inOurWords(
	body: AsyncIterable<Uint8Array>,
	asked: Subject & { host: string },
): AsyncGenerator<Uint8Array> {
	let problem: unknown;
	try {
		for await (const chunk of body) yield chunk;
	} catch (error) {
		problem = error;
	}
	if (problem !== undefined) throw meaningOfProblem(problem, asked, LONGEST_ANSWER);
}

async function discard(body: AsyncIterable<Uint8Array>): Promise<void> {
	try {
		await body[Symbol.asyncIterator]().return?.();
	} catch {
		// It is not wanted any more.
	}
}
