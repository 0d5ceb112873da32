import { ask } from '../ask';
import { destroys, givesObject, givesRows, writes, type Operation } from '../operation';
import { checkFieldName } from '../input';
import { choice, howMany, list, text } from '../parameter';
import { isObject, objectOf } from '../read-json';
import { take } from '../take';
import { writableGroup } from './subject';

const SCHEMA = '/api/v1/metadata/schema/{kind}';
const GROUP = `${SCHEMA}/{group}`;
const FIELD = `${GROUP}/{field}`;
const DEPENDENCIES = '/api/v1/metadata/dependencies';
const DEPENDENCIES_OF_FIELD = `${DEPENDENCIES}/{kind}/{group}/{field}`;

const kind = choice(
	'Kind',
	{ visitor: 'Visitor', account: 'Account', parentAccount: 'Parent Account' },
	'Whose fields.',
	{ default: 'visitor' },
);
const field = text('Field', 'The name of the field within its group.', {
	required: true,
	isId: true,
	example: 'tier',
});

export const metadataSchemaOperations: readonly Operation[] = [
	givesObject({
		resource: 'metadataSchema',
		operation: 'get',
		name: 'Get',
		action: 'Get the metadata schema',
		description:
			'Gives all metadata fields that visitors or accounts may have, by group, with their types and titles. Use it to find the right names before setting or filtering.',
		method: 'GET',
		path: SCHEMA,
		parameters: { kind },
		run: async (ids, session) =>
			objectOf(await session.read(ask('GET', SCHEMA, { ids }), `the fields of ${ids.kind}s`)),
	}),
	writes({
		resource: 'metadataSchema',
		operation: 'createFields',
		name: 'Create Fields',
		action: 'Create metadata fields',
		description:
			'Makes new metadata fields, or brings deleted ones back, so that values can be set.',
		method: 'POST',
		path: GROUP,
		parameters: {
			kind,
			group: writableGroup,
			fields: list(
				'Fields',
				{
					name: text('Name', 'Letters, digits and underscores; not beginning with a digit.', {
						required: true,
						example: 'tier',
					}),
					displayName: text('Display Name', 'The title in Pendo; the name when empty.'),
					type: choice(
						'Type',
						{ string: 'String', number: 'Number', time: 'Time', boolean: 'Boolean' },
						'What the values are.',
						{ default: 'string' },
					),
				},
				'The fields to make.',
				{ required: true, example: [{ name: 'tier', displayName: 'Tier', type: 'string' }] },
			),
		},
		run: async ({ fields, ...ids }, session) => {
			for (const { name } of fields) checkFieldName(name, 'Fields');
			const body = fields.map(({ name, displayName, type }) => ({
				name,
				displayname: displayName ?? name,
				type,
			}));
			const about = `the fields of ${ids.kind}s`;
			const answer = await session.write(ask('POST', GROUP, { ids, body }), about);
			return { created: body.map(({ name }) => name), ...ids, ...(isObject(answer) && answer) };
		},
	}),
	destroys({
		resource: 'metadataSchema',
		operation: 'deleteField',
		name: 'Delete Field',
		action: 'Delete a metadata field',
		description:
			'Deletes a custom or agent field with its values. Get Dependencies tells what uses it; look there first.',
		method: 'DELETE',
		path: FIELD,
		parameters: { kind, group: writableGroup, field },
		plan: (inputs) =>
			inputs.map(({ kind: whose, group, field: name }, place) => ({
				request: ask('DELETE', FIELD, { ids: { kind: whose, group, field: name } }),
				serves: [place],
				about: `the field ${group}.${name} of ${whose}s`,
			})),
	}),
	givesRows({
		resource: 'metadataSchema',
		operation: 'getAllDependencies',
		name: 'Get All Dependencies',
		action: 'Get what uses metadata fields',
		description: 'Lists, for all metadata fields, the segments, guides and reports that use them.',
		method: 'GET',
		path: DEPENDENCIES,
		parameters: howMany,
		run: async (howMuch, session) => {
			const answer = await session.read(ask('GET', DEPENDENCIES), 'the uses of the fields');
			return take(entriesOf(answer), howMuch);
		},
	}),
	givesRows({
		resource: 'metadataSchema',
		operation: 'getDependencies',
		name: 'Get Dependencies',
		action: 'Get what uses a metadata field',
		description: 'Lists the segments, guides and reports that use one metadata field.',
		method: 'GET',
		path: DEPENDENCIES_OF_FIELD,
		parameters: {
			kind,
			group: text('Group', 'The group of the field, as agent, custom or auto.', {
				default: 'custom',
			}),
			field,
			...howMany,
		},
		run: async ({ kind: whose, group, field: name, ...howMuch }, session) => {
			const request = ask('GET', DEPENDENCIES_OF_FIELD, {
				ids: { kind: whose, group, field: name },
			});
			const about = `the field ${group}.${name} of ${whose}s`;
			return take(entriesOf(await session.read(request, about)), howMuch);
		},
	}),
];

/** The shape of the answer is not documented: a list, or one object. */
function entriesOf(answer: unknown) {
	return Array.isArray(answer) ? answer.map(objectOf) : isObject(answer) ? [answer] : [];
}
