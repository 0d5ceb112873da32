import { Failure } from './failure';

/** What an integration key may do. */
export interface KeyRights {
	readonly writeAccess: boolean;
}

/**
 * Reads the answer of `GET /api/v1/token/verify`: `{"valid":true,"writeAccess":false}`.
 * Source: Engage API documentation.
 *
 * @throws Failure `key-refused` when the key is not valid, `unexpected-answer` when this is no such answer
 */
export function readKeyRights(text: string): KeyRights {
	let answer: unknown;
	try {
		answer = JSON.parse(text);
	} catch {
		answer = undefined;
	}
	const { valid, writeAccess } = Object(answer) as { valid?: unknown; writeAccess?: unknown };
	if (valid === false) {
		throw new Failure('key-refused', {
			what: 'Pendo says that this integration key is not valid any more',
			why: 'It was deleted or switched off in Pendo.',
			next: 'Make a new key in Pendo > Settings > Integrations > Integration Keys and paste it here.',
		});
	}
	if (valid !== true) {
		throw new Failure('unexpected-answer', {
			what: 'The address answered, but not as Pendo does',
			why: 'A proxy, a sign-in page or another site stands there.',
			next: 'Choose the region in which you sign in to Pendo, or correct the base URL.',
		});
	}
	return { writeAccess: writeAccess === true };
}
