import type { Live } from './live';

export type Verdict = 'holds' | 'differs' | 'not testable here';

export interface Finding {
	readonly verdict: Verdict;
	/** What was seen, or why it cannot be told. Never a value of the subscription: shapes and counts alone. */
	readonly seen: string;
}

/** Something about Pendo that this project builds on without a document that says so. */
export interface Assumption {
	/** Never changes: bug reports name it. */
	readonly id: string;
	readonly sentence: string;
	/** `inferred` from what is documented or was seen, or `unknown`: a guess that the code does not depend on. */
	readonly source: 'inferred' | 'unknown';
	readonly check: (live: Live) => Promise<Finding>;
}

export const holds = (seen: string): Finding => ({ verdict: 'holds', seen });
export const differs = (seen: string): Finding => ({ verdict: 'differs', seen });
export const notTestable = (seen: string): Finding => ({ verdict: 'not testable here', seen });

export function either(isSo: boolean, seen: string): Finding {
	return isSo ? holds(seen) : differs(seen);
}

/** An assumption that reading alone cannot settle. */
export function unreadable(
	id: string,
	source: Assumption['source'],
	sentence: string,
	why: string,
): Assumption {
	return { id, sentence, source, check: () => Promise.resolve(notTestable(why)) };
}

/** "1 row", "2 rows". */
export function counted(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
