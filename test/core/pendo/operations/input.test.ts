import { OPERATIONS, parametersOf } from '../../../../core/pendo/operations';
import { problemOf, Wire } from './pendo.support';

const cases: [string, string, Record<string, unknown>, RegExp][] = [
	[
		'an unknown parameter',
		'visitor get',
		{ visitorId: 'a', visitor: 'b' },
		/no parameter "visitor"/,
	],
	['an empty id', 'visitor get', { visitorId: '' }, /Visitor ID is empty/],
	['a missing id', 'visitor get', {}, /Visitor ID is empty/],
	['an object for an id', 'visitor get', { visitorId: { a: 1 } }, /Visitor ID is of type object/],
	['a number that was rounded', 'visitor get', { visitorId: 2 ** 53 + 2 }, /more than 15 digits/],
	[
		'an unknown choice',
		'guide setState',
		{ guideId: 'g', state: 'gone' },
		/State cannot be "gone"/,
	],
	['no number', 'visitor getMany', { limit: 'many' }, /Limit is "many"/],
	['too small a number', 'visitor getMany', { limit: 0 }, /Limit is 0/],
	['no truth value', 'visitor getMany', { returnAll: 'yes' }, /Return All is "yes"/],
	[
		'no date',
		'visitor getMany',
		{ lastVisitAfter: 'last week' },
		/Last Visit After is "last week"/,
	],
	['no JSON', 'aggregation run', { pipeline: '[{"source":' }, /Pipeline is not JSON/],
	['JSON that is no pipeline', 'aggregation run', { pipeline: '{"a":1}' }, /not a list of steps/],
	['a pipeline without source', 'aggregation run', { pipeline: [{ limit: 1 }] }, /with a source/],
	['values that are no object', 'visitor setMetadata', { visitorId: 'a', values: [1] }, /a list/],
	['a nested value', 'visitor setMetadata', { visitorId: 'a', values: { tier: {} } }, /"tier"/],
	[
		'a field with a bad name',
		'visitor setMetadata',
		{ visitorId: 'a', values: { '1x': 1 } },
		/"1x"/,
	],
	[
		'an unknown field',
		'visitor setMetadata',
		{ visitorId: 'a', values: { tyre: 1 } },
		/no field "tyre"/,
	],
	['an empty list', 'segment addVisitors', { segmentId: 's', visitorIds: [] }, /an empty list/],
	[
		'an empty id in a list',
		'segment addVisitors',
		{ segmentId: 's', visitorIds: ['a', ''] },
		/Entry 2/,
	],
	[
		'a mistake in an entry',
		'metadataSchema createFields',
		{ fields: [{ name: 'a', kind: 1 }] },
		/entry 1 of Fields/,
	],
	['nothing to change', 'feedback update', { id: 'f' }, /Nothing is to be changed/],
	['both all apps and one', 'page getMany', { appId: '5' }, /All Apps/],
	['half a period', 'aggregation topPages', { period: 'custom', from: 1 }, /From or To is empty/],
	[
		'a long name of a property',
		'event track',
		{ event: 'e', visitorId: 'v', properties: { ['p'.repeat(33)]: 1 } },
		/33 characters/,
	],
	[
		'too many properties',
		'event track',
		{ event: 'e', visitorId: 'v', properties: { p: 'x'.repeat(600) } },
		/bytes of JSON/,
	],
	['too large a request', 'guide importLocalization', { xliff: 'x'.repeat(20_000_001) }, /20 MB/],
];

