import { ask } from '../ask';
import { givesObject, givesRows, type Operation } from '../operation';
import { howMany, id } from '../parameter';
import { objectOf, objectsOf } from '../read-json';
import { take } from '../take';

const ALL = '/api/v1/bulkdelete';
const ONE = `${ALL}/{id}`;

export const bulkDeletionOperations: readonly Operation[] = [
	givesRows({
		resource: 'bulkDeletion',
		operation: 'getMany',
		name: 'Get Many',
		action: 'Get many bulk deletions',
		description: 'Lists the erasures of visitors and accounts that Pendo has not finished.',
		method: 'GET',
		path: ALL,
		parameters: howMany,
		run: async (howMuch, session) =>
			take(objectsOf(await session.read(ask('GET', ALL), 'the bulk deletions')), howMuch),
	}),
	givesObject({
		resource: 'bulkDeletion',
		operation: 'get',
		name: 'Get',
		action: 'Get a bulk deletion',
		description: 'Tells how far the erasure of visitors or accounts is.',
		method: 'GET',
		path: ONE,
		parameters: {
			id: id('Bulk Deletion ID', 'As Delete of visitors or accounts gave it.', { example: 'job1' }),
		},
		run: async (ids, session) =>
			objectOf(await session.read(ask('GET', ONE, { ids }), `the bulk deletion "${ids.id}"`)),
	}),
];
