import { inspect } from 'node:util';
import { Failure } from '../../../../core/pendo';
import { OPERATIONS, parametersOf, runOperation, Session } from '../../../../core/pendo/operations';
import { problemOf, Wire } from './pendo.support';

const writing = OPERATIONS.filter(({ write, secret }) => write && secret === 'integrationKey').map(
	({ resource, operation }) => `${resource} ${operation}`,
);
const givenFor = (name: string) => {
	const [resource, operation] = name.split(' ');
	const found = OPERATIONS.find((one) => one.resource === resource && one.operation === operation)!;
	const required = parametersOf(found).filter((one) => one.required);
	const given = Object.fromEntries(required.map((one) => [one.name, one.example]));
	return {
		...given,
		...(found.destructive && { confirm: true }),
		...(name === 'feedback update' && { title: 'T' }),
	};
};

describe('a key that may only read', () => {
	test.each(writing)('is told so before %s sends anything', async (name) => {
		const wire = new Wire();
		wire.writeAccess = false;
		const [resource, operation] = name.split(' ') as [string, string];
		const problem = await problemOf(() => wire.run(resource, operation, givenFor(name)));
		expect(problem).toMatchObject({ code: 'read-only-key', transient: false });
		expect((problem as Error).message).toContain('Nothing was sent');
		expect(wire.sent.map(({ path }) => path)).toEqual(['/api/v1/token/verify']);
	});

	test('can be replaced: its rights are asked for again after five minutes', async () => {
		const wire = new Wire();
		wire.writeAccess = false;
		await problemOf(() => wire.run('guide', 'resetAllStaged'));
		wire.writeAccess = true;
		await problemOf(() => wire.run('guide', 'resetAllStaged'));
		wire.uptime += 300_001;
		await wire.run('guide', 'resetAllStaged');
		expect(wire.asked).toHaveLength(1);
	});

	test('that is refused on the write itself is told what it lacks', async () => {
		const wire = new Wire(() => ({ status: 403 }));
		const problem = await problemOf(() => wire.run('guide', 'resetAllStaged'));
		expect(problem).toMatchObject({ code: 'read-only-key', answer: { status: 403 } });
	});
});

describe('what Pendo refuses is told in words, with the status', () => {
	test.each([
		[400, 'refused'],
		[401, 'key-refused'],
		[402, 'refused'],
		[403, 'key-refused'],
		[404, 'not-found'],
		[409, 'refused'],
		[413, 'refused'],
		[422, 'refused'],
		[302, 'redirected'],
		[408, 'too-slow'],
		[429, 'rate-limited'],
		[500, 'unavailable'],
		[504, 'too-slow'],
	])('%d', async (status, code) => {
		const wire = new Wire(() => ({ status, body: '<html>s3cr3t-of-the-server</html>' }));
		const problem = await problemOf(() => wire.run('visitor', 'get', { visitorId: 'u-1' }));
		expect(problem).toBeInstanceOf(Failure);
		expect(problem).toMatchObject({ code, answer: { status } });
		const { why, next } = problem as Failure;
		for (const text of [why, next]) expect(text).toMatch(/^[A-Z].*\.$/);
		expect(inspect(problem, { depth: 9, showHidden: true })).not.toContain('s3cr3t');
		if (code === 'refused' || code === 'not-found') {
			expect((problem as Failure).message).toContain('the visitor "u-1"');
		}
		// A poll is what a trigger has.
		expect((problem as Failure).description).not.toMatch(/\bpoll\b/);
	});

	test('a web page instead of data', async () => {
		const wire = new Wire(() => ({ body: '<html>Sign in</html>' }));
		const problem = await problemOf(() => wire.run('visitor', 'get', { visitorId: 'u-1' }));
		expect(problem).toMatchObject({ code: 'unexpected-answer' });
		expect((problem as Error).message).toContain('web page');
	});

	test('a web page instead of the answer to a write, too; but a bare word says no more than 200', async () => {
		const page = new Wire(() => ({ body: '<html>Sign in</html>' }));
		const problem = await problemOf(() => page.run('guide', 'resetAllStaged'));
		expect(problem).toMatchObject({ code: 'unexpected-answer' });
		const word = new Wire(() => ({ body: 'OK\n' }));
		expect(await word.object('guide', 'resetAllStaged')).toEqual({ reset: true });
	});

	test('a wrong track event secret is not called a wrong key', async () => {
		const wire = new Wire(() => ({ status: 403 }));
		const problem = await problemOf(() =>
			wire.run('event', 'track', { event: 'e', visitorId: 'v' }),
		);
		expect(problem).toMatchObject({ code: 'key-refused' });
		expect((problem as Failure).message).toContain('track event secret');
	});
});

