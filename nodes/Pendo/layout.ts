import { parametersOf, type Operation, type Parameter } from '../../core/pendo/operations';

export type Named = Parameter & { readonly name: string };

/** Where the parameters of an operation stand in the form. */
export interface Layout {
	/** Always shown: what is required, and what has a default that is worth a look. */
	readonly shown: readonly Named[];
	/** In a collection, where each is added on demand. */
	readonly added: readonly Named[];
	/** The collection, by its name and its label. */
	readonly collection: { readonly name: string; readonly label: string };
}

const ALWAYS = new Set(['confirm', 'dryRun']);

export function layoutOf(operation: Operation): Layout {
	const parameters = parametersOf(operation);
	const deciding = new Set(
		parameters.flatMap(({ shownWhen }) => (shownWhen ? Object.keys(shownWhen) : [])),
	);
	const isShown = (one: Named): boolean => {
		if (one.required || ALWAYS.has(one.name) || deciding.has(one.name) || one.shownWhen)
			return true;
		return !one.rare && one.default !== undefined && one.default !== false;
	};
	return {
		shown: parameters.filter(isShown),
		added: parameters.filter((one) => !isShown(one)),
		collection: collectionOf(operation),
	};
}

function collectionOf({ operation, write }: Operation): Layout['collection'] {
	if (write) return { name: 'additionalFields', label: 'Additional Fields' };
	if (operation === 'getMany') return { name: 'filters', label: 'Filters' };
	return { name: 'options', label: 'Options' };
}

/** The names under which the form keeps what the table keeps under one. */
export const namesOfFields = (name: string) => ({ mode: `${name}Mode`, json: `${name}Json` });

/** Parameters by which n8n knows somebody or something that can be looked for in a list. */
export type Located =
	| 'report'
	| 'segment'
	| 'guide'
	| 'page'
	| 'feature'
	| 'trackType'
	| 'visitor'
	| 'account';

export function locatedBy({ type, name, isId, lookup }: Named): Located | undefined {
	if (type !== 'string') return undefined;
	if (lookup !== undefined) {
		return lookup === 'visitorField' || lookup === 'accountField' ? undefined : lookup;
	}
	if (!isId) return undefined;
	if (name === 'visitorId') return 'visitor';
	return name === 'accountId' ? 'account' : undefined;
}
