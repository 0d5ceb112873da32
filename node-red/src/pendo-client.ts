import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { PassThrough, pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import axios, { type AxiosResponse } from 'axios';
import {
	baseUrlOf,
	Failure,
	KEY_HEADER,
	meaningOfException,
	meaningOfStatus,
	isConditional,
	validatorOf,
	type Asked,
	type Body,
	type PendoRequest,
} from '../../core/pendo';
import type { PendoAnswer } from '../../core/pendo/operations';

/** Each piece that is unpacked costs a turn through another thread: Node's own 16 KiB make unpacking twice as dear. */
const CHUNK_BYTES = 128 * 1024;

export interface Limits {
	readonly milliseconds: number;
	/** The report's name, so that a failure can name it. */
	readonly report?: string;
}

/** Where a key may go, and the key. */
export interface Account {
	readonly origin: string;
	readonly host: string;
	readonly apiKey: string;
}

/** @throws Failure `base-url` or `no-credential` */
export function accountOf(
	place: { region: string; baseUrl?: string },
	apiKey: string | undefined,
): Account {
	const origin = baseUrlOf(place);
	const key = (apiKey ?? '').trim();
	if (key === '') {
		throw new Failure('no-credential', {
			what: 'No integration key is set',
			why: 'The Pendo configuration of this node has none, or it could not be decrypted.',
			next: 'Open the Pendo configuration, paste the integration key, and deploy.',
		});
	}
	return { origin, host: new URL(origin).host, apiKey: key };
}

type Headers = Readonly<Record<string, unknown>>;

interface Opened extends PendoAnswer {
	readonly headers: Headers;
}

/** Asks Pendo, one connection kept between two requests, until it is closed. */
export class PendoClient {
	private readonly httpAgent = new HttpAgent({ keepAlive: true, maxSockets: 1 });
	private readonly httpsAgent = new HttpsAgent({ keepAlive: true, maxSockets: 1 });
	private readonly running = new Set<AbortController>();

	/**
	 * Sends a request and hands its body over as it arrives.
	 *
	 * @throws Failure for every answer but a good one, here or while the body is read
	 */
	async read<T>(
		account: Account,
		request: PendoRequest,
		limits: Limits,
		use: (body: AsyncIterable<Uint8Array>) => Promise<T>,
	): Promise<T> {
		const body = await this.openBody(account, request, limits);
		try {
			return await use(body!.bytes);
		} finally {
			await body!.bytes[Symbol.asyncIterator]().return?.();
		}
	}

	/**
	 * As `open`, in our words; undefined where the request was conditional and nothing has changed.
	 *
	 * @throws Failure for every answer but a good one, here or while the body is read
	 */
	async openBody(
		account: Account,
		request: PendoRequest,
		{ milliseconds, report }: Limits,
	): Promise<Body | undefined> {
		const asked: Asked = { host: account.host, report };
		let answer: Opened;
		try {
			answer = await this.open(account, request, milliseconds);
		} catch (error) {
			throw meaningOfException(error, asked, milliseconds);
		}
		const isUnchanged = answer.status === 304 && isConditional(request);
		const failure = isUnchanged ? undefined : meaningOfStatus(answer, asked, Date.now());
		const source = answer.body[Symbol.asyncIterator]();
		if (failure || isUnchanged) await source.return?.();
		if (failure) throw failure;
		if (isUnchanged) return undefined;
		const bytes = inOurWords(source, (error) => meaningOfException(error, asked, milliseconds));
		return { bytes, validator: validatorOf(answer.headers) };
	}

	/**
	 * Sends a request and gives the answer whatever its status; the body as it arrives, unpacked.
	 * The connection is given back when the body was read to its end, or its iterator returned.
	 *
	 * @throws whatever the connection throws, here or while the body is read
	 */
	async open(account: Account, request: PendoRequest, milliseconds: number): Promise<Opened> {
		const controller = new AbortController();
		const { signal } = controller;
		this.running.add(controller);
		const timer = setTimeout(() => controller.abort(), milliseconds);
		let plain: Transform | undefined;
		const end = () => {
			clearTimeout(timer);
			this.running.delete(controller);
			plain?.destroy();
		};
		try {
			const { status, headers, data } = await this.send(account, request, signal);
			plain = pipeline(data as Readable, decoderOf(headers), () => undefined);
			// It may break before anybody reads it, which must not end Node-RED; who reads it is told all the same.
			plain.on('error', () => undefined);
			signal.addEventListener('abort', () => plain?.destroy(signal.reason as Error));
			const retryAfter: unknown = headers['retry-after'];
			return { status, retryAfter, headers, body: endingBody(plain, end) };
		} catch (error) {
			end();
			throw error;
		}
	}

	private async send(
		account: Account,
		request: PendoRequest,
		signal: AbortSignal,
	): Promise<AxiosResponse<unknown>> {
		return await axios.request({
			method: request.method,
			url: account.origin + request.path,
			headers: {
				'accept-encoding': 'gzip',
				...request.headers,
				[KEY_HEADER]: account.apiKey,
			},
			data: request.body,
			// The body is sent as it is written: axios would parse and write it again.
			transformRequest: [(body: unknown) => body],
			responseType: 'stream',
			validateStatus: null,
			// A followed redirect would carry the key to another host.
			maxRedirects: 0,
			// axios takes the end of a cut gzip stream for its end.
			decompress: false,
			httpAgent: this.httpAgent,
			httpsAgent: this.httpsAgent,
			signal,
		});
	}

	/** Ends what runs; no connection stays. */
	close(): void {
		for (const controller of this.running) controller.abort();
		this.httpAgent.destroy();
		this.httpsAgent.destroy();
	}
}

/** A generator that was never begun runs no `finally`, so this is none. */
function endingBody(stream: Readable, end: () => void): AsyncIterable<Uint8Array> {
	return {
		[Symbol.asyncIterator]() {
			const chunks = (stream as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
			return {
				async next() {
					let next: IteratorResult<Uint8Array> | undefined;
					try {
						next = await chunks.next();
						return next;
					} finally {
						if (next === undefined || next.done === true) end();
					}
				},
				return: () => {
					end();
					return Promise.resolve({ done: true, value: undefined });
				},
			};
		},
	};
}

/** The same bytes; what goes wrong while they are read is told by `wordsFor`. */
function inOurWords(
	source: AsyncIterator<Uint8Array>,
	wordsFor: (error: unknown) => Failure,
): AsyncIterable<Uint8Array> {
	const iterator = {
		async next() {
			try {
				return await source.next();
			} catch (error) {
				throw wordsFor(error);
			}
		},
		return: async () => (await source.return?.()) ?? { done: true as const, value: undefined },
	};
	return { [Symbol.asyncIterator]: () => iterator };
}

function decoderOf(headers: Headers): Transform {
	switch (String(headers['content-encoding'] ?? '').toLowerCase()) {
		case 'gzip':
		case 'x-gzip':
			return createGunzip({ chunkSize: CHUNK_BYTES });
		case 'br':
			return createBrotliDecompress({ chunkSize: CHUNK_BYTES });
		case 'deflate':
			return createInflate({ chunkSize: CHUNK_BYTES });
		default:
			return new PassThrough();
	}
}
