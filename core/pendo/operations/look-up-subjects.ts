import { aggregate, literal } from './aggregate';
import type { Choice } from './lookup';
import type { SubjectKind } from './metadata';
import { isObject } from './read-json';
import type { Session } from './session';

const PAGE = 100;

/**
 * A page of the visitors or accounts whose ids begin with the text, in the order of the ids.
 *
 * @param after the last id of the page before
 */
export async function lookUpSubjects(
	kind: SubjectKind,
	session: Session,
	{ startsWith = '', after }: { startsWith?: string; after?: string } = {},
): Promise<{ choices: Choice[]; next?: string }> {
	const id = `${kind}Id`;
	// Comparing is all that Pendo's expressions are known to do with texts.
	const filters = [
		...(startsWith === '' ? [] : [`${id} >= ${literal(startsWith)}`]),
		...(startsWith === '' ? [] : [`${id} < ${literal(`${startsWith}\uffff`)}`]),
		...(after === undefined ? [] : [`${id} > ${literal(after)}`]),
	];
	const choices: Choice[] = [];
	for await (const row of aggregate(session, [
		{ source: { [`${kind}s`]: kind === 'visitor' ? { identified: true } : null } },
		...filters.map((filter) => ({ filter })),
		{ sort: [id] },
		{ limit: PAGE },
	])) {
		const value = row[id];
		if (typeof value === 'string') choices.push({ value, name: value, note: noteOf(row.metadata) });
	}
	const last = choices.at(-1)?.value;
	return { choices, ...(choices.length === PAGE && { next: last }) };
}

/** The address or the name that the product sent along. */
function noteOf(metadata: unknown): string {
	const agent = isObject(metadata) && isObject(metadata.agent) ? metadata.agent : {};
	const note = [agent.email, agent.name].find((one) => typeof one === 'string' && one !== '');
	return (note as string | undefined) ?? '';
}
