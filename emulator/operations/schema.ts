import { done, json } from '../answer';
import { unknown } from '../refusal';
import { KINDS } from '../subscription/schema';
import type { Call, Operation } from './operation';

export const SCHEMA: readonly Operation[] = [
	{
		method: 'GET',
		path: '/api/v1/metadata/schema/{kind}',
		answer: ({ world, parameters }) =>
			json(200, world.subscription.schema.groups(parameters.kind ?? ''), world.variants),
	},
	{
		method: 'POST',
		path: '/api/v1/metadata/schema/{kind}/{group}',
		writes: true,
		body: 'json',
		answer: ({ world, parameters: { kind = '', group = '' }, body }) => {
			world.subscription.schema.create(kind, group, body);
			return done(world.variants);
		},
	},
	{
		method: 'DELETE',
		path: '/api/v1/metadata/schema/{kind}/{group}/{field}',
		writes: true,
		answer: ({ world, parameters: { kind = '', group = '', field = '' } }) => {
			world.subscription.schema.delete(kind, group, field);
			return done(world.variants);
		},
	},
	{
		method: 'GET',
		path: '/api/v1/metadata/dependencies',
		answer: (call) => {
			const fields = KINDS.flatMap((kind) =>
				Object.entries(call.world.subscription.schema.groups(kind)).flatMap(([group, names]) =>
					Object.keys(names).map((field) => dependencies(call, kind, group, field)),
				),
			);
			const used = fields.filter(({ segments }) => segments.length > 0);
			return json(200, used, call.world.variants);
		},
	},
	{
		method: 'GET',
		path: '/api/v1/metadata/dependencies/{kind}/{group}/{field}',
		answer: (call) => {
			const { kind = '', group = '', field = '' } = call.parameters;
			if (!call.world.subscription.schema.field(kind, group, field)) throw unknown('field');
			return json(200, dependencies(call, kind, group, field), call.world.variants);
		},
	},
];

/** Which segments ask for a field. */
function dependencies({ world }: Call, kind: string, group: string, field: string) {
	const asking = world.subscription.segments
		.all()
		.filter(({ pipeline }) => JSON.stringify(pipeline).includes(`metadata.${group}.${field}`));
	const segments = kind === 'visitor' ? asking.map(({ id, name }) => ({ id, name })) : [];
	return { kind, group, field, segments };
}
