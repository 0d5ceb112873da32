import { empty } from '../answer';
import { asObject, Refusal } from '../refusal';
import { trackedEvent } from '../subscription/tracked';
import type { Operation } from './operation';

/** These stand on the data host, which this server plays too. */
export const TRACK: readonly Operation[] = [
	{
		method: 'POST',
		path: '/data/track',
		opensBySecret: true,
		body: 'json',
		answer: ({ world, body }) => {
			const { subscription } = world;
			const names = new Set(subscription.trackTypes.map(({ name }) => name));
			subscription.track(trackedEvent(body, world.now(), names));
			return empty(200);
		},
	},
	{
		method: 'POST',
		path: '/data/agentic',
		opensBySecret: true,
		body: 'json',
		answer: ({ body }) => {
			if (typeof asObject(body).type !== 'string') throw new Refusal(400, 'type must be text');
			return empty(200);
		},
	},
];