describe('a mistake is told before anything is done, with the way out', () => {
	test.each(cases)('%s', async (_, name, given, message) => {
		const wire = new Wire();
		const [resource, operation] = name.split(' ') as [string, string];
		const problem = await problemOf(async () => {
			const answer = await wire.run(resource, operation, given);
			if (answer.kind === 'rows') for await (const row of answer.rows) expect(row).toBeDefined();
		});
		expect(problem).toMatchObject({ code: 'bad-input', transient: false, worthAnotherTry: false });
		const { message: what, why, next } = problem as Error & { why: string; next: string };
		expect(what).toMatch(message);
		expect(what.length).toBeLessThan(300);
		for (const text of [why, next]) expect(text).toMatch(/^[A-Z].*\.$/);
		expect(what + why + next).not.toMatch(/undefined|NaN|\[object/);
		expect(wire.asked).toEqual([]);
	});
});

describe('what is given by an expression or typed by hand is read alike', () => {
	test.each([
		['a number for an id', { visitorId: 42 }, '42'],
		['an id with spaces around it', { visitorId: ' a ' }, '%20a%20'],
	])('%s', async (_, given, part) => {
		const wire = new Wire();
		await wire.run('visitor', 'get', given);
		expect(wire.sent[0]!.path).toBe(`/api/v1/visitor/${part}`);
	});

	test.each([
		['a list', ['a', 'b,c']],
		['JSON text of a list', '["a","b,c"]'],
		['lines', 'a\n b,c \r\n\n'],
	])('ids as %s', async (_, visitorIds) => {
		const wire = new Wire();
		await wire.run('segment', 'create', { name: 'S', visitorIds });
		expect(wire.asked[0]!.body).toEqual({ name: 'S', visitors: ['a', 'b,c'] });
	});

	test.each([
		['milliseconds', 1777593600000],
		['milliseconds as text', '1777593600000'],
		['an ISO date', '2026-05-01T00:00:00.000Z'],
		['a day', '2026-05-01'],
		['a Date', new Date(1777593600000)],
	])('a moment as %s', async (_, timestamp) => {
		const wire = new Wire(() => ({ body: '' }));
		await wire.run('event', 'track', { event: 'e', visitorId: 'v', timestamp });
		expect(wire.sent[0]!.body).toMatchObject({ timestamp: 1777593600000 });
	});

	test('absent, null and empty alike mean what stands as default', async () => {
		for (const limit of [undefined, null, '']) {
			const wire = new Wire(() => ({ body: { results: [] } }));
			await wire.rows('visitor', 'getMany', { limit });
			expect(JSON.stringify(wire.sent[0]!.body)).toContain('{"limit":50}');
		}
	});

	test('a name of Object.prototype is a field like any other, and changes no prototype', async () => {
		const wire = new Wire();
		const values = JSON.parse('{"__proto__":"x","tier":"gold"}') as unknown;
		const problem = await problemOf(() =>
			wire.run('visitor', 'setMetadata', { visitorId: 'a', values }),
		);
		expect(problem).toMatchObject({ code: 'bad-input' });
		expect(({} as Record<string, unknown>).tier).toBeUndefined();
	});
});

describe('the table', () => {
	test('names each operation once within its resource', () => {
		const names = OPERATIONS.map(({ resource, operation }) => `${resource} ${operation}`);
		expect(new Set(names).size).toBe(names.length);
		const actions = OPERATIONS.map(({ action }) => action);
		expect(new Set(actions).size).toBe(actions.length);
	});

	test('tells an agent of each operation what it is for, in few words', () => {
		for (const { action, description } of OPERATIONS) {
			expect(action).toMatch(/^[A-Z][\w ,()]+$/);
			expect(description).toMatch(/^[A-Z].{20,}\.$/);
			expect(description.length).toBeLessThan(300);
		}
	});

	test('has for each parameter that must be there an example, and for each list its entries', () => {
		for (const operation of OPERATIONS) {
			for (const one of parametersOf(operation)) {
				const where = `${operation.resource} ${operation.operation} ${one.name}`;
				if (one.required) expect([where, one.example]).not.toEqual([where, undefined]);
				expect([where, one.type === 'list']).toEqual([where, one.of !== undefined]);
				expect([where, one.type === 'options']).toEqual([where, one.options !== undefined]);
				expect(one.description).toMatch(/^[A-Z].*\.$/);
				if (one.type === 'boolean') expect(one.default).toBeDefined();
			}
		}
	});

	test('has a parameter for each id in the path', () => {
		for (const { path, parameters } of OPERATIONS) {
			for (const [, name] of path.matchAll(/\{(\w+)\}/g)) expect(parameters).toHaveProperty(name!);
		}
	});
});
