import { AGGREGATION, aggregate, literal, type Pipeline } from '../aggregate';
import { ask } from '../ask';
import { badInput } from '../bad-input';
import { givesRows, type Operation, type Row } from '../operation';
import { howMany, json, number, text } from '../parameter';
import { isObject, objectsOf } from '../read-json';
import type { Session } from '../session';
import { take } from '../take';
import { timeRange, timeSeriesOf } from '../time-range';

const most = number('Limit', 'Max number of results to return.', {
	default: 50,
	least: 1,
	most: 100_000,
});

const PAGES = { method: 'GET', path: '/api/v1/page' } as const;
const EVERY_APP = 'expandAppIds("*")';

export const aggregationOperations: readonly Operation[] = [
	givesRows({
		resource: 'aggregation',
		operation: 'run',
		name: 'Run',
		action: 'Run an aggregation pipeline',
		description:
			'Asks any question of the Pendo data by a pipeline of the aggregation API. The first step has a source. Prefer the ready-made questions of this resource where one fits.',
		...AGGREGATION,
		parameters: {
			pipeline: json(
				'Pipeline',
				'The steps, as a JSON list: [{"source":{"visitors":null}}, ...].',
				{
					required: true,
					long: true,
					example: [{ source: { visitors: null } }, { limit: 10 }],
				},
			),
			...howMany,
		},
		run: async ({ pipeline, ...howMuch }, session) =>
			take(aggregate(session, readPipeline(pipeline)), howMuch),
	}),
	givesRows({
		resource: 'aggregation',
		operation: 'activeVisitors',
		name: 'Active Visitors',
		action: 'List the most active visitors',
		description:
			'Who used the product in a period, with the number of events and minutes of each, the most active first. Anonymous visitors are left out.',
		...AGGREGATION,
		parameters: { ...timeRange, limit: most },
		run: async ({ limit, ...range }, session) =>
			aggregate(session, [
				usage('events', null, range),
				{ identified: 'visitorId' },
				...ranked('visitorId', limit),
			]),
	}),
	givesRows({
		resource: 'aggregation',
		operation: 'topPages',
		name: 'Top Pages',
		action: 'List the most used pages',
		description:
			'Which tagged pages were used most in a period, with their names and the number of events and minutes of each.',
		...AGGREGATION,
		also: [PAGES],
		parameters: { ...timeRange, limit: most },
		run: async ({ limit, ...range }, session) => {
			const rows = aggregate(session, [
				usage('pageEvents', null, range),
				...ranked('pageId', limit),
			]);
			return withPageNames(rows, session);
		},
	}),
	givesRows({
		resource: 'aggregation',
		operation: 'featureAdopters',
		name: 'Feature Adopters',
		action: 'List who used a feature',
		description:
			'Which visitors used one feature in a period and how often, the heaviest users first. Feature: Get Many finds the id of a feature.',
		...AGGREGATION,
		parameters: {
			featureId: text('Feature', 'The feature.', {
				required: true,
				isId: true,
				lookup: 'feature',
				example: 'aB3xY',
			}),
			...timeRange,
			limit: most,
		},
		run: async ({ featureId, limit, ...range }, session) =>
			aggregate(session, [
				usage('featureEvents', { featureId }, range),
				{ identified: 'visitorId' },
				...ranked('visitorId', limit),
			]),
	}),
	givesRows({
		resource: 'aggregation',
		operation: 'npsAnswers',
		name: 'NPS Answers',
		action: 'List answers to an NPS survey or another poll',
		description:
			'The answers that visitors gave to the polls of a guide in a period: who, when and what. An NPS survey is a guide with two polls, the score and the comment.',
		...AGGREGATION,
		parameters: {
			guideId: text('Guide', 'The guide that holds the survey.', {
				required: true,
				isId: true,
				lookup: 'guide',
				example: 'gU1de',
			}),
			pollId: text('Poll ID', 'Only answers to this poll of the guide.', {
				isId: true,
				rare: true,
			}),
			...timeRange,
			limit: most,
		},
		run: async ({ guideId, pollId, limit, ...range }, session) =>
			aggregate(session, [
				{ source: { pollEvents: null, timeSeries: timeSeriesOf(range) } },
				{ filter: `guideId == ${literal(guideId)}` },
				...(pollId === undefined ? [] : [{ filter: `pollId == ${literal(pollId)}` }]),
				{ sort: ['-browserTime'] },
				{ limit },
			]),
	}),
];

function usage(
	source: string,
	of: Readonly<Record<string, unknown>> | null,
	range: Parameters<typeof timeSeriesOf>[0],
): Row {
	// Only the app that was made first counts otherwise.
	const value = { ...of, appId: EVERY_APP };
	return { source: { [source]: value, timeSeries: timeSeriesOf(range) } };
}

/** Events and minutes of each, the most first. */
function ranked(idName: string, limit: number): Pipeline {
	return [
		{
			group: {
				group: [idName],
				fields: [{ events: { sum: 'numEvents' } }, { minutes: { sum: 'numMinutes' } }],
			},
		},
		{ sort: ['-events'] },
		{ limit },
	];
}

async function* withPageNames(rows: AsyncIterable<Row>, session: Session): AsyncGenerator<Row> {
	let names: ReadonlyMap<unknown, unknown> | undefined;
	for await (const row of rows) {
		names ??= await pageNames(session);
		yield { ...row, pageName: names.get(row.pageId) ?? null };
	}
}

async function pageNames(session: Session): Promise<ReadonlyMap<unknown, unknown>> {
	const request = ask(PAGES.method, PAGES.path, { query: { expand: '*' } });
	const pages = objectsOf(await session.readOnce(request, 'the list of pages'));
	return new Map(pages.map(({ id, name }) => [id, name]));
}

/** A list of steps, or a whole request that holds one. */
function readPipeline(given: unknown): Pipeline {
	const request = isObject(given) && isObject(given.request) ? given.request : given;
	const steps = isObject(request) && 'pipeline' in request ? request.pipeline : request;
	if (!Array.isArray(steps) || !steps.every(isObject)) {
		throw badInput(
			'The pipeline is not a list of steps',
			'It looks like [{"source":{"visitors":null}}, {"limit":10}].',
		);
	}
	if (!isObject(steps[0]) || !isObject(steps[0].source)) {
		throw badInput(
			'The pipeline does not begin with a source',
			'The first step names the data, as {"source":{"visitors":null}}.',
		);
	}
	return steps as Pipeline;
}
