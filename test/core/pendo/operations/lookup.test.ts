import { lookUp } from '../../../../core/pendo/operations';
import { Wire } from './pendo.support';

const things = [
	{ id: 't10', name: 'Item 10', state: 'public' },
	{ id: 't9', name: 'Item 9', state: 'draft' },
	{ id: 'bare' },
	{ name: 'without id' },
];

describe('what can be chosen from a list', () => {
	test.each(['segment', 'guide', 'page', 'feature', 'trackType'] as const)(
		'%ss, by name, those without a name by their id',
		async (lookup) => {
			const wire = new Wire(() => ({ body: things }));
			expect((await lookUp(lookup, wire.session)).map(({ value }) => value)).toEqual([
				'bare',
				't9',
				't10',
			]);
		},
	);

	test('only what holds each word of the search, in its name or id', async () => {
		const wire = new Wire(() => ({ body: things }));
		const found = await lookUp('guide', wire.session, { search: 'ITEM t9' });
		expect(found).toEqual([{ value: 't9', name: 'Item 9', note: 'draft' }]);
	});

	test('reports with their kind in the words of Pendo', async () => {
		const wire = new Wire(() => ({ body: [{ id: '-b3', name: 'Trial', type: 'Visitor' }] }));
		expect(await lookUp('report', wire.session)).toEqual([
			{ value: '-b3', name: 'Trial', note: 'Visitor' },
		]);
	});

	test('fields with their group, or those of the group that is chosen', async () => {
		const wire = new Wire();
		const all = await lookUp('visitorField', wire.session);
		expect(all.map(({ value }) => value)).toContain('agent.email');
		expect(await lookUp('visitorField', wire.session, { given: { group: 'agent' } })).toEqual([
			{ value: 'email', name: 'email', note: 'agent, string' },
		]);
	});

	test('is asked for once in a session, and again after a failure', async () => {
		let down = true;
		const wire = new Wire(() => (down ? { status: 404 } : { body: things }));
		await expect(lookUp('guide', wire.session)).rejects.toMatchObject({ code: 'not-found' });
		down = false;
		await lookUp('guide', wire.session);
		await lookUp('guide', wire.session, { search: 'x' });
		expect(wire.sent).toHaveLength(2);
	});
});
