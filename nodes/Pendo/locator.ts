import type { INodeProperties, INodePropertyMode } from 'n8n-workflow';
import { REPORT } from '../shared/reportModes';
import type { Located } from './layout';

interface Words {
	/** Of the method in `lists.ts`. */
	readonly method: string;
	readonly one: string;
	readonly example: string;
}

export const LOCATED: Readonly<Record<Located, Words>> = {
	account: { method: 'searchAccounts', one: 'an account', example: 'acme' },
	feature: { method: 'searchFeatures', one: 'a feature', example: 'aB3xY…' },
	guide: { method: 'searchGuides', one: 'a guide', example: 'gU1de…' },
	page: { method: 'searchPages', one: 'a page', example: 'aB3xY…' },
	report: { method: 'searchReports', one: 'a report', example: '_Q7hZr0aT2kLmN8vXcYbWdEfGiU' },
	segment: { method: 'searchSegments', one: 'a segment', example: 'seGm3nt…' },
	trackType: { method: 'searchTrackTypes', one: 'a track type', example: 'aB3xY…' },
	visitor: { method: 'searchVisitors', one: 'a visitor', example: 'u-1001' },
};

/** Lists of visitors and accounts may have millions of entries: they are found by how their ids begin. */
const isLong = (located: Located) => located === 'visitor' || located === 'account';

/** Choosing from a list that is searched and paged, or giving an id. */
export function locator(located: Located): Pick<INodeProperties, 'type' | 'default' | 'modes'> {
	const { method, one, example } = LOCATED[located];
	const own: { modes: INodePropertyMode[] } = {
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: `Choose ${one}…`,
				...(isLong(located) && { hint: 'The search finds IDs that begin with what you type' }),
				typeOptions: { searchListMethod: method, searchable: true },
			},
			{ displayName: 'By ID', name: 'id', type: 'string', placeholder: example },
		],
	};
	const [list, byId] = own.modes as [INodePropertyMode, INodePropertyMode];
	return {
		type: 'resourceLocator',
		default: { mode: isLong(located) ? 'id' : 'list', value: '' },
		modes: isLong(located)
			? [byId, list]
			: [list, ...(located === 'report' ? REPORT.modes : [byId])],
	};
}
