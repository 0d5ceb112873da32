import { ask } from './ask';
import { fieldsOf } from './metadata';
import type { Row } from './operation';
import type { Lookup } from './parameter';
import { objectsOf } from './read-json';
import { CATALOGUES, entriesOf } from './resources/catalogue';
import { reportsOf } from './resources/report';
import type { Session } from './session';

/** One entry of a list that a person chooses from. */
export interface Choice {
	readonly value: string;
	readonly name: string;
	/** More about it: its kind, state or type. */
	readonly note: string;
}

/**
 * What can be chosen for a parameter, by name, those that hold each word of the search.
 *
 * @param given the other parameters of the operation: the `group` of a field, once chosen
 */
export async function lookUp(
	lookup: Lookup,
	session: Session,
	{ search = '', given = {} }: { search?: string; given?: Readonly<Record<string, unknown>> } = {},
): Promise<Choice[]> {
	const words = search.toLowerCase().split(/\s+/).filter(Boolean);
	const choices = await choicesOf(lookup, session, given);
	return choices
		.filter(({ value, name }) =>
			words.every((word) => `${name} ${value}`.toLowerCase().includes(word)),
		)
		.sort((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }));
}

async function choicesOf(
	lookup: Lookup,
	session: Session,
	{ group }: Readonly<Record<string, unknown>>,
): Promise<Choice[]> {
	switch (lookup) {
		case 'report':
			return (await reportsOf(session)).map(({ id, name, type }) => ({
				value: id,
				name,
				note: type,
			}));
		case 'segment': {
			const request = ask('GET', '/api/v1/segment');
			return named(objectsOf(await session.readOnce(request, 'the list of segments')));
		}
		case 'guide':
		case 'page':
		case 'feature':
		case 'trackType':
			return named(await entriesOf(session, CATALOGUES[lookup]));
		case 'visitorField':
		case 'accountField': {
			const all = await fieldsOf(session, lookup === 'visitorField' ? 'visitor' : 'account');
			const wanted = all.filter((one) => group === undefined || one.group === group);
			return wanted.map(({ group: of, field, title, type }) => ({
				value: group === undefined ? `${of}.${field}` : field,
				name: title,
				note: [of, type].filter(Boolean).join(', '),
			}));
		}
	}
}

function named(entries: readonly Row[]): Choice[] {
	return entries
		.filter(({ id }) => typeof id === 'string' && id !== '')
		.map(({ id, name, state }) => ({
			value: id as string,
			name: typeof name === 'string' && name !== '' ? name : (id as string),
			note: typeof state === 'string' ? state : '',
		}));
}
