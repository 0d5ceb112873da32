import { done, json, type Answer } from '../answer';
import { isObject, Refusal, senseless, unknown, type JsonObject } from '../refusal';
import { OWN_GROUPS, takes } from '../subscription/schema';
import { setValue, valueOf, type Subject, type SubjectKind } from '../subscription/subjects';
import type { World } from '../world';
import type { Call, Operation } from './operation';

/** Nobody was seen to send more at once. */
const MOST_AT_ONCE = 1000;

export const VALUES: readonly Operation[] = [
	{
		method: 'PUT',
		path: '/api/v1/metadata/{kind}/pendo/value/{subjectId}/donotprocess',
		writes: true,
		body: 'json',
		answer: (call) => optOut(call, 'donotprocess'),
	},
	{
		method: 'PUT',
		path: '/api/v1/metadata/{kind}/pendo/value/{subjectId}/blacklistguides',
		writes: true,
		body: 'json',
		answer: (call) => optOut(call, 'blacklistguides'),
	},
	{
		method: 'GET',
		path: '/api/v1/metadata/{kind}/{group}/value/{subjectId}/{field}',
		answer: getOne,
	},
	{
		method: 'PUT',
		path: '/api/v1/metadata/{kind}/{group}/value/{subjectId}/{field}',
		writes: true,
		body: 'json',
		answer: setOne,
	},
	{
		method: 'POST',
		path: '/api/v1/metadata/{kind}/{group}/value',
		writes: true,
		body: 'json',
		answer: setMany,
	},
];

function optOut(call: Call, field: string): Answer {
	const subject = subjectOf(call);
	if (typeof call.body !== 'boolean') throw senseless('the body must be true or false');
	setValue(subject, 'pendo', field, call.body);
	return done(call.world.variants);
}

function getOne(call: Call): Answer {
	const { world, parameters } = call;
	const { kind = '', group = '', field = '' } = parameters;
	const subject = subjectOf(call);
	if (!world.subscription.schema.field(kind, group, field)) throw unknown('field');
	const value = valueOf(subject, group, field);
	if (value === undefined && world.variants.unsetValue === '404') throw unknown('value');
	return json(200, value ?? null, world.variants);
}

function setOne(call: Call): Answer {
	const { world, parameters, body } = call;
	const { kind = '', group = '', field = '' } = parameters;
	ownGroup(group);
	const subject = subjectOf(call);
	const definition = world.subscription.schema.field(kind, group, field);
	if (!definition) throw senseless(`no field is called ${field}`);
	if (body === null || isObject(body) || !takes(definition, body))
		throw senseless(`${field} takes a ${definition.Type || 'single value'}`);
	setValue(subject, group, field, body);
	return done(world.variants);
}

interface Outcome {
	total: number;
	updated: number;
	failed: number;
	missing: string[];
	errors: string[];
}

/** Answers 200 whatever failed. */
function setMany({ world, parameters, query, body }: Call): Answer {
	const { group = '' } = parameters;
	const kind = kindOf(parameters.kind);
	ownGroup(group);
	if (!Array.isArray(body)) throw new Refusal(400, 'the body must be a list');
	if (world.variants.bulkSize === 'limited' && body.length > MOST_AT_ONCE)
		throw senseless(`at most ${MOST_AT_ONCE} at once`);
	const outcome: Outcome = { total: body.length, updated: 0, failed: 0, missing: [], errors: [] };
	const create = query.get('create') === 'true';
	for (const item of body as unknown[]) setItem(world, kind, group, item, create, outcome);
	return json(200, shown(outcome, world), world.variants);
}

function setItem(
	world: World,
	kind: SubjectKind,
	group: string,
	item: unknown,
	create: boolean,
	outcome: Outcome,
): void {
	const { directory } = world.subscription;
	const { [`${kind}Id`]: id, values } = isObject(item) ? item : ({} as JsonObject);
	const fail = (error: string) => {
		outcome.failed++;
		outcome.errors.push(error);
	};
	if (typeof id !== 'string' || id === '') return fail(`${kind}Id must be text`);
	if (!isObject(values)) return fail(`${id}: values must be an object`);
	if (!create && !directory.find(kind, id)) {
		outcome.failed++;
		outcome.missing.push(id);
		return;
	}
	const wrong = Object.entries(values).find(([field, value]) => {
		const definition = fieldFor(world, kind, group, field, value);
		return !definition || (value !== null && !takes(definition, value));
	});
	if (wrong) return fail(`${id}: ${wrong[0]} cannot be ${JSON.stringify(wrong[1])}`);
	const subject = directory.add(kind, id);
	for (const [field, value] of Object.entries(values)) setValue(subject, group, field, value);
	outcome.updated++;
}

function fieldFor(world: World, kind: SubjectKind, group: string, name: string, value: unknown) {
	const { schema } = world.subscription;
	if (world.variants.unknownField === 'created' && !schema.field(kind, group, name)) {
		const type = typeof value === 'boolean' || typeof value === 'number' ? typeof value : 'string';
		schema.create(kind, group, [{ name, displayname: name, type }]);
	}
	return schema.field(kind, group, name);
}

function shown({ missing, errors, ...counts }: Outcome, { variants }: World): object {
	const told = variants.bulkOutcome;
	const tellsMissing = told === 'missing-and-errors' || told === 'missing';
	const tellsErrors = told === 'missing-and-errors' || told === 'errors';
	const all = tellsMissing ? errors : [...errors, ...missing.map((id) => `${id}: not found`)];
	return {
		...counts,
		...(tellsMissing && missing.length > 0 ? { missing } : {}),
		...(tellsErrors && all.length > 0 ? { errors: all } : {}),
	};
}

function ownGroup(group: string): void {
	if (!OWN_GROUPS.includes(group)) throw senseless(`the values of ${group} cannot be set`);
}

function subjectOf({ world, parameters }: Call): Subject {
	const kind = kindOf(parameters.kind);
	const found = world.subscription.directory.find(kind, parameters.subjectId ?? '');
	if (!found) throw unknown(kind);
	return found;
}

function kindOf(kind: string | undefined): SubjectKind {
	if (kind === 'visitor' || kind === 'account') return kind;
	throw unknown('kind');
}
