import { json } from '../answer';
import type { Operation } from './operation';

export const TOKEN: readonly Operation[] = [
	{
		method: 'GET',
		path: '/api/v1/token/verify',
		kind: 'verify',
		answer: ({ world, writeAccess }) => json(200, { valid: true, writeAccess }, world.variants),
	},
];
