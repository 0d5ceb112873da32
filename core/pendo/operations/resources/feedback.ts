import { ask } from '../ask';
import { inBatches } from '../batches';
import { badInput } from '../bad-input';
import { destroys, givesObject, writes, type Operation } from '../operation';
import { dateTime, id, list, number, text, texts } from '../parameter';
import { isObject, objectOf } from '../read-json';

const FEEDBACK = '/api/v1/feedback';
const ONE = `${FEEDBACK}/{id}`;
const OPTIONS = `${FEEDBACK}/options`;
const MOST_DELETED = 100;

const content = {
	createdAt: dateTime('Created At', 'When it was given.', { rare: true }),
	importance: number('Importance', 'How important it is; Feedback: Get Options tells the values.', {
		rare: true,
	}),
	labels: list(
		'Labels',
		{
			name: text('Name', 'The label.', { required: true, example: 'Admin' }),
			category: text('Category', 'The category of the label.'),
		},
		'Labels to sort it by.',
		{ rare: true },
	),
};
const appIds = texts('App IDs', 'The apps that it is about.', { rare: true });
const productAreas = texts('Product Areas', 'The ids of the product areas that it is about.', {
	rare: true,
});
const linksData = list(
	'Links',
	{
		title: text('Title', 'The text of the link.', { required: true, example: 'Ticket' }),
		linkUrl: text('URL', 'Where it leads.', { required: true, example: 'https://example.com/1' }),
	},
	'Links to more about it.',
	{ rare: true },
);

export const feedbackOperations: readonly Operation[] = [
	writes({
		resource: 'feedback',
		operation: 'create',
		name: 'Create',
		action: 'Create feedback',
		description: 'Files feedback of a visitor in Pendo Listen, as a feature request from a ticket.',
		method: 'POST',
		path: FEEDBACK,
		parameters: {
			title: text('Title', 'The feedback in a line.', { required: true, example: 'Dark mode' }),
			visitorId: text('Visitor ID', 'Whose feedback it is.', {
				required: true,
				isId: true,
				example: 'u-1001',
			}),
			accountId: text('Account ID', 'The account of the visitor.', { isId: true, example: 'acme' }),
			description: text('Description', 'The feedback in full.', { long: true }),
			createdById: text('Created by ID', 'The visitor who files it for somebody else.', {
				isId: true,
				rare: true,
			}),
			...content,
			appIds,
			productAreas,
			linksData,
		},
		run: async ({ appIds: apps, ...input }, session) => {
			const body = { ...input, appIds: apps?.map(appIdOf) };
			return objectOf(await session.write(ask('POST', FEEDBACK, { body }), 'the new feedback'));
		},
	}),
	writes({
		resource: 'feedback',
		operation: 'update',
		name: 'Update',
		action: 'Update feedback',
		description: 'Changes feedback in Pendo Listen; what is left empty stays as it is.',
		method: 'PATCH',
		path: ONE,
		parameters: {
			id: id('Feedback ID', 'The feedback.', { example: 'fEedb4ck' }),
			title: text('Title', 'The feedback in a line.', { example: 'Dark mode for reports' }),
			description: text('Description', 'The feedback in full.', { long: true }),
			createdBy: text('Created by', 'Who filed it.', { rare: true }),
			...content,
		},
		run: async ({ id: given, ...body }, session) => {
			if (Object.values(body).every((value) => value === undefined)) {
				throw badInput('Nothing is to be changed', 'All parameters but the id are empty.');
			}
			const request = ask('PATCH', ONE, { ids: { id: given }, body });
			const answer = objectOf(await session.write(request, `the feedback "${given}"`));
			return { id: given, updated: true, ...answer };
		},
	}),
	destroys({
		resource: 'feedback',
		operation: 'delete',
		name: 'Delete',
		action: 'Delete feedback',
		description: 'Deletes feedback from Pendo Listen.',
		method: 'DELETE',
		path: FEEDBACK,
		together: true,
		parameters: {
			ids: texts('Feedback IDs', 'The ids of the feedback to delete.', {
				required: true,
				isId: true,
				example: ['fEedb4ck'],
			}),
		},
		plan: (inputs) =>
			inBatches(
				inputs.map(({ ids }) => ids),
				MOST_DELETED,
			).map(({ entries, serves }) => ({
				request: ask('DELETE', FEEDBACK, { body: { ids: entries } }),
				serves,
				about: `${entries.length} pieces of feedback`,
			})),
	}),
	givesObject({
		resource: 'feedback',
		operation: 'getOptions',
		name: 'Get Options',
		action: 'Get the options for feedback',
		description: 'Gives what feedback can be sorted by: labels, importance, product areas, apps.',
		method: 'GET',
		path: OPTIONS,
		parameters: {},
		run: async (_, session) => {
			const options = await session.read(ask('GET', OPTIONS), 'the options for feedback');
			return isObject(options) ? options : { options };
		},
	}),
];

/** Apps have numbers, negative ones too; one of 16 digits would lose some as a number. */
function appIdOf(text: string): number | string {
	const number = Number(text);
	return Number.isSafeInteger(number) ? number : text;
}
