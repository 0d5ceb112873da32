import { ask } from '../ask';
import { badInput } from '../bad-input';
import { givesRows, type Operation, type Row } from '../operation';
import { dateTime, howMany } from '../parameter';
import { objectsOf } from '../read-json';
import type { Session } from '../session';
import { take } from '../take';
import { deletionOf } from './subject-delete';
import { settingOf } from './subject-metadata';
import { readingOf } from './subject-read';
import { subjectOf } from './subject';

const PATH = '/api/v1/visitor/{visitorId}/history';
const DAY = 86_400_000;
/** Source: connector documentation; older days are refused. */
const DAYS_KEPT = 180;

const { own, idsOf, about } = subjectOf('visitor');

export const visitorOperations: readonly Operation[] = [
	...readingOf('visitor'),
	givesRows({
		resource: 'visitor',
		operation: 'history',
		name: 'Get History',
		action: 'Get the history of a visitor',
		description:
			'What one visitor did, event by event, in the last 180 days: pages, features, guides, track events. Without a time range, the last 24 hours.',
		method: 'GET',
		path: PATH,
		parameters: {
			...own,
			from: dateTime(
				'From',
				'The first moment, within the last 180 days. A day before To when empty.',
			),
			to: dateTime('To', 'The moment after the last. Now when empty.'),
			...howMany,
		},
		run: async (input, session) => {
			const now = session.host.timeOfDay();
			const to = Math.min(input.to ?? now, now);
			const from = input.from ?? to - DAY;
			if (from >= to) throw badInput('From is not before To', 'The time range has no length.');
			if (from < now - DAYS_KEPT * DAY) {
				throw badInput('From is too long ago', 'Pendo keeps the last 180 days.');
			}
			return take(historyOf(input, from, to, session), input);
		},
	}),
	...settingOf('visitor'),
	deletionOf('visitor'),
];

/** Pendo answers 24 hours at a time. */
async function* historyOf(
	input: object,
	from: number,
	to: number,
	session: Session,
): AsyncGenerator<Row> {
	for (let starttime = from; starttime < to; starttime += DAY) {
		const request = ask('GET', PATH, { ids: idsOf(input), query: { starttime } });
		const rows = objectsOf(await session.read(request, about(input)));
		const end = Math.min(starttime + DAY, to);
		for (const row of rows) if (!isBeyond(row, end)) yield row;
	}
}

/** Belongs to a later window, or to none. */
function isBeyond({ ts }: Row, end: number): boolean {
	return typeof ts === 'number' && ts >= end;
}
