import { isObject, senseless, type JsonObject } from '../refusal';
import type { EventKind, Happening, Span } from '../subscription/events';
import { isAnonymous, lastVisitOf } from '../subscription/subjects';
import type { Subscription } from '../subscription/subscription';
import { shownMetadata } from '../subscription/shown';
import { parseExpression, type Moment, type Row } from './expression';

type Things = (subscription: Subscription, options: JsonObject) => Row[];

const THINGS: Record<string, Things> = {
	visitors: ({ directory }, options) =>
		directory
			.all('visitor')
			.filter(({ metadata }) => metadata.pendo?.donotprocess !== true)
			.filter(({ id }) => options.identified !== true || !isAnonymous(id))
			.filter((visitor) => visitedWithin(lastVisitOf(visitor), options))
			.map((visitor) => ({ visitorId: visitor.id, metadata: shownMetadata(visitor) })),
	accounts: ({ directory }, options) =>
		directory
			.all('account')
			.filter((account) => visitedWithin(lastVisitOf(account), options))
			.map((account) => ({ accountId: account.id, metadata: shownMetadata(account) })),
	doNotProcessVisitors: ({ directory }) =>
		directory
			.all('visitor')
			.filter(({ metadata }) => metadata.pendo?.donotprocess === true)
			.map(({ id }) => ({ visitorId: id })),
	pages: ({ pages }) => pages,
	features: ({ features }) => features,
	trackTypes: ({ trackTypes }) => trackTypes,
	guides: ({ guides }) => guides.all(),
};

interface EventSource {
	kinds: readonly EventKind[];
	/** What its rows call the thing that was used. */
	idField?: string;
	/** One row for each event, rather than for each period. */
	raw?: boolean;
}

const EVENTS: Record<string, EventSource> = {
	events: { kinds: ['page', 'feature', 'track'] },
	pageEvents: { kinds: ['page'], idField: 'pageId' },
	featureEvents: { kinds: ['feature'], idField: 'featureId' },
	trackEvents: { kinds: ['track'], idField: 'trackTypeId' },
	guideEvents: { kinds: ['guide'], idField: 'guideId', raw: true },
	pollEvents: { kinds: ['poll'], idField: 'guideId', raw: true },
	singleEvents: { kinds: ['page', 'feature', 'track'], idField: 'typeId', raw: true },
};

const PERIODS: Record<string, [field: string, length: number]> = {
	dayRange: ['day', 86_400_000],
	hourRange: ['hour', 3_600_000],
};

/** The rows that a pipeline begins with. */
export function sourceRows(source: unknown, subscription: Subscription, moment: Moment): Row[] {
	if (!isObject(source)) throw senseless('source must be an object');
	const { timeSeries, ...named } = source;
	const [[name, value] = ['', null], ...more] = Object.entries(named);
	if (more.length > 0) throw senseless('a source has one name');
	const options = isObject(value) ? value : {};
	if (Object.hasOwn(THINGS, name)) return (THINGS[name] as Things)(subscription, options);
	if (!Object.hasOwn(EVENTS, name)) throw senseless(`unknown source ${name}`);
	return eventRows(EVENTS[name] as EventSource, options, timeSeries, subscription, moment);
}

function eventRows(
	source: EventSource,
	options: JsonObject,
	timeSeries: unknown,
	{ events }: Subscription,
	moment: Moment,
): Row[] {
	if (!isObject(timeSeries)) throw senseless('this source needs a timeSeries');
	const period = PERIODS[String(timeSeries.period)];
	if (!period) throw senseless(`period must be one of ${Object.keys(PERIODS).join(', ')}`);
	const span = spanOf(timeSeries, period[1], moment);
	const wanted = source.idField === undefined ? undefined : options[source.idField];
	const rows = new Map<string, Row>();
	const raw: Row[] = [];
	for (const event of events.within(span)) {
		if (!source.kinds.includes(event.kind)) continue;
		if (wanted !== undefined && event.id !== wanted) continue;
		if (options.pollId !== undefined && event.pollId !== options.pollId) continue;
		if (source.raw) raw.push(rawRow(source, event));
		else count(rows, source, event, period);
	}
	return source.raw ? raw : [...rows.values()];
}

function count(
	rows: Map<string, Row>,
	{ idField }: EventSource,
	{ visitorId, accountId, appId, id, time }: Happening,
	[periodField, length]: [string, number],
): void {
	const start = Math.floor(time / length) * length;
	const key = JSON.stringify([visitorId, accountId, appId, idField && id, start]);
	const row = rows.get(key);
	if (row) {
		row.numEvents = Number(row.numEvents) + 1;
		row.numMinutes = Number(row.numMinutes) + 1;
		return;
	}
	rows.set(key, {
		visitorId,
		accountId,
		appId,
		...(idField ? { [idField]: id } : {}),
		[periodField]: start,
		numEvents: 1,
		numMinutes: 1,
	});
}

const RAW_TYPES: Record<EventKind, string> = {
	page: 'page',
	feature: 'feature',
	track: 'track',
	guide: 'guideSeen',
	poll: 'pollResponse',
};

function rawRow({ idField }: EventSource, event: Happening): Row {
	const { kind, visitorId, accountId, appId, id, time, pollId, pollResponse, properties } = event;
	return {
		type: RAW_TYPES[kind],
		visitorId,
		accountId,
		appId,
		[idField as string]: id,
		browserTime: time,
		...(kind === 'guide' ? { guideStepId: `${id}-step-1` } : {}),
		...(pollId === undefined ? {} : { pollId, pollResponse }),
		...(properties === undefined ? {} : { properties }),
	};
}

/** first and count, or first and last; a negative count goes back from first, whose own period counts. */
function spanOf(timeSeries: JsonObject, length: number, moment: Moment): Span {
	const first = start(timeSeries.first, length, moment);
	if (timeSeries.count !== undefined) {
		const count = timeSeries.count;
		if (!Number.isInteger(count) || count === 0) throw senseless('count must be a whole number');
		const other = first + Number(count) * length;
		const span =
			Number(count) > 0 ? { from: first, to: other } : { from: other + length, to: first + length };
		return { from: span.from, to: Math.min(span.to, moment.now + 1) };
	}
	const last = start(timeSeries.last, length, moment);
	return { from: first, to: Math.min(last + length, moment.now + 1) };
}

function start(value: unknown, length: number, moment: Moment): number {
	const time = typeof value === 'number' ? value : parseExpression(value, moment)({});
	if (typeof time !== 'number' || !Number.isFinite(time))
		throw senseless('first and last must be times');
	return Math.floor(time / length) * length;
}

function visitedWithin(lastVisit: number, { startTime, endTime }: JsonObject): boolean {
	if (typeof startTime === 'number' && lastVisit < startTime) return false;
	return typeof endTime !== 'number' || lastVisit <= endTime;
}
