import { done, json } from '../answer';
import { asIds, asObject, senseless } from '../refusal';
import type { Operation } from './operation';

const OPTIONS = {
	importance: [-1, 0, 1, 2, 3],
	labels: [{ name: 'Admin', category: 'Role' }, { name: 'label' }],
	productAreas: [{ id: '_PENDO_DEFAULTGROUP_00_', name: 'Unassigned' }],
	apps: [{ id: -323232, name: 'Default app' }],
};

export const FEEDBACK: readonly Operation[] = [
	{
		method: 'GET',
		path: '/api/v1/feedback/options',
		answer: ({ world }) => json(200, OPTIONS, world.variants),
	},
	{
		method: 'POST',
		path: '/api/v1/feedback',
		writes: true,
		body: 'json',
		answer: ({ world, body }) =>
			json(200, world.subscription.feedback.create(asObject(body), world.now()), world.variants),
	},
	{
		method: 'PATCH',
		path: '/api/v1/feedback/{feedbackId}',
		writes: true,
		body: 'json',
		answer: ({ world, parameters, body }) => {
			const changes = asObject(body);
			const item = world.subscription.feedback.update(parameters.feedbackId ?? '', changes);
			return json(200, item, world.variants);
		},
	},
	{
		method: 'DELETE',
		path: '/api/v1/feedback',
		writes: true,
		body: 'json',
		answer: ({ world, body }) => {
			const ids = asIds(asObject(body).ids, 'ids');
			if (ids.length === 0) throw senseless('ids must not be empty');
			world.subscription.feedback.delete(ids);
			return done(world.variants);
		},
	},
];
