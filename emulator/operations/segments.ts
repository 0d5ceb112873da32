import { done, json, type Answer } from '../answer';
import { asIds, asObject, asText, isObject, Refusal, senseless } from '../refusal';
import type { Segment } from '../subscription/segments';
import type { Call, Operation } from './operation';

/** Of one PATCH. */
const MOST_PATCHED = 1000;
/** Nobody was seen to upload more at once. */
const MOST_UPLOADED = 1000;

export const SEGMENTS: readonly Operation[] = [
	{
		method: 'GET',
		path: '/api/v1/segment',
		answer: ({ world, query }) => {
			const onlyByApi = query.get('createdByApi') === 'true';
			const listed = world.subscription.segments
				.all()
				.filter(({ shared, createdByApi }) => shared && (createdByApi || !onlyByApi));
			return json(200, listed.map(shown), world.variants);
		},
	},
	{
		method: 'POST',
		path: '/api/v1/segment/upload',
		writes: true,
		body: 'json',
		answer: (call) => {
			const { world } = call;
			const wanted = asObject(call.body);
			const name = asText(wanted.name, 'name');
			const { id } = world.subscription.segments.create(name, visitorsOf(call), ...times(call));
			return json(200, { segmentId: id }, world.variants);
		},
	},
	{
		method: 'GET',
		path: '/api/v1/segment/{segmentId}',
		answer: (call) => json(200, shown(find(call)), call.world.variants),
	},
	{
		method: 'PUT',
		path: '/api/v1/segment/{segmentId}',
		writes: true,
		body: 'json',
		answer: (call) => {
			const { segments } = call.world.subscription;
			const { name, visitors } = asObject(call.body);
			const segment = segments.getOwn(find(call).id);
			const newName = name === undefined ? segment.name : asText(name, 'name');
			if (visitors !== undefined) segments.upload(segment.id, visitorsOf(call), ...times(call));
			segment.name = newName;
			return json(200, { segmentId: segment.id }, call.world.variants);
		},
	},
	{
		method: 'DELETE',
		path: '/api/v1/segment/{segmentId}',
		writes: true,
		answer: (call) => {
			call.world.subscription.segments.delete(find(call).id);
			return done(call.world.variants);
		},
	},
	{
		method: 'GET',
		path: '/api/v1/segment/{segmentId}/status',
		answer: (call) => {
			const { id, pending } = find(call);
			const status = pending ? 'processing' : call.world.variants.jobDone;
			return json(200, { segmentId: id, status }, call.world.variants);
		},
	},
	{
		method: 'PUT',
		path: '/api/v1/segment/{segmentId}/visitor/{visitorId}',
		writes: true,
		answer: (call) => change(call, (visitors, id) => visitors.add(id)),
	},
	{
		method: 'DELETE',
		path: '/api/v1/segment/{segmentId}/visitor/{visitorId}',
		writes: true,
		answer: (call) => change(call, (visitors, id) => visitors.delete(id)),
	},
	{
		method: 'PATCH',
		path: '/api/v1/segment/{segmentId}/visitor',
		writes: true,
		body: 'json',
		answer: patch,
	},
];

function find({ world, parameters }: Call): Segment {
	return world.subscription.segments.get(parameters.segmentId ?? '');
}

function visitorsOf({ world, body }: Call): string[] {
	const visitors = asIds(asObject(body).visitors, 'visitors');
	if (world.variants.bulkSize === 'limited' && visitors.length > MOST_UPLOADED)
		throw senseless(`at most ${MOST_UPLOADED} visitors at once`);
	return visitors;
}

function times({ world }: Call): [now: number, readyAt: number] {
	const now = world.now();
	return [now, now + world.delays.segmentReadyAfter];
}

function change(call: Call, how: (visitors: Set<string>, id: string) => unknown): Answer {
	const { world, parameters } = call;
	const id = parameters.visitorId ?? '';
	world.subscription.segments.change(find(call).id, (visitors) => how(visitors, id), world.now());
	return done(world.variants);
}

/** One status for each of the operations: some may fail while others are done. */
function patch(call: Call): Answer {
	const { world } = call;
	const { id } = world.subscription.segments.getOwn(find(call).id);
	const operations = asObject(call.body).patch;
	if (!Array.isArray(operations) || operations.length === 0)
		throw new Refusal(400, 'patch must be a list of operations');
	const count = operations.reduce<number>(
		(sum, operation: unknown) =>
			sum + (isObject(operation) && Array.isArray(operation.value) ? operation.value.length : 0),
		0,
	);
	if (count > MOST_PATCHED) throw senseless(`at most ${MOST_PATCHED} visitors at once`);
	const multistatus = operations.map((operation: unknown) => patchOne(call, id, operation));
	const { multistatus: shape } = world.variants;
	if (shape === 'array') return json(200, multistatus, world.variants);
	return json(Number(shape), { multistatus }, world.variants);
}

function patchOne({ world }: Call, segmentId: string, operation: unknown): object {
	const { op, path, value } = isObject(operation) ? operation : ({} as Record<string, unknown>);
	try {
		if (op !== 'add' && op !== 'remove') throw new Refusal(400, 'op must be add or remove');
		if (path !== '/visitors') throw new Refusal(400, 'path must be /visitors');
		const ids = asIds(value, 'value');
		const apply = (visitors: Set<string>) => {
			for (const id of ids)
				if (op === 'add') visitors.add(id);
				else visitors.delete(id);
		};
		world.subscription.segments.change(segmentId, apply, world.now());
		return { operation: op, status: 200, message: 'OK' };
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		return { operation: op ?? null, status: error.status, message: error.message };
	}
}

function shown(segment: Segment): object {
	const { id, name, shared, createdByApi, createdAt, lastUpdatedAt, pipeline } = segment;
	return {
		id,
		name,
		kind: 'Segment',
		rootVersionId: id,
		shared,
		createdByApi,
		createdAt,
		lastUpdatedAt,
		createdByUser: { id: '', username: '', first: '', last: '', role: 0, userType: '' },
		definition: createdByApi ? { type: 'upload' } : { type: 'rules' },
		pipeline,
	};
}
