import { Failure } from '../pendo/failure';
import { compare, type CompareOptions, type Comparison } from './compare';
import type { PollOptions } from './options';
import { MalformedResults, type SubjectKind } from './rows';

/**
 * Reads a whole report and holds it against what is known.
 *
 * @throws Failure `malformed-results` or `wrong-kind`, or whatever the bytes throw
 */
export async function readResults(
	results: AsyncIterable<Uint8Array>,
	{ kind, pair, rows, pace, report }: PollOptions,
	how: Omit<CompareOptions, 'kind' | 'pair' | 'allRows' | 'pace'>,
): Promise<Comparison> {
	let problem: unknown;
	try {
		return await compare(results, { ...how, kind, pair, allRows: rows === 'all', pace });
	} catch (error) {
		problem = error;
	}
	if (!(problem instanceof MalformedResults)) throw problem;
	if (problem.looksLike !== undefined) throw wrongKind(problem.looksLike, kind, report.name);
	throw new Failure('malformed-results', {
		what: `The results of "${report.name}" cannot be read: ${problem.message}`,
		why: 'The answer was cut short or changed on the way, or it is not a visitor or account list.',
		next: 'Nothing is lost: the next poll reads the report again. If it lasts, open the report in Pendo and check its kind.',
	});
}

const IN_WORDS = { visitor: 'a visitor report', account: 'an account report' } as const;
const TRIGGERS = {
	visitor: 'Pendo Visitor in Report',
	account: 'Pendo Account in Report',
} as const;

function wrongKind(actual: SubjectKind, kind: SubjectKind, report: string): Failure {
	return new Failure('wrong-kind', {
		what: `"${report}" is ${IN_WORDS[actual]}, but this trigger follows ${IN_WORDS[kind]}`,
		why: `A row of it has no ${kind}Id.`,
		next: `Use the trigger "${TRIGGERS[actual]}" for it, or choose another report in this one.`,
	});
}

/** @throws Failure `empty-report` where a read has nobody to show */
export function refuseEmpty(
	{ samples }: Pick<Comparison, 'samples'>,
	{ kind, report }: PollOptions,
): void {
	if (samples.size > 0) return;
	throw new Failure('empty-report', {
		what: `The report "${report.name}" is empty`,
		why: `There is no ${kind} in it now, so there is no row to show.`,
		next: 'You can start the watch all the same: whoever appears in it later is told then. Or choose another report for the test.',
	});
}
