import { json, type Answer } from '../answer';
import { asIds, asObject, senseless } from '../refusal';
import type { SubjectKind } from '../subscription/subjects';
import type { Deletion } from '../subscription/subscription';
import type { Job } from '../subscription/jobs';
import type { World } from '../world';
import type { Call, Operation } from './operation';

/** Nobody was seen to send more at once. */
const MOST_AT_ONCE = 500;

export const BULK_DELETIONS: readonly Operation[] = [
	{
		method: 'POST',
		path: '/api/v1/bulkdelete/visitor',
		writes: true,
		body: 'json',
		answer: (call) => start(call, 'visitor'),
	},
	{
		method: 'POST',
		path: '/api/v1/bulkdelete/account',
		writes: true,
		body: 'json',
		answer: (call) => start(call, 'account'),
	},
	{
		method: 'GET',
		path: '/api/v1/bulkdelete',
		answer: ({ world }) => {
			const outstanding = world.subscription.deletions
				.all()
				.filter(({ doneAt }) => doneAt > world.now());
			return json(
				200,
				outstanding.map((job) => shown(job, world)),
				world.variants,
			);
		},
	},
	{
		method: 'GET',
		path: '/api/v1/bulkdelete/{id}',
		answer: ({ world, parameters }) =>
			json(
				200,
				shown(world.subscription.deletions.get(parameters.id ?? ''), world),
				world.variants,
			),
	},
];

function start({ world, body }: Call, kind: SubjectKind): Answer {
	const ids = asIds(asObject(body)[`${kind}s`], `${kind}s`);
	if (ids.length === 0) throw senseless(`${kind}s must not be empty`);
	if (world.variants.bulkSize === 'limited' && ids.length > MOST_AT_ONCE)
		throw senseless(`at most ${MOST_AT_ONCE} ${kind}s at once`);
	const { deletions } = world.subscription;
	const { id } = deletions.start({ kind, ids }, world.now(), world.delays.deletionReadyAfter);
	return json(200, { id }, world.variants);
}

function shown({ id, startedAt, doneAt, facts }: Job<Deletion>, world: World): object {
	const status = doneAt > world.now() ? 'processing' : world.variants.jobDone;
	return { id, kind: facts.kind, status, createdAt: startedAt, count: facts.ids.length };
}
