import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
	READ_ONLY_KEY,
	READ_WRITE_KEY,
	REPORT_IDS,
	SEGMENT_IDS,
	TRACK_SECRET,
} from '../../emulator/server';
import { RequestScene, type Outcome } from './support/request-scene';
import { waitFor } from './support/scene';

jest.setTimeout(60_000);

const str = (value: string) => ({ value, type: 'str' });
const json = (value: unknown) => ({ value: JSON.stringify(value), type: 'json' });
const visitorGet = { resource: 'visitor', operation: 'get' };
const score = (visitorId: string, value: unknown = 1) => ({ visitorId, values: { score: value } });

let scene: RequestScene;

beforeAll(async () => {
	scene = await RequestScene.open({ env: { WHO: 'u-1001' } });
}, 600_000);

afterAll(() => scene?.close());

beforeEach(() => {
	scene.emulator.control.clearFaults();
	scene.emulator.control.clearRequests();
});

function scoreOf(visitorId: string): unknown {
	const { metadata } = scene.emulator.control.visitor(visitorId) as {
		metadata: { custom?: Record<string, unknown> };
	};
	return metadata.custom?.score;
}

describe('A parameter of a request', () => {
	const from = (value: string, type: string) => ({
		...visitorGet,
		parameters: { visitorId: { value, type } },
	});

	beforeAll(() =>
		scene.deploy({
			'from-str': from('u-1001', 'str'),
			'from-msg': from('payload.who', 'msg'),
			'from-flow': from('who', 'flow'),
			'from-global': from('who', 'global'),
			'from-env': from('WHO', 'env'),
			'from-jsonata': from('"u-" & (1000 + 1)', 'jsonata'),
			'bad-jsonata': from('$nothing(', 'jsonata'),
			'bad-json': {
				...{ resource: 'aggregation', operation: 'run' },
				parameters: { pipeline: { value: '[{"source"', type: 'json' } },
			},
			'whole-number': {
				...{ resource: 'visitor', operation: 'setMetadataValue' },
				parameters: {
					...{ visitorId: str('u-1001'), field: str('score') },
					value: { value: '42', type: 'num' },
				},
			},
		}),
	);

	it.each(['str', 'msg', 'flow', 'global', 'env', 'jsonata'])('comes from %s', async (type) => {
		const answer = await scene.ask(`from-${type}`, { who: 'u-1001', payload: { who: 'u-1001' } });
		expect(scene.asked()).toEqual(['GET /api/v1/visitor/u-1001']);
		expect(answer.statusCode).toBe(200);
	});

	it('that is a number stays one where text would mean something else', async () => {
		await scene.ask('whole-number');
		expect(scoreOf('u-1001')).toBe(42);
	});

	it.each([
		['from-msg', /Visitor ID is empty/],
		['bad-jsonata', /Visitor ID could not be read from jsonata/],
		['bad-json', /Pipeline is not JSON \(at /],
	])(
		'that is missing or mistyped is told to Catch, and nothing is sent: %s',
		async (name, words) => {
			const { caught, messages } = await scene.send(name);
			expect(caught?.error).toMatchObject({ code: 'bad-input' });
			expect(caught?.error.message).toMatch(words);
			expect([messages, scene.asked()]).toEqual([[], []]);
		},
	);

	it.each(['a/b', '..', '%2F', '../../report', '💥', '-dash', 'a?b#c', ' padded '])(
		'that is the id %j asks for that visitor and never for another address',
		async (who) => {
			const { caught } = await scene.send('from-msg', { payload: { who } });
			expect(caught?.error.code).toBe('not-found');
			const [asked] = scene.asked();
			const segment = /^GET \/api\/v1\/visitor\/([^/?#]+)$/.exec(asked!)![1]!;
			const encoded = scene.emulator.control
				.requests()[0]!
				.headerNames.includes('x-pendo-base64-encoded-params');
			const read = encoded
				? Buffer.from(segment, 'base64').toString()
				: decodeURIComponent(segment);
			expect(read).toBe(who);
		},
	);

	it('that is longer than any id is refused', async () => {
		const { caught } = await scene.send('from-msg', { payload: { who: 'x'.repeat(4_097) } });
		expect(caught?.error.message).toContain('longer than 4096 bytes');
		expect(scene.asked()).toEqual([]);
	});
});

describe('A message', () => {
	beforeAll(() => {
		const dialog = { ...visitorGet, parameters: { visitorId: str('u-1001') } };
		return scene.deploy({
			closed: dialog,
			parameters: { ...dialog, overrides: 'parameters' },
			all: { ...dialog, overrides: 'all' },
			unset: { resource: '', operation: '', overrides: 'all' },
		});
	});

	const other = { parameters: { accountId: 'acme' }, resource: 'account', operation: 'get' };

	it('overrides nothing unless the dialog allows it', async () => {
		await scene.ask('closed', other);
		expect(scene.asked()).toEqual(['GET /api/v1/visitor/u-1001']);
	});

	it('overrides parameters where the dialog allows that', async () => {
		await scene.ask('parameters', { ...other, parameters: { visitorId: 'Kim+Test@Example.test' } });
		expect(scene.asked()[0]).toMatch(/^GET \/api\/v1\/visitor\/Kim/);
	});

	it('names another operation where the dialog allows that', async () => {
		await scene.ask('all', other);
		await scene.ask('unset', other);
		await scene.ask('all', {});
		expect(scene.asked()).toEqual([
			'GET /api/v1/account/acme',
			'GET /api/v1/account/acme',
			'GET /api/v1/visitor/u-1001',
		]);
	});

	it('keeps its other properties, and passes on nothing that would ask again', async () => {
		const answer = await scene.ask('all', { ...other, topic: 'mine', statusCode: 7 });
		expect(answer).toMatchObject({ topic: 'mine', statusCode: 200 });
		for (const name of ['parameters', 'resource', 'operation'])
			expect(answer).not.toHaveProperty(name);
	});

	it.each([
		[{ operation: 'fly' }, /There is no operation "fly" of "visitor"/],
		[{ parameters: { visitorId: 'u-1', colour: 'red' } }, /There is no parameter "colour"/],
		[{ parameters: 'u-1' }, /Entry 1 is no object/],
		[{ parameters: [{ visitorId: 'u-1' }] }, /Entry 1 is no object/],
	])('that makes no sense is told to Catch: %j', async (message, words) => {
		const { caught } = await scene.send('all', message);
		expect(caught?.error.code).toBe('bad-input');
		expect(caught?.error.message).toMatch(words);
		expect(scene.asked()).toEqual([]);
	});
});

describe('A list', () => {
	const rows = { resource: 'report', operation: 'getRows' };
	const all = {
		reportId: { value: REPORT_IDS.sampleVisitors, type: 'pick' },
		returnAll: { value: 'true', type: 'bool' },
	};

	beforeAll(() =>
		scene.deploy(
			{
				array: { ...rows, parameters: all },
				limited: {
					...rows,
					parameters: {
						...all,
						returnAll: { value: 'false', type: 'bool' },
						limit: { value: '2', type: 'num' },
					},
				},
				rows: { ...rows, parameters: all, answer: 'rows' },
				joined: { ...rows, parameters: all, answer: 'rows', wires: [['join']] },
				none: {
					...{ ...rows, answer: 'rows' },
					parameters: { ...all, reportId: str(REPORT_IDS.emptyVisitors) },
				},
				many: {
					...{ resource: 'report', operation: 'getRows', answer: 'rows' },
					parameters: { ...all, reportId: str('many') },
				},
				csv: {
					...{ resource: 'report', operation: 'downloadCsv' },
					parameters: { reportId: all.reportId },
				},
			},
			{
				more: [
					{
						...{ id: 'join', type: 'join', z: 'tab', x: 100, y: 100, mode: 'auto' },
						wires: [['collect']],
					},
				],
			},
		),
	);

	it('is one message, or one for each row with parts, count and complete on the last', async () => {
		const whole = (await scene.ask('array')).payload as unknown[];
		const { messages } = await scene.send('rows', { parts: { id: 'outer', index: 3 }, topic: 't' });
		expect(whole.length).toBeGreaterThan(1);
		expect(messages.map(({ payload }) => payload)).toEqual(whole);
		const last = messages.length - 1;
		messages.forEach(({ parts, complete, topic, statusCode }, index) => {
			expect(parts).toMatchObject({ type: 'array', index, parts: { id: 'outer', index: 3 } });
			expect({ topic, statusCode }).toEqual({ topic: 't', statusCode: 200 });
			expect('count' in (parts as object)).toBe(index === last);
			expect(complete).toBe(index === last ? true : undefined);
		});
		expect(messages[last]!.parts).toMatchObject({ count: whole.length });
		expect(new Set(messages.map(({ parts }) => (parts as { id: string }).id)).size).toBe(1);
	});

	it('in rows is put together again by a Join node', async () => {
		const whole = (await scene.ask('array')).payload;
		const { messages } = await scene.send('joined');
		expect(messages.map(({ payload }) => payload)).toEqual([whole]);
	});

	it('is as long as the limit says', async () => {
		expect((await scene.ask('limited')).payload).toHaveLength(2);
	});

	it('that is empty sends no row, and a Complete node knows that it is over', async () => {
		expect(await scene.send('none')).toEqual({ messages: [] });
	});

	it('of 5,000 arrives whole and in order', async () => {
		scene.emulator.control.createReport({ id: 'many', name: 'Many', generated: 5_000 });
		const { messages } = await scene.send('many');
		expect(messages.map(({ parts }) => (parts as { index: number }).index)).toEqual(
			Array.from({ length: 5_000 }, (_, index) => index),
		);
	});

	it('that breaks off says so, after the rows that had come', async () => {
		scene.emulator.control.addFault({
			match: { kind: 'results' },
			fault: { type: 'truncate', afterBytes: 300 },
			times: 'always',
		});
		const { caught } = await scene.send('array');
		expect(caught?.error.code).toMatch(/^(malformed-results|interrupted)$/);
	});

	it('as a file is a Buffer with its name', async () => {
		const { payload, filename, contentType } = await scene.ask('csv');
		expect({ filename, contentType }).toEqual({
			filename: `report-${REPORT_IDS.sampleVisitors}.csv`,
			contentType: 'text/csv',
		});
		const { type, data } = payload as { type: string; data: number[] };
		expect(type).toBe('Buffer');
		expect(Buffer.from(data).toString()).toContain('visitorId');
	});
});

describe('Many inputs at once', () => {
	const bulk = { resource: 'visitor', operation: 'bulkSetMetadata' };
	const items = { items: 'payload', itemsType: 'msg' };

	beforeAll(() =>
		scene.deploy({
			bulk: { ...bulk, ...items },
			preset: { ...bulk, ...items, parameters: { values: json({ score: 5 }) } },
			rows: { ...bulk, ...items, answer: 'rows' },
			override: { ...bulk, overrides: 'parameters' },
		}),
	);

	it('give their outcomes in the same order, one failure among them included', async () => {
		const payload = [
			score('u-1001', 3),
			score(''),
			score('nobody'),
			score('Kim+Test@Example.test', 4),
		];
		const outcomes = (await scene.ask('bulk', { payload })).payload as Outcome[];
		expect(outcomes).toEqual([
			{ visitorId: 'u-1001', updated: true },
			{
				error: {
					code: 'bad-input',
					message: expect.stringMatching(/^Visitor ID is empty/) as string,
				},
			},
			{ error: { code: 'not-found', message: expect.stringContaining('"nobody"') as string } },
			{ visitorId: 'Kim+Test@Example.test', updated: true },
		]);
		expect([scoreOf('u-1001'), scoreOf('Kim+Test@Example.test')]).toEqual([3, 4]);
	});

	it('take what they have in common from the dialog, or come as msg.parameters', async () => {
		await scene.ask('preset', { payload: [{ visitorId: 'u-1001' }] });
		expect(scoreOf('u-1001')).toBe(5);
		await scene.ask('override', { parameters: [score('u-1001', 6), score('u-1002', 7)] });
		expect(scoreOf('u-1001')).toBe(6);
	});

	it('come as a message each where that is chosen', async () => {
		const { messages } = await scene.send('rows', { payload: [score('u-1001'), score('nobody')] });
		expect(messages.map(({ payload }) => Object.keys(payload as object))).toEqual([
			['visitorId', 'updated'],
			['error'],
		]);
	});

	it('go in batches: 2,500 in three requests', async () => {
		const payload = Array.from({ length: 2_500 }, () => score('u-1001', 8));
		expect((await scene.ask('bulk', { payload })).payload).toHaveLength(2_500);
		expect(scene.asked().filter((line) => line.startsWith('POST'))).toHaveLength(3);
	});

	it('that all fail are told to Catch', async () => {
		const { caught } = await scene.send('bulk', { payload: [score('nobody'), score('no one')] });
		expect(caught?.error.code).toBe('not-found');
		expect(caught?.error.message).toMatch(/All 2 failed; the first: .*"nobody"/);
		expect(caught?.payload).toHaveLength(2);
	});

	it.each([
		[{ payload: 'u-1' }, /What is in msg: payload is no list/],
		[{}, /no list/],
		[{ payload: [score('u-1'), 'u-2'] }, /Entry 2 is no object/],
	])('are refused where they are no list of objects: %j', async (message, words) => {
		const { caught } = await scene.send('bulk', message);
		expect(caught?.error.message).toMatch(words);
		expect(scene.asked()).toEqual([]);
	});
});

describe('What cannot be undone', () => {
	const gone = {
		...{ resource: 'segment', operation: 'delete', overrides: 'parameters' },
		parameters: { segmentId: str(SEGMENT_IDS.uploaded) },
	};

	beforeAll(() =>
		scene.deploy({
			careful: gone,
			rehearsed: { ...gone, dryRun: true, confirm: true },
			confirmed: { ...gone, confirm: true },
			any: { ...visitorGet, overrides: 'all' },
		}),
	);

	it('wants the box in the dialog: a message cannot tick it', async () => {
		const parameters = { confirm: true };
		for (const [name, message] of [
			['careful', {}],
			['careful', { parameters }],
			['confirmed', { parameters: { confirm: false } }],
			['any', { ...gone, parameters: { segmentId: SEGMENT_IDS.uploaded, confirm: true } }],
		] as const) {
			const { caught } = await scene.send(name, message);
			expect(caught?.error.message).toMatch(/Not confirmed/);
		}
		expect(scene.asked()).toEqual([]);
	});

	it('is rehearsed without a request, and a message cannot end the rehearsal', async () => {
		const answer = await scene.ask('rehearsed', { parameters: { dryRun: false } });
		expect(answer.payload).toMatchObject({ dryRun: true, requests: [{ method: 'DELETE' }] });
		expect(answer).not.toHaveProperty('statusCode');
		expect(scene.asked()).toEqual([]);
	});

	it('is done once it is confirmed', async () => {
		expect((await scene.ask('confirmed')).payload).toMatchObject({ deleted: true });
		expect((await scene.send('confirmed')).caught).toMatchObject({
			error: { code: 'not-found' },
			statusCode: 404,
		});
	});
});

describe('A request that fails', () => {
	const get = { ...visitorGet, parameters: { visitorId: { value: 'who', type: 'msg' } } };
	const set = {
		...{ resource: 'visitor', operation: 'setMetadata' },
		parameters: { visitorId: str('u-1001'), values: json({ score: 11 }) },
	};
	const track = {
		...{ resource: 'event', operation: 'track' },
		parameters: { event: str('Registered'), visitorId: str('u-1001') },
	};

	it('tells Catch in our words, with the status, and neither key nor body', async () => {
		await scene.deploy({ get });
		for (const [status, code] of [
			[403, 'key-refused'],
			[404, 'not-found'],
			[422, 'refused'],
			[302, 'redirected'],
		] as const) {
			scene.emulator.control.addFault({
				fault: { type: 'status', status, body: `secret ${READ_WRITE_KEY}` },
			});
			const { caught, messages } = await scene.send('get', { who: 'u-1001', topic: 'kept' });
			expect(caught).toMatchObject({ topic: 'kept', statusCode: status, error: { code } });
			expect(messages).toEqual([]);
			expect(JSON.stringify(caught)).not.toMatch(/secret|emulator-read/);
		}
	});

	it('is tried again where that may help, after what Retry-After says', async () => {
		await scene.deploy({ get });
		scene.emulator.control.addFault({
			fault: { type: 'status', status: 429, headers: { 'retry-after': '1' } },
		});
		expect((await scene.ask('get', { who: 'u-1001' })).statusCode).toBe(200);
		expect(scene.asked()).toHaveLength(2);
	});

	it('for a key that may only read says so before anything is sent', async () => {
		await scene.deploy({ set, get }, { config: { credentials: { apiKey: READ_ONLY_KEY } } });
		const { caught } = await scene.send('set');
		expect(caught?.error.code).toBe('read-only-key');
		expect(caught?.error.message).toMatch(/may only read.*Nothing was sent/);
		expect(scene.asked()).toEqual([]);
		expect((await scene.ask('get', { who: 'u-1001' })).statusCode).toBe(200);
	});

	it('for want of a secret says which, and the other one still serves', async () => {
		// An empty one is taken away; one that is not named stays as it was.
		const noSecret = { credentials: { apiKey: READ_WRITE_KEY, trackEventSecret: '' } };
		await scene.deploy({ track, get }, { config: noSecret });
		const { caught } = await scene.send('track');
		expect(caught?.error).toMatchObject({ code: 'no-credential' });
		expect(caught?.error.message).toMatch(/No track event secret is set/);
		expect((await scene.ask('get', { who: 'u-1001' })).statusCode).toBe(200);

		const only = { credentials: { apiKey: '', trackEventSecret: TRACK_SECRET } };
		await scene.deploy({ track, get }, { config: only });
		expect((await scene.ask('track')).payload).toMatchObject({ sent: true });
		expect((await scene.send('get', { who: 'u-1001' })).caught?.error.message).toMatch(
			/No integration key is set/,
		);
	});

	it('for want of a configuration or an operation says so', async () => {
		await scene.deploy({ lost: { ...get, pendo: 'missing' }, empty: { resource: 'visitor' } });
		expect((await scene.send('lost')).caught?.error.message).toMatch(/no Pendo configuration/);
		expect((await scene.send('empty')).caught?.error.message).toMatch(/no operation to run/);
	});

	it('by a redirect takes the key nowhere', async () => {
		const heard: string[] = [];
		const elsewhere = createServer((request, response) => {
			heard.push(JSON.stringify(request.headers));
			response.end('[]');
		});
		await new Promise<void>((done) => elsewhere.listen(0, '127.0.0.1', done));
		const { port } = elsewhere.address() as AddressInfo;
		await scene.deploy({ get, set });
		scene.emulator.control.addFault({
			times: 'always',
			fault: { type: 'redirect', status: 307, location: `http://127.0.0.1:${port}/` },
		});
		for (const name of ['get', 'set'])
			expect((await scene.send(name, { who: 'u-1001' })).caught?.error.code).toBe('redirected');
		expect(heard).toEqual([]);
		elsewhere.close();
	});

	it('leaves the next one as it was', async () => {
		await scene.deploy({ get });
		scene.emulator.control.addFault({ fault: { type: 'reset' }, times: 3 });
		expect((await scene.send('get', { who: 'u-1001' })).caught?.error.code).toBe('interrupted');
		expect((await scene.ask('get', { who: 'u-1001' })).statusCode).toBe(200);
	});
});

describe('Requests of one node', () => {
	const set = {
		...{ resource: 'visitor', operation: 'setMetadataValue' },
		parameters: {
			...{ visitorId: str('u-1001'), field: str('score') },
			value: { value: 'payload', type: 'msg' },
		},
	};

	beforeAll(() => scene.deploy({ set }));

	it('are made one after the other, and ask once what the key may do', async () => {
		await Promise.all(
			Array.from({ length: 20 }, (_, payload) => scene.send('set', { payload: payload + 1 })),
		);
		const all = scene.emulator.control.requests();
		expect(all.filter(({ method }) => method === 'PUT')).toHaveLength(20);
		expect(all.map(({ concurrent }) => concurrent)).toEqual(all.map(() => 1));
		expect(all.filter(({ kind }) => kind === 'verify').length).toBeLessThanOrEqual(1);
	});

	it('see a field that was made a moment ago', async () => {
		const make = { resource: 'metadataSchema', operation: 'createFields' };
		const parameters = { fields: json([{ name: 'mood', displayName: 'Mood', type: 'string' }]) };
		const mood = { ...set.parameters, field: str('mood') };
		await scene.deploy({ make: { ...make, parameters }, set: { ...set, parameters: mood } });
		expect((await scene.send('set', { payload: 'good' })).caught?.error.code).toBe('bad-input');
		await scene.ask('make');
		expect((await scene.ask('set', { payload: 'good' })).statusCode).toBe(200);
	});
});

describe('A deploy', () => {
	it('ends the request that runs: nothing is sent on, and no connection stays', async () => {
		const get = { ...visitorGet, parameters: { visitorId: str('u-1001') } };
		await scene.deploy({ get });
		scene.emulator.control.addFault({ fault: { type: 'stall', afterBytes: 20 } });
		const asking = scene.send('get').catch(() => undefined);
		void scene.send('get').catch(() => undefined);
		await waitFor(() => scene.asked().length > 0, 'the request');
		await scene.deploy({ get });
		await waitFor(
			() => scene.emulator.control.requests().every(({ done }) => done),
			'the end of the request',
		);
		expect(scene.emulator.control.requests().map(({ aborted }) => aborted)).toEqual([true]);
		expect((await scene.ask('get')).statusCode).toBe(200);
		expect(scene.nodeRed.logs()).not.toMatch(/TypeError|unhandled/i);
		void asking;
	});
});

describe('The secrets', () => {
	it('are in no file of Node-RED but the encrypted credentials, and in no answer', async () => {
		await scene.nodeRed.stop();
		const files = readdirSync(scene.userDir, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
			.map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')]);
		expect(files.map(([name]) => name)).toContain('node-red.log');
		const leaks = files.filter(([, text]) =>
			[READ_WRITE_KEY, READ_ONLY_KEY, TRACK_SECRET].some((secret) => text!.includes(secret)),
		);
		expect(leaks.map(([name]) => name)).toEqual([]);
	});
});