describe('what passes by itself is tried again', () => {
	test('a read, after as long as Pendo asks for', async () => {
		const wire = new Wire((_, count) =>
			count < 3 ? { status: 429, retryAfter: '7' } : { body: { id: 'u-1' } },
		);
		await wire.run('visitor', 'get', { visitorId: 'u-1' });
		expect(wire.waits).toEqual([7_000, 7_000]);
	});

	test('at most three times', async () => {
		const wire = new Wire(() => ({ status: 503 }));
		await problemOf(() => wire.run('visitor', 'get', { visitorId: 'u-1' }));
		expect(wire.sent).toHaveLength(3);
	});

	test.each([
		['feedback create', { title: 'T', visitorId: 'v' }],
		['segment create', { name: 'S', visitorIds: ['v'] }],
		['event track', { event: 'e', visitorId: 'v' }],
		['visitor delete', { ids: ['v'], confirm: true }],
	])('but never %s, which may have been done already', async (name, given) => {
		const wire = new Wire(() => ({ status: 502 }));
		const [resource, operation] = name.split(' ') as [string, string];
		await problemOf(() => wire.run(resource, operation, given));
		expect(wire.asked).toHaveLength(1);
	});

	test('except where Pendo did not take it at all', async () => {
		const wire = new Wire((_, count) => (count === 1 ? { status: 429 } : { body: { id: 'f' } }));
		await wire.run('feedback', 'create', { title: 'T', visitorId: 'v' });
		expect(wire.asked).toHaveLength(2);
	});

	test.each([
		['visitor setMetadata', { visitorId: 'v', values: { tier: 'gold' } }],
		['visitor setMetadataValue', { visitorId: 'v', field: 'tier', value: 'gold' }],
		['guide setState', { guideId: 'g', state: 'public' }],
	])('and %s, which sets the same twice', async (name, given) => {
		const wire = new Wire((_, count) => (count === 1 ? { status: 502 } : { body: {} }));
		const [resource, operation] = name.split(' ') as [string, string];
		await wire.run(resource, operation, given);
		expect(wire.asked).toHaveLength(2);
	});
});

test('an answer that takes too long names what was asked for, and no poll', async () => {
	const wire = new Wire(() => {
		throw Object.assign(new Error('aborted'), { name: 'TimeoutError' });
	});
	const problem = await problemOf(() => wire.run('visitor', 'get', { visitorId: 'u-1' }));
	expect(problem).toMatchObject({ code: 'too-slow' });
	expect((problem as Failure).message).toContain('the visitor "u-1" within 300 seconds');
	expect((problem as Failure).description).not.toMatch(/\bpoll\b/);
});

test('a host whose client throws, at once or within a body, gets a Failure without its text', async () => {
	const error = Object.assign(new Error('s3cr3t'), { code: 'ECONNRESET' });
	const clock = {
		host: 'app.pendo.io',
		now: () => 0,
		timeOfDay: () => 0,
		sleep: async () => undefined,
		random: () => 0,
	};
	const verify = OPERATIONS.find(({ operation }) => operation === 'verify')!;
	for (const send of [
		async () => {
			throw error;
		},
		async () => ({
			status: 200,
			body: (async function* () {
				yield Buffer.from('{"valid"');
				throw error;
			})(),
		}),
	]) {
		const problem = await problemOf(() =>
			runOperation(verify, {}, new Session({ ...clock, send })),
		);
		expect(problem).toMatchObject({ code: 'interrupted' });
		expect(inspect(problem, { depth: 9, showHidden: true })).not.toContain('s3cr3t');
	}
});

describe('a file', () => {
	const read = async (body: string) => {
		const answer = await new Wire(() => ({ body })).run('report', 'downloadCsv', { reportId: 'r' });
		if (answer.kind !== 'file') throw new Error(`gives ${answer.kind}`);
		const pieces: Uint8Array[] = [];
		for await (const piece of answer.file.body) pieces.push(piece);
		return Buffer.concat(pieces).toString();
	};

	test.each(['<html>Sign in</html>', ' \n<!doctype html>', '{"message":"no"}', '\uFEFF<p>'])(
		'that is no CSV is an error, not a file: %j',
		async (body) => {
			const problem = await problemOf(() => read(body));
			expect(problem).toMatchObject({ code: 'unexpected-answer' });
			expect((problem as Error).message).toContain('no CSV file for the report "r"');
		},
	);

	test.each(['', 'visitorId\n', '\uFEFFvisitorId\r\nu-1\r\n', '"a ""<b>""",c\n'])(
		'that is CSV arrives as it is: %j',
		async (body) => {
			expect(await read(body)).toBe(body);
		},
	);
});
