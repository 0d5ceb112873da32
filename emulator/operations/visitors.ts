import { json, type Answer } from '../answer';
import { senseless, unknown } from '../refusal';
import { DAY, type EventKind, type Happening } from '../subscription/events';
import { shownAccount, shownVisitor } from '../subscription/shown';
import type { Subject, SubjectKind } from '../subscription/subjects';
import type { Call, Operation } from './operation';

/** How far back a history goes. */
const LONGEST_HISTORY = 180 * DAY;

export const VISITORS: readonly Operation[] = [
	{
		method: 'GET',
		path: '/api/v1/visitor/{visitorId}',
		answer: (call) => json(200, shownVisitor(subject(call, 'visitor')), call.world.variants),
	},
	{ method: 'GET', path: '/api/v1/visitor/{visitorId}/history', answer: history },
	{
		method: 'GET',
		path: '/api/v1/account/{accountId}',
		answer: (call) => json(200, shownAccount(subject(call, 'account')), call.world.variants),
	},
];

function subject({ world, parameters }: Call, kind: SubjectKind): Subject {
	const found = world.subscription.directory.find(kind, parameters[`${kind}Id`] ?? '');
	if (!found) throw unknown(kind);
	return found;
}

/** What the visitor did in the 24 hours from starttime on. */
function history(call: Call): Answer {
	const { world, query } = call;
	const visitor = subject(call, 'visitor');
	const given = query.get('starttime') ?? '';
	if (!/^\d{1,15}$/.test(given)) throw senseless('starttime must be milliseconds since 1970');
	const from = Number(given);
	const now = world.now();
	if (now - from > LONGEST_HISTORY) throw senseless('starttime is more than 180 days ago');
	const span = { from, to: Math.min(from + DAY, now + 1) };
	const events = [...world.subscription.events.of(visitor, span)];
	events.sort((left, right) => left.time - right.time);
	return json(200, events.map(historyRow), world.variants);
}

const ID_FIELDS: Record<EventKind, string> = {
	page: 'pageId',
	feature: 'featureId',
	track: 'trackTypeId',
	guide: 'guideId',
	poll: 'guideId',
};

function historyRow({ kind, time, id, pollId, pollResponse }: Happening): object {
	return {
		type: kind,
		ts: time,
		lastTs: time,
		[ID_FIELDS[kind]]: id,
		...(pollId === undefined ? {} : { pollId, pollResponse }),
	};
}
