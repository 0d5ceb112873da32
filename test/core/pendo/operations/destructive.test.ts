import { OPERATIONS, parametersOf } from '../../../../core/pendo/operations';
import { problemOf, Wire } from './pendo.support';

const destructive = OPERATIONS.filter(({ destructive: is }) => is);
const given = (name: string) => {
	const [resource, operation] = name.split(' ');
	const found = OPERATIONS.find((one) => one.resource === resource && one.operation === operation)!;
	const required = parametersOf(found).filter((one) => one.required);
	return Object.fromEntries(required.map((one) => [one.name, one.example]));
};

test('what cannot be undone is marked as such', () => {
	expect(destructive.map(({ resource, operation }) => `${resource} ${operation}`)).toEqual([
		'visitor delete',
		'account delete',
		'segment replace',
		'segment delete',
		'feedback delete',
		'metadataSchema deleteField',
	]);
});

describe.each(destructive.map(({ resource, operation }) => `${resource} ${operation}`))(
	'%s',
	(name) => {
		const [resource, operation] = name.split(' ') as [string, string];

		test.each([undefined, false, '', null])(
			'does nothing unless confirmed: %j',
			async (confirm) => {
				const wire = new Wire();
				const problem = await problemOf(() =>
					wire.run(resource, operation, { ...given(name), confirm }),
				);
				expect(problem).toMatchObject({ code: 'bad-input' });
				expect((problem as Error).message).toMatch(/^Not confirmed/);
				expect(wire.sent).toEqual([]);
			},
		);

		test('rehearsed, sends nothing and shows what a real run sends', async () => {
			const wire = new Wire();
			const rehearsal = await wire.object(resource, operation, { ...given(name), dryRun: true });
			expect(wire.sent).toEqual([]);
			await wire.run(resource, operation, { ...given(name), confirm: true });
			expect(rehearsal).toEqual({
				dryRun: true,
				requests: wire.asked.map(({ method, path, body }) =>
					body === undefined ? { method, path } : { method, path, body },
				),
			});
		});

		test('rehearsed wins over confirmed', async () => {
			const wire = new Wire();
			await wire.run(resource, operation, { ...given(name), dryRun: true, confirm: true });
			expect(wire.sent).toEqual([]);
		});
	},
);

describe('deleting many', () => {
	const ids = (from: number, count: number) =>
		Array.from({ length: count }, (_, index) => `u-${from + index}`);

	test('asks for 500 at a time, and tells each input the answers of its own', async () => {
		const wire = new Wire((_, count) => ({ body: { id: `job-${count}` } }));
		const outcomes = await wire.together('visitor', 'delete', [
			{ ids: ids(0, 700), confirm: true },
			{ ids: ids(700, 300), confirm: true },
		]);
		expect(wire.asked.map(({ body }) => (body as { visitors: string[] }).visitors.length)).toEqual([
			500, 500,
		]);
		expect(outcomes).toEqual([
			{ value: { deleted: true, answers: [{ id: 'job-1' }, { id: 'job-2' }] } },
			{ value: { deleted: true, answers: [{ id: 'job-2' }] } },
		]);
	});

	test('an input without confirmation, or rehearsed, is never among those sent', async () => {
		const wire = new Wire(() => ({ body: { id: 'job' } }));
		const outcomes = await wire.together('visitor', 'delete', [
			{ ids: ['a'], confirm: true },
			{ ids: ['b'] },
			{ ids: ['c'], dryRun: true },
		]);
		expect(wire.asked.map(({ body }) => body)).toEqual([{ visitors: ['a'] }]);
		expect(outcomes[1]!.failure).toMatchObject({ code: 'bad-input' });
		expect(outcomes[2]).toEqual({
			value: {
				dryRun: true,
				requests: [
					{ method: 'POST', path: '/api/v1/bulkdelete/visitor', body: { visitors: ['c'] } },
				],
			},
		});
	});

	test('tells of a part that failed', async () => {
		const wire = new Wire((_, count) => (count === 2 ? { status: 422 } : { body: { id: 'job' } }));
		const outcomes = await wire.together('visitor', 'delete', [
			{ ids: ids(0, 500), confirm: true },
			{ ids: ids(500, 10), confirm: true },
		]);
		expect(outcomes.map(({ failure }) => failure?.code)).toEqual([undefined, 'refused']);
	});
});
