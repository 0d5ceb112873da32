import { Failure } from '../failure';
import { badInput } from './bad-input';
import { readInput } from './input';
import type { Answer, Operation, Outcome, Planned, Row } from './operation';
import { objectOf } from './read-json';
import type { Session } from './session';

export type Given = Readonly<Record<string, unknown>>;

/**
 * Runs an operation with the parameters that were given for it.
 *
 * @throws Failure `bad-input` and `read-only-key` before anything is sent; any other afterwards
 */
export async function runOperation(
	operation: Operation,
	given: Given,
	session: Session,
): Promise<Answer> {
	const { work } = operation;
	if (!('one' in work)) {
		const [outcome] = await runTogether(operation, [given], session);
		if (outcome!.failure !== undefined) throw outcome!.failure;
		return { kind: 'object', value: outcome!.value };
	}
	const input = readInput(operation.parameters, given);
	if (needsWriteAccess(operation)) await session.needWriteAccess();
	return await work.one(input as never, session);
}

/**
 * Runs an operation whose `together` is true for many inputs, in as few calls as may be.
 * Each input has its outcome, in the same order; one that fails does not hinder the others.
 */
export async function runTogether(
	operation: Operation,
	givens: readonly Given[],
	session: Session,
): Promise<readonly Outcome[]> {
	const outcomes: (Outcome | undefined)[] = givens.map(() => undefined);
	const inputs: { place: number; input: Record<string, unknown> }[] = [];
	givens.forEach((given, place) => {
		let problem: unknown;
		try {
			inputs.push({ place, input: readInput(operation.parameters, given) });
		} catch (error) {
			problem = error;
		}
		if (problem !== undefined) outcomes[place] = failed(problem);
	});
	const good = inputs.map(({ input }) => input);
	const done = good.length === 0 ? [] : await outcomesOf(operation, good, session);
	done.forEach((outcome, index) => (outcomes[inputs[index]!.place] = outcome));
	return outcomes as Outcome[];
}

async function outcomesOf(
	operation: Operation,
	inputs: readonly Record<string, unknown>[],
	session: Session,
): Promise<readonly Outcome[]> {
	const { work } = operation;
	let problem: unknown;
	try {
		if ('plan' in work) return await destroy(operation, work, inputs, session);
		if (needsWriteAccess(operation)) await session.needWriteAccess();
		if ('many' in work) return await work.many(inputs as never, session);
		problem = new TypeError(`${operation.action}: takes one input at a time`);
	} catch (error) {
		problem = error;
	}
	return inputs.map(() => failed(problem));
}

function needsWriteAccess({ write, secret }: Operation): boolean {
	return write && secret === 'integrationKey';
}

async function destroy(
	operation: Operation,
	{ plan, done }: Extract<Operation['work'], { plan: unknown }>,
	inputs: readonly Record<string, unknown>[],
	session: Session,
): Promise<readonly Outcome[]> {
	const outcomes: Outcome[] = inputs.map(() => ({ value: {} }));
	const serious = inputs.map((_, place) => place).filter((place) => !inputs[place]!.dryRun);
	const rehearsed = inputs.map((_, place) => place).filter((place) => inputs[place]!.dryRun);
	for (const { request, serves } of planFor(plan, inputs, rehearsed)) {
		const { method, path, body } = request;
		const would = {
			method,
			path,
			...(body !== undefined && { body: JSON.parse(body) as unknown }),
		};
		for (const place of serves) addTo(outcomes, place, { dryRun: true }, 'requests', would);
	}
	const confirmed = serious.filter((place) => inputs[place]!.confirm === true);
	for (const place of serious) {
		if (inputs[place]!.confirm !== true) outcomes[place] = { failure: notConfirmed(operation) };
	}
	if (confirmed.length > 0) await session.needWriteAccess();
	for (const { request, serves, about } of planFor(plan, inputs, confirmed)) {
		let answer: Row = {};
		let problem: unknown;
		try {
			answer = objectOf(await session.write(request, about));
		} catch (error) {
			problem = error;
		}
		for (const place of serves) {
			if (problem !== undefined) outcomes[place] = failed(problem);
			else addTo(outcomes, place, { [done]: true }, 'answers', answer);
		}
	}
	return outcomes;
}

function planFor(
	plan: (inputs: never) => readonly Planned[],
	inputs: readonly Record<string, unknown>[],
	places: readonly number[],
): readonly Planned[] {
	if (places.length === 0) return [];
	const planned = plan(places.map((place) => inputs[place]!) as never);
	return planned.map((one) => ({ ...one, serves: one.serves.map((index) => places[index]!) }));
}

/** An input that several requests serve gets what came of each, once. */
function addTo(outcomes: Outcome[], place: number, head: Row, name: string, entry: unknown): void {
	const { value, failure } = outcomes[place]!;
	if (failure !== undefined) return;
	const entries = (value[name] as unknown[] | undefined) ?? [];
	outcomes[place] = { value: { ...head, [name]: [...entries, entry] } };
}

function notConfirmed({ action }: Operation): Failure {
	return badInput(
		`Not confirmed: ${action.charAt(0).toLowerCase()}${action.slice(1)}`,
		'This cannot be undone, so it wants a confirmation.',
		'Set Confirm to true, or Dry Run to see what would be sent. Nothing was sent to Pendo.',
	);
}

/** @throws what is no Failure: a defect passes through */
function failed(problem: unknown): Outcome {
	if (problem instanceof Failure) return { failure: problem };
	throw problem;
}
