import { isObject, senseless } from '../refusal';
import type { Subscription } from '../subscription/subscription';
import type { Row } from './expression';
import { sourceRows } from './sources';
import { runStage } from './stages';

/** The rows that a pipeline ends with; refuses in words a step that it does not know. */
export function runPipeline(pipeline: unknown, subscription: Subscription, now: number): Row[] {
	if (!Array.isArray(pipeline) || pipeline.length === 0)
		throw senseless('pipeline must be a list of steps');
	const steps = pipeline.map((step: unknown) => {
		const [entry, ...more] = isObject(step) ? Object.entries(step) : [];
		if (!entry || more.length > 0) throw senseless('each step must be an object with one name');
		return entry;
	});
	const [[name, source] = ['', undefined], ...rest] = steps;
	if (name !== 'source') throw senseless('the first step must be source');
	const members = (id: string) => membersOf(id, subscription, now);
	const surroundings = { subscription, now, members };
	return rest.reduce<Row[]>(
		(rows, [stage, value]) => runStage(rows, stage, value, surroundings),
		sourceRows(source, subscription, surroundings),
	);
}

/** The ids of who is in a segment now. */
export function membersOf(
	id: string,
	subscription: Subscription,
	now: number,
): ReadonlySet<string> {
	const { pipeline, visitors, createdByApi } = subscription.segments.get(id);
	if (createdByApi) return visitors;
	const rows = runPipeline(pipeline, subscription, now);
	return new Set(rows.map(({ visitorId }) => String(visitorId)));
}
