import fc from 'fast-check';
import { Failure } from '../../../../core/pendo';
import { pathOf } from '../../../../core/pendo/operations/path';
import { OPERATIONS } from '../../../../core/pendo/operations';
import { problemOf, Wire } from './pendo.support';

const HEADER = 'x-pendo-base64-encoded-params';

/** Ids that people have, and ids that somebody crafts. */
const id = fc.oneof(
	fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
	fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 40 }),
	fc
		.array(
			fc.constantFrom(
				'/',
				'%2F',
				'%2f',
				'%',
				'..',
				'.',
				'\\',
				'?',
				'#',
				';',
				'\0',
				'\n',
				' ',
				'-',
				'_',
			),
			{ minLength: 1, maxLength: 8 },
		)
		.map((parts) => parts.join('')),
	fc.constantFrom('🦊', 'jürgen', 'a/../../token/verify', '-b3X', '%2e%2e', '=', '__proto__', '﷽'),
	fc.constant('x'.repeat(4_096)),
	fc.constant('ü/'.repeat(1_365)),
);
const template = fc.constantFrom(
	...new Set(OPERATIONS.map(({ path }) => path).filter((path) => path.includes('{'))),
);

const namesIn = (path: string) => [...path.matchAll(/\{(\w+)\}/g)].map((found) => found[1]!);

describe('an id in a path', () => {
	test('stays one segment of the path that it is meant for, and is the same id at the other end', () => {
		fc.assert(
			fc.property(template, fc.array(id, { minLength: 4, maxLength: 4 }), (path, values) => {
				const names = namesIn(path);
				const ids = Object.fromEntries(names.map((name, index) => [name, values[index]!]));
				let sent: ReturnType<typeof pathOf>;
				try {
					sent = pathOf(path, ids);
				} catch (error) {
					expect(error).toMatchObject({ code: 'bad-input' });
					return;
				}
				// As every server and proxy on the way reads it.
				const url = new URL(sent.path, 'https://app.pendo.io');
				expect(url.origin).toBe('https://app.pendo.io');
				expect([url.search, url.hash]).toEqual(['', '']);
				const wanted = path.split('/');
				const found = url.pathname.split('/');
				expect(found).toHaveLength(wanted.length);
				wanted.forEach((part, index) => {
					const name = namesIn(part)[0];
					if (name === undefined) expect(found[index]).toBe(part);
					else expect(decoded(found[index]!, name, sent.headers)).toBe(ids[name]);
				});
			}),
			{ numRuns: 3_000 },
		);
	});

	test.each([
		['u-1001', 'u-1001'],
		['Kim+Test@Example.test', 'Kim%2BTest%40Example.test'],
		['_PENDO_T_aB3dE5fG7hI', '_PENDO_T_aB3dE5fG7hI'],
		['parent::child', 'parent%3A%3Achild'],
		['two words', 'two%20words'],
	])('%j goes as it is, percent-encoded', (given, part) => {
		const { path, headers } = pathOf('/api/v1/visitor/{visitorId}', { visitorId: given });
		expect(path).toBe(`/api/v1/visitor/${part}`);
		expect(headers).toEqual({});
	});

	// Worked out with the base64 command; the URL-safe alphabet.
	test.each([
		['dept/a b%2F?ü#1', 'ZGVwdC9hIGIlMkY_w7wjMQ=='],
		['..', 'Li4='],
		['.', 'Lg=='],
		['a/b', 'YS9i'],
		['🦊', '8J-mig=='],
		['\n', 'Cg=='],
	])('%j goes as base64, with the header that says so', (given, part) => {
		const { path, headers } = pathOf('/api/v1/visitor/{visitorId}/history', { visitorId: given });
		expect(path).toBe(`/api/v1/visitor/${part}/history`);
		expect(headers).toEqual({ [HEADER]: 'true' });
	});

	test('goes as base64 alone: a segment or a field beside it does not', () => {
		const ids = { segmentId: 'a b', visitorId: 'a/b' };
		expect(pathOf('/api/v1/segment/{segmentId}/visitor/{visitorId}', ids).path).toBe(
			'/api/v1/segment/a%20b/visitor/YS9i',
		);
	});

	test.each(['.', '..'])('%j is no id of anything that Pendo names itself', (segmentId) => {
		expect(() => pathOf('/api/v1/segment/{segmentId}', { segmentId })).toThrow(Failure);
	});

	test.each([
		['nothing', ''],
		['more than 4,096 bytes', 'é'.repeat(2_049)],
		['half of an emoji', '\ud83d'],
	])('%s is refused before anything is sent', async (_, visitorId) => {
		const wire = new Wire();
		const problem = await problemOf(() => wire.run('visitor', 'get', { visitorId }));
		expect(problem).toMatchObject({ code: 'bad-input' });
		expect(wire.sent).toEqual([]);
	});

	test('of 4,096 bytes is looked up', async () => {
		const wire = new Wire();
		await wire.run('visitor', 'get', { visitorId: 'é'.repeat(2_048) });
		expect(wire.sent).toHaveLength(1);
	});
});

function decoded(part: string, name: string, headers: Readonly<Record<string, string>>): string {
	const personal = name === 'visitorId' || name === 'accountId';
	if (personal && headers[HEADER] === 'true') {
		expect(part).toMatch(/^[\w-]+={0,2}$/);
		return Buffer.from(part, 'base64url').toString('utf8');
	}
	return decodeURIComponent(part);
}
