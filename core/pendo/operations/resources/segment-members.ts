import { Failure } from '../../failure';
import { ask } from '../ask';
import { quoted } from '../bad-input';
import { inBatches } from '../batches';
import { writes, writesMany, type Operation, type Outcome, type Row } from '../operation';
import { id } from '../parameter';
import { isObject } from '../read-json';
import type { Session } from '../session';
import { about, ownSegmentId, SEGMENT, visitorIds } from './segment-words';

const VISITOR = `${SEGMENT}/visitor/{visitorId}`;
const VISITORS = `${SEGMENT}/visitor`;

/** Source: Twilio Segment's public integration with Pendo audiences. */
const MOST_PATCHED = 1_000;

const visitorId = id('Visitor ID', "The visitor's id in Pendo.", { example: 'u-1001' });

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

/** Nobody has described a status within the answer: a number, a number with words, or a word. */
const FAILED = /^[45]\d\d\b|fail|error|refused|rejected/i;

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
		const answer = await session.write(request, about(segmentId));
		const parts = isObject(answer) ? answer.multistatus : answer;
		const bad = (Array.isArray(parts) ? parts : [])
			.map((part: unknown): Row => (isObject(part) ? part : { status: part }))
			.find(({ status }) => FAILED.test(String(status)));
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

export const segmentMemberOperations: readonly Operation[] = [
	patching('add'),
	patching('remove'),
	membership('PUT'),
	membership('DELETE'),
];
