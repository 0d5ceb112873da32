import { Failure } from '../../failure';
import { ask } from '../ask';
import { inBatches } from '../batches';
import { badInput, quoted } from '../bad-input';
import { csvRowsOf } from '../csv-rows';
import {
	destroys,
	givesFile,
	givesObject,
	givesRows,
	writes,
	writesMany,
	type Operation,
	type Outcome,
} from '../operation';
import { flag, howMany, id, text, texts } from '../parameter';
import { isObject, objectOf, objectsOf } from '../read-json';
import type { Session } from '../session';
import { take } from '../take';
import { waitSeconds, whenReady } from '../wait';

const SEGMENT = '/api/v1/segment/{segmentId}';
const VISITOR = `${SEGMENT}/visitor/{visitorId}`;
const VISITORS = `${SEGMENT}/visitor`;
const STATUS = `${SEGMENT}/status`;
const EXPORT = `${SEGMENT}/visitors`;
const EXPORT_STATUS = `${SEGMENT}/visitors/{jobId}/status`;
const EXPORT_CSV = `${SEGMENT}/visitors/{jobId}/results/csv`;

/** Source: Twilio Segment's public integration with Pendo audiences. */
const MOST_PATCHED = 1_000;

const segmentId = id('Segment', 'The segment. Segment: Get Many finds its id.', {
	lookup: 'segment',
	example: 'seGm3nt',
});
const ownSegmentId = id(
	'Segment',
	'The segment; it must have been made through the API. Segment: Get Many finds its id.',
	{ lookup: 'segment', example: 'seGm3nt' },
);
const visitorId = id('Visitor ID', "The visitor's id in Pendo.", { example: 'u-1001' });
const visitorIds = texts(
	'Visitor IDs',
	'The ids of the visitors: a list, or text with one id a line.',
	{
		required: true,
		isId: true,
		example: ['u-1001', 'u-1002'],
	},
);
const about = (given: string) => `the segment "${given}"`;

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
	patching('add'),
	patching('remove'),
	membership('PUT'),
	membership('DELETE'),
	givesRows({
		resource: 'segment',
		operation: 'export',
		name: 'Export Visitors',
		action: 'Get the visitors of a segment',
		description: 'Lists who is in a segment. Pendo prepares the list first; this waits for it.',
		method: 'POST',
		path: EXPORT,
		also: [
			{ method: 'GET', path: EXPORT_STATUS },
			{ method: 'GET', path: EXPORT_CSV },
		],
		parameters: { segmentId, ...howMany, waitSeconds },
		run: async ({ segmentId: given, waitSeconds: seconds, ...howMuch }, session) =>
			take(csvRowsOf(await exported(given, seconds, session)), howMuch),
	}),
	givesFile({
		resource: 'segment',
		operation: 'downloadCsv',
		name: 'Download CSV',
		action: 'Download the visitors of a segment as a CSV file',
		description:
			'Gives the list of who is in a segment as a CSV file. Pendo prepares it first; this waits.',
		method: 'POST',
		path: EXPORT,
		also: [
			{ method: 'GET', path: EXPORT_STATUS },
			{ method: 'GET', path: EXPORT_CSV },
		],
		parameters: { segmentId, waitSeconds },
		run: async ({ segmentId: given, waitSeconds: seconds }, session) => ({
			name: `segment-${given.replace(/[^\w-]/g, '_')}.csv`,
			mimeType: 'text/csv',
			body: await exported(given, seconds, session),
		}),
	}),
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

function patching(op: 'add' | 'remove'): Operation {
	const [verb, preposition] = op === 'add' ? ['Add', 'to'] : ['Remove', 'from'];
	return writesMany({
		resource: 'segment',
		operation: `${op}Visitors`,
		name: `${verb} Visitors`,
		action: `${verb} visitors ${preposition} a segment`,
		description: `${verb}s visitors ${preposition} a segment that was made through the API, all input items together, 1,000 in a call.`,
		method: 'PATCH',
		path: VISITORS,
		parameters: { segmentId: ownSegmentId, visitorIds },
		run: async (inputs, session) => {
			const outcomes: Outcome[] = inputs.map(({ segmentId: given }) => ({
				value: { segmentId: given, [op === 'add' ? 'added' : 'removed']: true },
			}));
			for (const given of new Set(inputs.map((input) => input.segmentId))) {
				const lists = inputs.map((input) => (input.segmentId === given ? input.visitorIds : []));
				for (const { entries, serves } of inBatches(lists, MOST_PATCHED)) {
					const failure = await patch(session, op, given, entries);
					if (failure) for (const place of serves) outcomes[place] = { failure };
				}
			}
			return outcomes;
		},
	});
}

async function patch(
	session: Session,
	op: 'add' | 'remove',
	segmentId: string,
	visitors: readonly string[],
): Promise<Failure | undefined> {
	const body = { patch: [{ op, path: '/visitors', value: visitors }] };
	const request = ask('PATCH', VISITORS, { ids: { segmentId }, body });
	let problem: unknown;
	try {
		const { multistatus } = objectOf(await session.write(request, about(segmentId)));
		const parts = Array.isArray(multistatus) ? multistatus.filter(isObject) : [];
		const bad = parts.find(({ status }) => Number(status) >= 400);
		return bad && notPatched(segmentId, bad.message);
	} catch (error) {
		problem = error;
	}
	if (problem instanceof Failure) return problem;
	throw problem;
}

function notPatched(segmentId: string, message: unknown): Failure {
	return new Failure('refused', {
		what: `Pendo did not change ${about(segmentId)}`,
		why:
			typeof message === 'string' && message !== ''
				? `Pendo says: ${quoted(message)}.`
				: 'Pendo gives no reason.',
		next: 'Check that the segment was made through the API; others change by their rules alone.',
	});
}

function membership(method: 'PUT' | 'DELETE'): Operation {
	const adds = method === 'PUT';
	return writes({
		resource: 'segment',
		operation: adds ? 'addVisitor' : 'removeVisitor',
		name: adds ? 'Add Visitor' : 'Remove Visitor',
		action: adds ? 'Add a visitor to a segment' : 'Remove a visitor from a segment',
		description: `${adds ? 'Adds one visitor to' : 'Removes one visitor from'} a segment that was made through the API. For many at once, use ${adds ? 'Add' : 'Remove'} Visitors.`,
		method,
		path: VISITOR,
		parameters: { segmentId: ownSegmentId, visitorId },
		run: async (ids, session) => {
			const request = ask(method, VISITOR, { ids });
			await session.write(request, `the visitor "${ids.visitorId}" in ${about(ids.segmentId)}`);
			return { ...ids, [adds ? 'added' : 'removed']: true };
		},
	});
}

async function exported(
	segmentId: string,
	seconds: number,
	session: Session,
): Promise<AsyncIterable<Uint8Array>> {
	const what = `the export of ${about(segmentId)}`;
	const started = objectOf(
		await session.read(ask('POST', EXPORT, { ids: { segmentId } }), about(segmentId)),
	);
	const job = started.jobId ?? started.id ?? started.value;
	if (typeof job !== 'string' && typeof job !== 'number') {
		throw badInput(`Pendo did not start ${what}`, 'Its answer names no job.', 'Run it again.');
	}
	const ids = { segmentId, jobId: String(job) };
	await whenReady(session, ask('GET', EXPORT_STATUS, { ids }), { about: what, seconds });
	return await session.open(ask('GET', EXPORT_CSV, { ids, accept: 'csv' }), what);
}
