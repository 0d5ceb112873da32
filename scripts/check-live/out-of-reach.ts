import { unreadable, type Assumption } from './assumption';

const WRITES = 'Only calls that read are made.';

/** What this project also takes for granted, and reading cannot settle. */
export const OUT_OF_REACH: readonly Assumption[] = [
	unreadable('writes.answer', 'unknown', 'A write that worked answers with an empty body', WRITES),
	unreadable(
		'writes.bulk-outcome',
		'unknown',
		'Setting many values tells who was missing and which values were refused',
		WRITES,
	),
	unreadable(
		'writes.unknown-field',
		'unknown',
		'A value for a field that does not exist is refused',
		WRITES,
	),
	unreadable(
		'writes.bulk-size',
		'unknown',
		'Bulk calls take 1,000 values, 500 deletions and 1,000 visitors of a segment',
		WRITES,
	),
	unreadable(
		'writes.multistatus',
		'unknown',
		'A change of a segment answers 200 with a list of statuses under multistatus',
		WRITES,
	),
	unreadable(
		'jobs.id',
		'unknown',
		'An export of a segment names its job jobId',
		'An export would start a job in Pendo.',
	),
	unreadable(
		'reports.today',
		'unknown',
		'The days of a report are those of the time zone of the subscription',
		'No answer tells the time zone.',
	),
	unreadable(
		'links.visitor',
		'inferred',
		'The page of a visitor has an address by its id, as that of an account has',
		'Pages want a sign-in, and the key is sent to the API alone.',
	),
	unreadable(
		'links.report',
		'unknown',
		'The page of a report has an address by its id',
		'Pages want a sign-in, and the key is sent to the API alone.',
	),
	unreadable(
		'zapier.once',
		'unknown',
		"Who leaves a report and comes back starts a Zap of Pendo's own app again",
		'No call tells how another product works.',
	),
];
