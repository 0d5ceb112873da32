import { Failure } from '../failure';
import type { PendoRequest } from '../requests';
import { ask } from './ask';
import type { Row } from './operation';
import { rowsOf } from './rows-of';
import type { Session } from './session';

export type Pipeline = readonly Readonly<Record<string, unknown>>[];

export const AGGREGATION = { method: 'POST', path: '/api/v1/aggregation' } as const;

/** Within the sizes that public clients use: 5,000 to 100,000. */
const PAGE = 5_000;

/** Source: Engage API documentation, "Aggregation". */
export function aggregation(pipeline: Pipeline): PendoRequest {
	const body = { response: { mimeType: 'application/json' }, request: { pipeline } };
	return ask(AGGREGATION.method, AGGREGATION.path, { body });
}

/** The rows of a pipeline as they arrive. */
export async function* aggregate(
	session: Session,
	pipeline: Pipeline,
	about = 'the aggregation',
): AsyncGenerator<Row> {
	yield* rowsOf(await session.open(aggregation(pipeline), about));
}

/**
 * All rows of a pipeline with one row an id, page by page in the order of the ids, so that no answer
 * comes near Pendo's limits (five minutes, 4 GB).
 */
export async function* aggregateById(
	session: Session,
	pipeline: Pipeline,
	idName: string,
	most: number,
): AsyncGenerator<Row> {
	let last: string | undefined;
	for (let left = most; left > 0; ) {
		const size = Math.min(PAGE, left);
		const after = last === undefined ? [] : [{ filter: `${idName} > ${literal(last)}` }];
		const page = [...pipeline, ...after, { sort: [idName] }, { limit: size }];
		let count = 0;
		let id: unknown;
		for await (const row of aggregate(session, page)) {
			count++;
			id = row[idName];
			yield row;
		}
		left -= count;
		if (count < size) return;
		if (typeof id !== 'string' || id === last) throw notOrdered(idName);
		last = id;
	}
}

/** A text in Pendo's expressions. Source: public clients, which escape the backslash and the quote. */
export function literal(text: string): string {
	return `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`;
}

function notOrdered(idName: string): Failure {
	return new Failure('unexpected-answer', {
		what: `The pages of the aggregation do not follow one another by ${idName}`,
		why: 'Pendo gave the same page twice, or rows without an id.',
		next: 'Run it again, or ask for fewer rows than a page holds (5,000).',
	});
}
