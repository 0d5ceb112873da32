import { readKeyRights } from '../../key-rights';
import { verifyKey } from '../../requests';
import { givesObject, type Operation } from '../operation';

export const keyOperations: readonly Operation[] = [
	givesObject({
		resource: 'key',
		operation: 'verify',
		name: 'Verify',
		action: 'Verify the integration key',
		description: 'Tells whether the integration key is valid and whether it may write.',
		method: verifyKey.method,
		path: verifyKey.path,
		parameters: {},
		run: async (_, session) => {
			const rights = readKeyRights(JSON.stringify((await session.read(verifyKey)) ?? null));
			return { valid: true, ...rights };
		},
	}),
];
