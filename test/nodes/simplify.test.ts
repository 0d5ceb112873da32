import { operationOf } from '../../core/pendo/operations';
import { canSimplify, simplified } from '../../nodes/Pendo/simplify';

const visitor = operationOf('visitor', 'get')!;
const guide = operationOf('guide', 'getMany')!;

test('metadata of a visitor comes on one level, each name with its group', () => {
	const row = {
		id: 'u-1',
		metadata: { agent: { email: 'kim@example.test', tags: ['a'] }, custom: { score: 0 }, odd: 1 },
	};
	expect(simplified(visitor, row)).toEqual({
		id: 'u-1',
		agent_email: 'kim@example.test',
		agent_tags: ['a'],
		custom_score: 0,
		odd: 1,
	});
});

test('a visitor without metadata stays as it is', () => {
	expect(simplified(visitor, { id: 'u-1' })).toEqual({ id: 'u-1' });
	expect(simplified(visitor, { id: 'u-1', metadata: null })).toEqual({ id: 'u-1' });
});

test('names that every object has are names of fields like others', () => {
	const row = JSON.parse('{"metadata":{"agent":{"__proto__":1,"constructor":2}}}') as object;
	expect(simplified(visitor, { ...row })).toEqual({ agent___proto__: 1, agent_constructor: 2 });
});

test('a guide keeps what tells it from others', () => {
	const row = { id: 'g', name: 'Welcome', state: 'public', appId: 1, steps: [{ content: 'long' }] };
	expect(simplified(guide, row)).toEqual({ id: 'g', name: 'Welcome', state: 'public', appId: 1 });
});

test('what is short already is not simplified', () => {
	expect(canSimplify(operationOf('report', 'getRows')!)).toBe(false);
	expect(canSimplify(operationOf('visitor', 'history')!)).toBe(false);
});
