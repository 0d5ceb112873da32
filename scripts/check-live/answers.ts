import { ask } from '../../core/pendo/operations/ask';
import { fieldsOf } from '../../core/pendo/operations/metadata';
import { aggregation } from '../../core/pendo/operations/aggregate';
import { isObject, objectsOf } from '../../core/pendo/operations/read-json';
import { either, holds, notTestable, type Assumption, type Finding } from './assumption';
import { NOBODY, type Live } from './live';
import { shapeOf, shapeOfBody } from './shape';

const VALUE = '/api/v1/metadata/visitor/{group}/value/{visitorId}/{field}';

export const ANSWERS: readonly Assumption[] = [
	{
		id: 'aggregation.wrapper',
		source: 'unknown',
		sentence: 'An aggregation answers {"startTime": ..., "results": [...]}',
		check: async (live) => {
			const { answer } = await live.people();
			const names = isObject(answer) ? Object.keys(answer).sort().join() : '';
			return either(names === 'results,startTime', shapeAround(answer));
		},
	},
	{
		id: 'aggregation.empty',
		source: 'unknown',
		sentence: 'An aggregation without rows has an empty list in it, not null',
		check: async (live) => {
			const nobody = { filter: `visitorId == "${NOBODY}"` };
			const pipeline = [{ source: { visitors: null } }, nobody, { limit: 1 }];
			const answer = await live.session.read(aggregation(pipeline));
			const rows = isObject(answer) ? answer.results : answer;
			return either(Array.isArray(rows) && rows.length === 0, shapeAround(answer));
		},
	},
	{
		id: 'values.unset',
		source: 'unknown',
		sentence: 'A metadata field in which a visitor has no value is answered with 404',
		check: unsetValue,
	},
	{
		id: 'errors.body',
		source: 'unknown',
		sentence: 'The body of a refusal is JSON with a message',
		check: async (live) => {
			const path = '/api/v1/visitor/{visitorId}';
			const { status, refusal } = await live.answerTo(
				ask('GET', path, { ids: { visitorId: NOBODY } }),
			);
			if (status < 400) return notTestable(`A visitor who does not exist is answered ${status}.`);
			return either(hasMessage(refusal), `${status}, ${shapeOfBody(refusal)}`);
		},
	},
	{
		id: 'segments.done',
		source: 'unknown',
		sentence: 'A segment that is ready says so with the status "completed"',
		check: async (live) => {
			const request = ask('GET', '/api/v1/segment', { query: { createdByApi: true } });
			const [segment] = objectsOf(await live.session.read(request));
			if (typeof segment?.id !== 'string') {
				return notTestable('No shared segment was made through the API.');
			}
			const ids = { segmentId: segment.id };
			const status = await live.session.read(
				ask('GET', '/api/v1/segment/{segmentId}/status', { ids }),
			);
			return either(isObject(status) && status.status === 'completed', shapeOf(status));
		},
	},
	undescribed('exclude-list', 'The exclude list', '/api/v1/blacklist'),
	undescribed('server-names', 'The list of server names', '/api/v1/servername'),
	undescribed('guide-order', 'The order of the guides', '/api/v1/guide/order'),
	undescribed('dependencies', 'The list of metadata dependencies', '/api/v1/metadata/dependencies'),
	undescribed('bulk-deletions', 'The list of bulk deletions', '/api/v1/bulkdelete'),
	{
		id: 'answers.feedback-options',
		source: 'unknown',
		sentence: 'The options of feedback are an object',
		check: async (live) => {
			const answer = await live.session.read(ask('GET', '/api/v1/feedback/options'));
			return either(isObject(answer), shapeOf(answer));
		},
	},
];

/** Rows are somebody's: what is around them is not. */
function shapeAround(answer: unknown): string {
	if (!isObject(answer)) return Array.isArray(answer) ? 'a bare list' : shapeOf(answer);
	const { results } = answer;
	return shapeOf({ ...answer, results: Array.isArray(results) ? [] : results }).replace(
		'empty list',
		'list',
	);
}

function hasMessage(body: string): boolean {
	let value: unknown;
	try {
		value = JSON.parse(body);
	} catch {
		return false;
	}
	return isObject(value) && typeof value.message === 'string';
}

async function unsetValue(live: Live): Promise<Finding> {
	const fields = (await fieldsOf(live.session, 'visitor')).filter(
		({ group }) => group === 'agent' || group === 'custom',
	);
	for (const { visitorId, metadata } of (await live.people()).rows) {
		const groups = isObject(metadata) ? metadata : {};
		const unset = fields.find(({ group, field }) => {
			const values = groups[group];
			return !isObject(values) || values[field] === undefined;
		});
		if (unset === undefined || typeof visitorId !== 'string' || visitorId === '') continue;
		const { group, field } = unset;
		const asked = ask('GET', VALUE, { ids: { group, visitorId, field } });
		const { status, start } = await live.answerTo(asked);
		const shown = status === 200 && /^\s*null/.test(start) ? '200, null' : String(status);
		return either(status === 404, shown);
	}
	return notTestable('Everybody who was looked at has a value in every field.');
}

function undescribed(id: string, what: string, path: string): Assumption {
	return {
		id: `answers.${id}`,
		source: 'unknown',
		sentence: `${what} is a list`,
		check: async (live) => {
			const answer = await live.session.read(ask('GET', path));
			return Array.isArray(answer) ? holds(shapeOf(answer)) : either(false, shapeOf(answer));
		},
	};
}
