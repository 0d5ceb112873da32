import { createHash } from 'node:crypto';
import { endingBytes } from './ending-bytes';
import { Failure } from './failure';
import type { Body } from './validators';

/** How long after its beginning a read serves others who ask for the same, in milliseconds. */
const SHARED_FOR = 3_000;
/** As much of a body is kept for those who come later. */
const KEPT_BYTES = 4_000_000;
/** So far a reader may fall behind the fastest one before it must read on its own. */
const MOST_BEHIND = 16_000_000;

export interface Reader {
	/** Who asks; nobody is served twice by one read. */
	readonly name: string;
	/** What is read: see `whatIsRead`. */
	readonly what: string;
}

/** Names what is read with which key, without the key. */
export function whatIsRead(url: string, apiKey: string): string {
	return createHash('sha256')
		.update(JSON.stringify([url, apiKey]))
		.digest('base64url');
}

/**
 * Reads that several watches share: who asks for the same within a few seconds gets the same bytes,
 * from the first one on, and the end or the failure too.
 */
export class SharedReads {
	private readonly reads = new Map<string, SharedRead>();

	constructor(
		private readonly host: { now(): number; sleep(milliseconds: number): Promise<unknown> },
	) {}

	/** @param open sends the request, where nobody did a moment ago; undefined where nothing has changed */
	async read(
		{ name, what }: Reader,
		open: () => Promise<Body | undefined>,
	): Promise<Body | undefined> {
		const running = this.reads.get(what);
		if (running?.serves(name, this.host.now())) return running.bodyFor(name);
		const read = new SharedRead(open, this.host.now());
		this.reads.set(what, read);
		void this.host.sleep(SHARED_FOR).then(() => {
			read.close();
			if (this.reads.get(what) === read) this.reads.delete(what);
		});
		return read.bodyFor(name);
	}
}

interface Place {
	/** The number of the chunk that comes next. */
	next: number;
	bytesBehind: number;
}

class SharedRead {
	private readonly served = new Set<string>();
	private readonly places = new Set<Place>();
	private readonly body: Promise<Body | undefined>;
	private source: AsyncIterator<Uint8Array> | undefined;
	private chunks: Uint8Array[] = [];
	/** The number of the first chunk that is kept. */
	private first = 0;
	private bytes = 0;
	/** How many of those who are served have all of it, or stopped. */
	private gone = 0;
	private isClosed = false;
	private hasEnded = false;
	private failure: unknown;
	private pulling: Promise<void> | undefined;

	constructor(
		open: () => Promise<Body | undefined>,
		private readonly startedAt: number,
	) {
		this.body = open();
		// Told to each reader.
		this.body.catch(() => undefined);
	}

	serves(name: string, now: number): boolean {
		return (
			!this.isClosed &&
			this.failure === undefined &&
			this.first === 0 &&
			now - this.startedAt <= SHARED_FOR &&
			!this.served.has(name)
		);
	}

	/** Answers once the request was, so that a refusal comes before any byte. */
	async bodyFor(name: string): Promise<Body | undefined> {
		this.served.add(name);
		let problem: unknown;
		try {
			const body = await this.body;
			this.source ??= body?.bytes[Symbol.asyncIterator]();
			return body && { ...body, bytes: endingBytes(this.from(), async () => await this.go()) };
		} catch (error) {
			problem = error;
		}
		this.failure = problem;
		throw problem;
	}

	/** Nobody new is served any more; what all have read is let go. */
	close(): void {
		this.isClosed = true;
		this.trim();
	}

	private async *from(): AsyncGenerator<Uint8Array, void, undefined> {
		const place: Place = { next: 0, bytesBehind: this.bytes };
		this.places.add(place);
		try {
			for (;;) {
				while (place.next < this.first + this.chunks.length) {
					if (place.next < this.first) throw leftBehind();
					const chunk = this.chunks[place.next++ - this.first]!;
					place.bytesBehind -= chunk.length;
					yield chunk;
				}
				this.trim();
				if (this.failure !== undefined) throw this.failure;
				if (this.hasEnded) return;
				this.pulling ??= this.pull();
				await this.pulling;
			}
		} finally {
			this.places.delete(place);
			await this.go();
		}
	}

	private async pull(): Promise<void> {
		try {
			const { done, value } = await this.source!.next();
			if (done) this.hasEnded = true;
			else this.add(value);
		} catch (error) {
			this.failure = error;
		}
		this.pulling = undefined;
	}

	private add(chunk: Uint8Array): void {
		this.chunks.push(chunk);
		this.bytes += chunk.length;
		for (const place of this.places) place.bytesBehind += chunk.length;
		if (this.bytes > KEPT_BYTES) this.trim();
	}

	/** Lets go of what nobody will read again. */
	private trim(): void {
		if (!this.isClosed && this.bytes <= KEPT_BYTES) return;
		this.isClosed = true;
		const fast = [...this.places].filter(({ bytesBehind }) => bytesBehind <= MOST_BEHIND);
		const end = this.first + this.chunks.length;
		const needed = Math.min(end, ...fast.map(({ next }) => next));
		this.chunks = this.chunks.slice(needed - this.first);
		this.first = needed;
	}

	/** One of the readers has gone; with the last one the source ends. */
	private async go(): Promise<void> {
		if (++this.gone < this.served.size || this.hasEnded) return;
		this.failure ??= leftBehind();
		await this.source?.return?.();
	}
}

function leftBehind(): Failure {
	return new Failure('interrupted', {
		what: 'A reading of the report that several watches share ended before this one had all of it',
		why: 'The others were done with it.',
		next: 'Nothing is lost: the report is read again.',
	});
}
