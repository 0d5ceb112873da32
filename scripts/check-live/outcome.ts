import { Failure } from '../../core/pendo';
import { differs, notTestable, type Assumption, type Finding, type Verdict } from './assumption';
import type { Live } from './live';
import { Stopped } from './wire';

/** One line of the file that a bug report may carry. */
export interface Outcome extends Finding {
	readonly id: string;
	readonly sentence: string;
	readonly source: Assumption['source'];
}

/** Looks at one assumption after the other; a check that fails does not hinder the others. */
export async function* outcomesOf(
	assumptions: readonly Assumption[],
	live: Live,
): AsyncGenerator<Outcome> {
	for (const { id, sentence, source, check } of assumptions) {
		let finding: Finding;
		try {
			finding = await check(live);
		} catch (error) {
			finding = findingOf(error);
		}
		yield { id, sentence, source, ...finding };
	}
}

/** No message of an error is told: it may name a report or a person. */
function findingOf(error: unknown): Finding {
	if (error instanceof Stopped) return notTestable(`${error.message}.`);
	if (!(error instanceof Failure)) return notTestable('The check itself has a defect.');
	const { code, answer } = error;
	const shown = answer.status === undefined ? code : `${code}, ${answer.status}`;
	if (code === 'malformed-results' || code === 'unexpected-answer') {
		return differs(`the answer cannot be read at all (${shown})`);
	}
	return notTestable(`Pendo could not be asked (${shown}).`);
}

const MARKS: Readonly<Record<Verdict, string>> = {
	holds: '✓',
	differs: '≠',
	'not testable here': '○',
};

export function lineOf({ id, sentence, source, verdict, seen }: Outcome): string {
	return `${MARKS[verdict]} ${verdict}: ${sentence} [${source}]\n    ${id}: ${seen}`;
}

export function countsOf(outcomes: readonly Outcome[]): Record<Verdict, number> {
	const counts = { holds: 0, differs: 0, 'not testable here': 0 };
	for (const { verdict } of outcomes) counts[verdict]++;
	return counts;
}
