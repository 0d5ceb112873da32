import { done } from '../answer';
import { asObject, asText } from '../refusal';
import type { Operation } from './operation';

const SECRETS: Record<string, readonly string[]> = {
	gcs: ['serviceAccount', 'secretKey'],
	s3: ['accessKeyId', 'secretAccessKey'],
	azure: ['clientId', 'clientSecret'],
};

export const DATA_SYNC: readonly Operation[] = Object.entries(SECRETS).map(([storage, names]) => ({
	method: 'PUT',
	path: `/api/v1/datasync/storageTypes/${storage}/destinations/Default/credentials`,
	writes: true,
	body: 'json',
	answer: ({ world, body }) => {
		for (const name of names) asText(asObject(body)[name], name);
		return done(world.variants);
	},
}));
