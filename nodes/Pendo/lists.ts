import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
	INodePropertyOptions,
} from 'n8n-workflow';
import { Failure } from '../../core/pendo';
import {
	lookUp,
	lookUpSubjects,
	operationOf,
	type Choice,
	type Lookup,
	type Session,
} from '../../core/pendo/operations';
import { nodeError } from '../shared/nodeError';
import { sessionOf } from '../shared/session';

const PAGE = 100;

type Search = (
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
) => Promise<INodeListSearchResult>;

/** What the lists of the form offer, by the names that the form gives. */
export const listSearch: Readonly<Record<string, Search>> = {
	searchAccounts: subjects('account'),
	searchFeatures: things('feature'),
	searchGuides: things('guide'),
	searchPages: things('page'),
	searchReports: things('report'),
	searchSegments: things('segment'),
	searchTrackTypes: things('trackType'),
	searchVisitors: subjects('visitor'),
};

export const loadOptions = {
	getAccountFields: fields('accountField'),
	getVisitorFields: fields('visitorField'),
};

function things(lookup: Lookup): Search {
	return async function (filter, page = '0') {
		const choices = await asking(this, (session) => lookUp(lookup, session, { search: filter }));
		const from = Number(page) || 0;
		return {
			results: choices
				.slice(from, from + PAGE)
				.map((one) => listed(one, isAmbiguous(one, choices))),
			paginationToken: from + PAGE < choices.length ? String(from + PAGE) : undefined,
		};
	};
}

function isAmbiguous({ name }: Choice, among: readonly Choice[]): boolean {
	return among.filter((other) => other.name === name).length > 1;
}

function subjects(kind: 'visitor' | 'account'): Search {
	return async function (startsWith, after) {
		const { choices, next } = await asking(this, (session) =>
			lookUpSubjects(kind, session, { startsWith, after }),
		);
		return { results: choices.map((one) => listed(one)), paginationToken: next };
	};
}

function fields(lookup: 'visitorField' | 'accountField') {
	return async function (this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
		const current = (name: string) => this.getCurrentNodeParameter(name) as string;
		const operation = operationOf(current('resource'), current('operation'));
		// The group that another operation left in the form does not count.
		const hasGroup = operation !== undefined && 'group' in operation.parameters;
		const given = hasGroup ? { group: current('group') } : {};
		const choices = await asking(this, (session) => lookUp(lookup, session, { given }));
		return choices.map(({ name, value, note }) => ({ name, value, description: note }));
	};
}

/** Equal names are told apart by their ids. */
function listed({ name, value, note }: Choice, ambiguous = false): INodeListSearchItems {
	return { name: `${name}${ambiguous ? ` [${value}]` : ''}${note && ` (${note})`}`, value };
}

async function asking<T>(
	context: ILoadOptionsFunctions,
	ask: (session: Session) => Promise<T>,
): Promise<T> {
	let problem: unknown;
	try {
		return await ask(await sessionOf(context));
	} catch (error) {
		problem = error;
	}
	throw problem instanceof Failure ? nodeError(context.getNode(), problem) : problem;
}
