import { ask } from '../ask';
import { destroys, givesObject, givesRows, writes, type Operation } from '../operation';
import { flag, howMany, text } from '../parameter';
import { objectOf, objectsOf } from '../read-json';
import { take } from '../take';
import { waitSeconds, whenReady } from '../wait';
import { segmentExportOperations } from './segment-export';
import { segmentMemberOperations } from './segment-members';
import { about, ownSegmentId, SEGMENT, segmentId, visitorIds } from './segment-words';

const STATUS = `${SEGMENT}/status`;

export const segmentOperations: readonly Operation[] = [
	givesRows({
		resource: 'segment',
		operation: 'getMany',
		name: 'Get Many',
		action: 'Get many segments',
		description: 'Lists the segments that are shared with everyone.',
		method: 'GET',
		path: '/api/v1/segment',
		parameters: {
			...howMany,
			createdByApi: flag(
				'Created by API Only',
				'Whether to list only segments made through the API.',
				{
					default: false,
				},
			),
		},
		run: async ({ createdByApi, ...howMuch }, session) => {
			const query = { createdByApi: createdByApi || undefined };
			const request = ask('GET', '/api/v1/segment', { query });
			return take(objectsOf(await session.read(request, 'the list of segments')), howMuch);
		},
	}),
	givesObject({
		resource: 'segment',
		operation: 'get',
		name: 'Get',
		action: 'Get a segment',
		description:
			'Looks up one segment: its name, rules and sharing. For who is in it, use Export Visitors.',
		method: 'GET',
		path: SEGMENT,
		parameters: { segmentId },
		run: async (ids, session) =>
			objectOf(await session.read(ask('GET', SEGMENT, { ids }), about(ids.segmentId))),
	}),
	writes({
		resource: 'segment',
		operation: 'create',
		name: 'Create',
		action: 'Create a segment from visitor IDs',
		description:
			'Makes a segment of the given visitors. Pendo fills it in the background; Segment: Get Status waits until it is ready.',
		method: 'POST',
		path: '/api/v1/segment/upload',
		parameters: {
			name: text('Name', 'The name of the new segment.', { required: true, example: 'At risk' }),
			visitorIds,
		},
		run: async ({ name, visitorIds: visitors }, session) => {
			const request = ask('POST', '/api/v1/segment/upload', { body: { name, visitors } });
			return objectOf(await session.write(request, `the new segment "${name}"`));
		},
	}),
	givesObject({
		resource: 'segment',
		operation: 'status',
		name: 'Get Status',
		action: 'Wait until a segment is ready',
		description:
			'Waits until Pendo has finished filling a segment that was made or changed through the API.',
		method: 'GET',
		path: STATUS,
		parameters: { segmentId: ownSegmentId, waitSeconds },
		run: async ({ waitSeconds: seconds, ...ids }, session) => ({
			...ids,
			...(await whenReady(session, ask('GET', STATUS, { ids }), {
				about: about(ids.segmentId),
				seconds,
			})),
		}),
	}),
	writes({
		resource: 'segment',
		operation: 'rename',
		name: 'Rename',
		action: 'Rename a segment',
		description: 'Gives a segment another name; who is in it stays.',
		method: 'PUT',
		path: SEGMENT,
		parameters: {
			segmentId: ownSegmentId,
			name: text('Name', 'The new name.', { required: true, example: 'At risk' }),
		},
		run: async ({ segmentId: given, name }, session) => {
			const request = ask('PUT', SEGMENT, { ids: { segmentId: given }, body: { name } });
			return { segmentId: given, ...objectOf(await session.write(request, about(given))) };
		},
	}),
	destroys({
		resource: 'segment',
		operation: 'replace',
		done: 'replaced',
		name: 'Replace Visitors',
		action: 'Replace all visitors of a segment',
		description:
			'Makes the given visitors the only ones in a segment: whoever else was in it is out. To add or remove some, use Add Visitors or Remove Visitors.',
		method: 'PUT',
		path: SEGMENT,
		parameters: {
			segmentId: ownSegmentId,
			visitorIds,
			name: text('Name', 'A new name for it, too.', { rare: true }),
		},
		plan: (inputs) =>
			inputs.map(({ segmentId: given, name, visitorIds: visitors }, place) => ({
				request: ask('PUT', SEGMENT, { ids: { segmentId: given }, body: { name, visitors } }),
				serves: [place],
				about: about(given),
			})),
	}),
	...segmentMemberOperations,
	...segmentExportOperations,
	destroys({
		resource: 'segment',
		operation: 'delete',
		name: 'Delete',
		action: 'Delete a segment',
		description: 'Deletes a segment that was made through the API. Its visitors stay in Pendo.',
		method: 'DELETE',
		path: SEGMENT,
		parameters: { segmentId: ownSegmentId },
		plan: (inputs) =>
			inputs.map(({ segmentId: given }, place) => ({
				request: ask('DELETE', SEGMENT, { ids: { segmentId: given } }),
				serves: [place],
				about: about(given),
			})),
	}),
];
