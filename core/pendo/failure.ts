/** Every way in which asking Pendo can fail, one code per cause. */
export type FailureCode =
	| 'no-credential'
	| 'base-url'
	| 'key-refused'
	| 'report-missing'
	| 'report-refused'
	| 'redirected'
	| 'certificate'
	| 'rate-limited'
	| 'unavailable'
	| 'unreachable'
	| 'too-slow'
	| 'interrupted'
	| 'unexpected-answer'
	| 'malformed-results'
	| 'wrong-kind'
	| 'empty-report'
	| 'nothing-to-tell'
	| 'state-damaged'
	| 'state-newer'
	| OperationFailureCode;

/** Causes that an operation meets which somebody runs; a watch only `bad-input`, where its host works out expressions. */
export type OperationFailureCode =
	| 'bad-input'
	| 'read-only-key'
	| 'not-found'
	| 'refused'
	| 'not-ready';

/** Causes that pass by themselves; every other one waits for a person. */
const TRANSIENT: ReadonlySet<FailureCode> = new Set([
	'rate-limited',
	'unavailable',
	'unreachable',
	'too-slow',
	'interrupted',
	'unexpected-answer',
	'malformed-results',
	'not-ready',
]);

/** Causes that a second try within the same poll may mend. */
const WORTH_ANOTHER_TRY: ReadonlySet<FailureCode> = new Set([
	'rate-limited',
	'unavailable',
	'unreachable',
	'interrupted',
	'malformed-results',
	'unexpected-answer',
]);

export interface FailureText {
	/** What happened, one sentence. */
	what: string;
	/** Why it may have happened. */
	why: string;
	/** What the person should do now. */
	next: string;
}

/**
 * A failure as a person should read it: what happened, why, and what to do next.
 * It never carries a response body, a raw cause or a key.
 */
export class Failure extends Error {
	readonly why: string;
	readonly next: string;

	constructor(
		readonly code: FailureCode,
		text: FailureText,
		/** The HTTP status, where Pendo answered; milliseconds to wait, where it said so. */
		readonly answer: { readonly status?: number; readonly retryAfterMs?: number } = {},
	) {
		super(text.what);
		this.name = 'Failure';
		this.why = text.why;
		this.next = text.next;
	}

	/** True where waiting may mend it; false where only a person can. */
	get transient(): boolean {
		return TRANSIENT.has(this.code);
	}

	/** True where trying again within the same poll makes sense. */
	get worthAnotherTry(): boolean {
		return WORTH_ANOTHER_TRY.has(this.code);
	}

	/** Why and what to do, as one text for a host's description field. */
	get description(): string {
		return `${this.why} ${this.next}`.trim();
	}
}
