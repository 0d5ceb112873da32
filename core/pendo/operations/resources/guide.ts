import { ask } from '../ask';
import { givesFile, givesObject, givesRows, writes, type Operation, type Row } from '../operation';
import { choice, howMany, id, text } from '../parameter';
import { isObject, objectOf, objectsOf, readJson } from '../read-json';
import { take } from '../take';
import { CATALOGUES, listing } from './catalogue';

const guideId = id('Guide', 'The guide. Guide: Get Many finds its id.', {
	lookup: 'guide',
	example: 'gU1de',
});
const visitorId = id('Visitor ID', "The visitor's id in Pendo.", { example: 'u-1001' });
const about = (given: string) => `the guide "${given}"`;

const HISTORY = '/api/v1/guide/{guideId}/history';
const ORDER = '/api/v1/guide/order';
const STATE = '/api/v1/guide/{guideId}/state';
const SEGMENT = '/api/v1/guide/{guideId}/segment';
const EXPERIMENT = '/api/v1/guide/{guideId}/experiment/export';
const LOCALIZATION = '/api/v1/guide/localization';

export const guideOperations: readonly Operation[] = [
	...listing(CATALOGUES.guide),
	givesRows({
		resource: 'guide',
		operation: 'history',
		name: 'Get History',
		action: 'Get the change history of a guide',
		description: 'Lists who changed a guide, when and what.',
		method: 'GET',
		path: HISTORY,
		parameters: { guideId, ...howMany },
		run: async ({ guideId: given, ...howMuch }, session) => {
			const request = ask('GET', HISTORY, { ids: { guideId: given } });
			return take(objectsOf(await session.read(request, about(given))), howMuch);
		},
	}),
	givesObject({
		resource: 'guide',
		operation: 'getOrder',
		name: 'Get Order',
		action: 'Get the order of the guides',
		description: 'Gives the order in which automatic guides are shown.',
		method: 'GET',
		path: ORDER,
		parameters: {},
		run: async (_, session) => {
			const order = await session.read(ask('GET', ORDER), 'the order of the guides');
			return isObject(order) ? order : { order: order ?? [] };
		},
	}),
	writes({
		resource: 'guide',
		operation: 'setState',
		name: 'Set State',
		action: 'Set the state of a guide',
		description:
			'Publishes, stages or disables a guide: "public" shows it to everyone in its segment.',
		method: 'PUT',
		path: STATE,
		parameters: {
			guideId,
			state: choice(
				'State',
				{
					draft: 'Draft',
					staged: 'Staged',
					public: 'Public',
					disabled: 'Disabled',
					_pendingReview_: 'Pending Review',
				},
				'The state to set.',
				{ required: true, example: 'disabled' },
			),
		},
		run: async ({ guideId: given, state }, session) => {
			const request = ask('PUT', STATE, { ids: { guideId: given }, body: { state } });
			return { guideId: given, state, ...objectOf(await session.write(request, about(given))) };
		},
	}),
	writes({
		resource: 'guide',
		operation: 'setSegment',
		name: 'Set Segment',
		action: 'Set the segment of a guide',
		description: 'Decides who sees a guide, by a segment.',
		method: 'PUT',
		path: SEGMENT,
		parameters: {
			guideId,
			segmentId: id('Segment', 'Who sees it. Segment: Get Many finds its id.', {
				lookup: 'segment',
				example: 'seGm3nt',
			}),
		},
		run: async ({ guideId: given, segmentId }, session) => {
			const request = ask('PUT', SEGMENT, { ids: { guideId: given }, body: { segmentId } });
			return { guideId: given, segmentId, ...objectOf(await session.write(request, about(given))) };
		},
	}),
	resetting({
		operation: 'resetSeenState',
		name: 'Reset Seen State',
		action: 'Reset that a visitor has seen a guide',
		description: 'Lets one visitor see one guide again, as if it had never been shown.',
		path: '/api/v1/guide/{guideId}/visitor/{visitorId}/reset',
		parameters: { guideId, visitorId },
	}),
	resetting({
		operation: 'resetSeenStateOfAll',
		name: 'Reset Seen State of All Guides',
		action: 'Reset that a visitor has seen any guide',
		description: 'Lets one visitor see all guides again, as if none had ever been shown.',
		path: '/api/v1/guide/all/visitor/{visitorId}/reset',
		parameters: { visitorId },
	}),
	resetting({
		operation: 'resetStaged',
		name: 'Reset Staged Guide',
		action: 'Reset that a staged guide was seen',
		description: 'Lets everyone see one staged guide again, for another test of it.',
		path: '/api/v1/guide/{guideId}/reset',
		parameters: { guideId },
	}),
	resetting({
		operation: 'resetAllStaged',
		name: 'Reset All Staged Guides',
		action: 'Reset that staged guides were seen',
		description: 'Lets everyone see all staged guides again, for another test of them.',
		path: '/api/v1/guide/staged/reset',
		parameters: {},
	}),
	writes({
		resource: 'guide',
		operation: 'exportExperiment',
		name: 'Export Experiment',
		action: 'Export the results of a guide experiment',
		description:
			'Gives the results of the experiment that a guide is part of. Pendo wants a key with write access for it.',
		method: 'POST',
		path: EXPERIMENT,
		parameters: { guideId },
		run: async (ids, session) =>
			experimentOf(
				await session.writeForText(ask('POST', EXPERIMENT, { ids }), about(ids.guideId)),
			),
	}),
	givesFile({
		resource: 'guide',
		operation: 'exportLocalization',
		name: 'Export Localization',
		action: 'Export the texts of guides for translation',
		description: 'Gives the texts of all guides that are set up for translation, as an XLIFF file.',
		method: 'GET',
		path: `${LOCALIZATION}/export`,
		parameters: {},
		run: async (_, session) => ({
			name: 'pendo-guides.xliff',
			mimeType: 'application/xliff+xml',
			body: await session.open(
				ask('GET', `${LOCALIZATION}/export`, { accept: 'xliff' }),
				'the texts of the guides',
			),
		}),
	}),
	writes({
		resource: 'guide',
		operation: 'importLocalization',
		name: 'Import Localization',
		action: 'Import translated texts of guides',
		description:
			'Takes an XLIFF file with translations of guides, as Export Localization gives it.',
		method: 'POST',
		path: `${LOCALIZATION}/import`,
		parameters: {
			xliff: text('XLIFF', 'The text of the translated file.', {
				required: true,
				long: true,
				example: '<xliff version="1.2"></xliff>',
			}),
		},
		run: async ({ xliff }, session) => {
			const request = ask('POST', `${LOCALIZATION}/import`, { xliff });
			return { imported: true, ...objectOf(await session.write(request, 'the translations')) };
		},
	}),
];

/** The form of the answer is not documented: what is no JSON is given as the text that it is. */
function experimentOf(answer: string): Row {
	return /^\s*[{[]/.test(answer) ? objectOf(readJson(answer)) : { text: answer };
}

function resetting(words: {
	operation: string;
	name: string;
	action: string;
	description: string;
	path: string;
	parameters: Record<string, ReturnType<typeof id>>;
}): Operation {
	return writes({
		...words,
		resource: 'guide',
		method: 'POST',
		run: async (ids: Readonly<Record<string, string>>, session) => {
			const things = Object.values(ids).map((given) => `"${given}"`);
			const about = things.length === 0 ? 'the staged guides' : `what ${things.join(' and ')} saw`;
			const answer: Row = objectOf(await session.write(ask('POST', words.path, { ids }), about));
			return { ...ids, reset: true, ...answer };
		},
	});
}
