import { ask } from '../ask';
import { Failure } from '../../failure';
import { badInput } from '../bad-input';
import { givesObject, givesRows, type Operation } from '../operation';
import { flag, howMany, id, text, texts, type Lookup } from '../parameter';
import { objectsOf } from '../read-json';
import type { Session } from '../session';
import { take } from '../take';

/** What product teams make in Pendo: pages, features, track types and guides are listed alike. */
export interface Catalogue {
	readonly resource: 'page' | 'feature' | 'trackType' | 'guide';
	readonly lookup: Lookup;
	readonly path: string;
	readonly one: string;
	readonly many: string;
	readonly what: string;
}

export const CATALOGUES = {
	page: {
		resource: 'page',
		lookup: 'page',
		path: '/api/v1/page',
		one: 'page',
		many: 'pages',
		what: 'with their names and URL rules',
	},
	feature: {
		resource: 'feature',
		lookup: 'feature',
		path: '/api/v1/feature',
		one: 'feature',
		many: 'features',
		what: 'with their names and the elements they match',
	},
	trackType: {
		resource: 'trackType',
		lookup: 'trackType',
		path: '/api/v1/tracktype',
		one: 'track type',
		many: 'track types',
		what: 'which are the names of track events',
	},
	guide: {
		resource: 'guide',
		lookup: 'guide',
		path: '/api/v1/guide',
		one: 'guide',
		many: 'guides',
		what: 'with their names and states',
	},
} as const satisfies Record<string, Catalogue>;

export const pageOperations = listing(CATALOGUES.page);
export const featureOperations = listing(CATALOGUES.feature);
export const trackTypeOperations = listing(CATALOGUES.trackType);

/** Everything in a catalogue, of all apps; asked once in a session. */
export async function entriesOf(session: Session, { path, many }: Catalogue) {
	const request = ask('GET', path, { query: { expand: '*' } });
	return objectsOf(await session.readOnce(request, `the list of ${many}`));
}

/** Getting one and many. A single page or feature is asked for by the query: it has no path of its own. */
export function listing(catalogue: Catalogue): Operation[] {
	const { resource, lookup, path, one, many, what } = catalogue;
	const title = one.replace(/\b\w/g, (letter) => letter.toUpperCase());
	return [
		givesObject({
			resource,
			operation: 'get',
			name: 'Get',
			action: `Get a ${one}`,
			description: `Looks up one ${one} by its id.`,
			method: 'GET',
			path,
			parameters: { id: id(title, `The ${one}.`, { lookup, example: 'aB3xY' }) },
			run: async ({ id: given }, session) => {
				const request = ask('GET', path, { query: { id: given } });
				const found = objectsOf(await session.read(request, `the ${one} "${given}"`));
				const entry = found.find((each) => each.id === given);
				if (entry === undefined) throw missing(one, given);
				return entry;
			},
		}),
		givesRows({
			resource,
			operation: 'getMany',
			name: 'Get Many',
			action: `Get many ${many}`,
			description: `Lists ${many}, ${what}.`,
			method: 'GET',
			path,
			parameters: {
				...howMany,
				allApps: flag('All Apps', `Whether to list the ${many} of all apps of the subscription.`, {
					default: true,
				}),
				appId: text('App ID', `Only the ${many} of this app; -323232 is the first.`, {
					shownWhen: { allApps: [false] },
				}),
				ids: texts('IDs', `Only the ${many} with these ids.`, { isId: true, rare: true }),
				...(resource === 'guide' ? guideFilters : {}),
			},
			run: async (input, session) => {
				const { allApps, appId, ids, ...more } = input;
				if (allApps && appId !== undefined) {
					throw badInput(
						'Both All Apps and an App ID are given',
						'Pendo takes one of them.',
						'Set All Apps to false for one app. Nothing was sent to Pendo.',
					);
				}
				const { summarizeContent, state } = more as { summarizeContent?: boolean; state?: string };
				const query = {
					id: ids,
					expand: allApps ? '*' : undefined,
					appId,
					summarizeContent: summarizeContent || undefined,
					state,
				};
				const found = await session.read(ask('GET', path, { query }), `the list of ${many}`);
				return take(objectsOf(found), input);
			},
		}),
	];
}

const guideFilters = {
	summarizeContent: flag(
		'Summarize Content',
		'Whether to leave out most of what the guides show.',
		{ default: true, rare: true },
	),
	state: text('State', 'Only guides in this state, as public.', { rare: true }),
};

function missing(one: string, given: string): Failure {
	return new Failure('not-found', {
		what: `Pendo does not have the ${one} "${given}"`,
		why: 'It was deleted, or it belongs to another subscription or region.',
		next: 'Choose it from the list, or check its id.',
	});
}
