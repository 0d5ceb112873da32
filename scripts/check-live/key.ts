import { verifyKey } from '../../core/pendo';
import { either, holds, notTestable, unreadable, type Assumption } from './assumption';
import { shapeOfBody } from './shape';

export const KEY: readonly Assumption[] = [
	{
		id: 'key.wrong',
		source: 'unknown',
		sentence: 'A key that is none is refused with 403 and an empty body, not with 401',
		check: async (live) => {
			const { status, refusal } = await live.answerTo(verifyKey, live.stranger());
			return either(status === 403 && refusal === '', `${status}, ${shapeOfBody(refusal)}`);
		},
	},
	{
		id: 'key.own-address',
		source: 'unknown',
		sentence: "The API answers at a customer's own address, too",
		check: async ({ region }) =>
			region === 'custom'
				? holds('the custom base URL verified the key')
				: notTestable('The check ran at an address of Pendo; set PENDO_BASE_URL to try another.'),
	},
	unreadable(
		'key.revoked',
		'inferred',
		'A revoked key is told by {"valid":false}, or refused as a wrong one',
		'The key of this check is valid.',
	),
	unreadable(
		'key.read-only',
		'unknown',
		'A key without write access is refused with 403 where it writes',
		'Only calls that read are made.',
	),
];
