import { brotliDecompressSync, gunzipSync } from 'node:zlib';

import type { Fault } from '../../emulator/faults';
import { startEmulator, type Emulator } from '../../emulator/server';
import { rawRequest, type RawAnswer, type RawRequest } from './raw-client';

const RESULTS = '/api/v1/report/three/results.json';
const WELL = '[{"visitorId":"a"},{"visitorId":"b"},{"visitorId":"c"}]';

let emulator: Emulator;
beforeEach(async () => {
	emulator = await startEmulator({ paused: true });
	emulator.control.createReport({
		id: 'three',
		rows: [{ visitorId: 'a' }, { visitorId: 'b' }, { visitorId: 'c' }],
	});
});
afterEach(() => emulator.close());

/** What is on the wire under this fault; afterwards all is well again. */
async function under(fault: Fault, request: RawRequest = {}): Promise<RawAnswer> {
	emulator.control.addFault({ match: { kind: 'results' }, fault });
	const broken = await rawRequest(emulator, RESULTS, request);
	const healed = await rawRequest(emulator, RESULTS);
	expect(healed.content.toString()).toBe(WELL);
	expect(healed.complete).toBe(true);
	return broken;
}

describe('answers that are not the right ones', () => {
	test.each([400, 401, 402, 404, 408, 422, 429, 500, 502, 503, 504])(
		'status %i',
		async (status) => {
			const answer = await under({ type: 'status', status });
			expect(answer.status).toBe(status);
			expect(answer.complete).toBe(true);
		},
	);

	test('status 403 has no body', async () => {
		expect(await under({ type: 'status', status: 403 })).toMatchObject({
			status: 403,
			headers: { 'content-length': '0' },
		});
	});

	test.each(['7', 'Wed, 21 Oct 2026 07:28:00 GMT'])('429 with Retry-After %s', async (value) => {
		const answer = await under({ type: 'status', status: 429, headers: { 'retry-after': value } });
		expect(answer.headers['retry-after']).toBe(value);
	});

	test.each([301, 302, 303, 307, 308])('redirect %i', async (status) => {
		const location = 'http://127.0.0.2:9/elsewhere';
		const answer = await under({ type: 'redirect', status, location });
		expect(answer).toMatchObject({ status, headers: { location } });
	});

	test('HTML, with status 200 or another', async () => {
		const answer = await under({ type: 'html' });
		expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'text/html' } });
		expect(answer.content.toString()).toMatch(/^<!DOCTYPE html>/);
		expect((await under({ type: 'html', status: 502 })).status).toBe(502);
	});

	test('an empty body with status 200', async () => {
		expect(await under({ type: 'empty' })).toMatchObject({
			status: 200,
			headers: { 'content-length': '0' },
		});
	});

	test.each([
		[undefined, '{"error":"unexpected"}'],
		[[1, 2], '[1,2]'],
		[[{}], '[{}]'],
		[{ error: 'x' }, '{"error":"x"}'],
	])('another shape: %j', async (body, text) => {
		expect((await under({ type: 'shape', body })).content.toString()).toBe(text);
	});

	test('any body, to the letter', async () => {
		const body = '[{"visitorId":12345678901234567890}]';
		expect((await under({ type: 'body', body })).content.toString()).toBe(body);
	});

	test('garbage after the good rows', async () => {
		const answer = await under({ type: 'append', body: 'xyz' });
		expect(answer.content.toString()).toBe(`${WELL}xyz`);
		expect(answer.complete).toBe(true);
	});
});

describe('answers that do not arrive well', () => {
	test('late', async () => {
		const answer = await under({ type: 'delay', milliseconds: 150 });
		expect(answer.arrivals[0]).toBeGreaterThanOrEqual(145);
		expect(answer.content.toString()).toBe(WELL);
	});

	test('silence from the start', async () => {
		expect(await under({ type: 'stall' }, { patience: 200 })).toMatchObject({
			status: undefined,
			ending: 'silent',
		});
	});

	test('silence after some bytes', async () => {
		const answer = await under({ type: 'stall', afterBytes: 10 }, { patience: 200 });
		expect(answer).toMatchObject({ status: 200, ending: 'silent', complete: false });
		expect(answer.content.toString()).toBe('[{"visitor');
	});

	test('silence that ends', async () => {
		const answer = await under({ type: 'stall', afterBytes: 10, milliseconds: 100 });
		expect(answer.content.toString()).toBe(WELL);
		expect(answer.complete).toBe(true);
	});

	test.each([
		[{ afterBytes: 18 }, '[{"visitorId":"a"}'],
		[{ afterText: '}' }, '[{"visitorId":"a"}'],
		[{ afterText: '},' }, '[{"visitorId":"a"},'],
		[{ afterText: '[' }, '['],
		[{ afterBytes: 0 }, ''],
	])('rows cut off %j while the framing ends properly', async (where, text) => {
		const answer = await under({ type: 'truncate', ...where });
		expect(answer.content.toString()).toBe(text);
		expect(answer).toMatchObject({ status: 200, complete: true, ending: 'closed' });
	});

	test('rows cut off inside gzip that is whole', async () => {
		const answer = await under(
			{ type: 'truncate', afterText: '},' },
			{ headers: { 'accept-encoding': 'gzip' } },
		);
		expect(gunzipSync(answer.content).toString()).toBe('[{"visitorId":"a"},');
	});

	test('drop by drop', async () => {
		const answer = await under({ type: 'drip', bytes: 10, milliseconds: 20 });
		expect(answer.content.toString()).toBe(WELL);
		expect(answer.arrivals.length).toBeGreaterThan(3);
		expect(answer.arrivals.at(-1)).toBeGreaterThan(80);
	});

	test('a connection reset at once', async () => {
		expect(await under({ type: 'reset' })).toMatchObject({ status: undefined, ending: 'reset' });
	});

	test('a connection reset in the middle of the rows', async () => {
		const answer = await under({ type: 'reset', afterBytes: 20 });
		expect(answer).toMatchObject({ status: 200, ending: 'reset', complete: false });
		expect(answer.content.toString()).toBe('[{"visitorId":"a"},{');
	});

	test.each([7, -7])('a Content-Length that is off by %i', async (difference) => {
		const answer = await under({ type: 'length', difference });
		expect(answer.headers['content-length']).toBe(String(WELL.length + difference));
		expect(answer.body.toString()).toBe(WELL);
		expect(answer).toMatchObject({ complete: false, ending: 'closed' });
	});
});

describe('compression that is broken', () => {
	test.each([undefined, 20, -4])(
		'gzip cut, its Content-Length matching (afterBytes %p)',
		async (afterBytes) => {
			const answer = await under({ type: 'gzip-cut', afterBytes });
			expect(answer).toMatchObject({ complete: true, headers: { 'content-encoding': 'gzip' } });
			expect(() => gunzipSync(answer.content)).toThrow('unexpected end of file');
		},
	);

	test('gzip whose checksum is wrong', async () => {
		const answer = await under({ type: 'gzip-bad-crc' });
		expect(() => gunzipSync(answer.content)).toThrow('incorrect data check');
	});

	test('brotli cut', async () => {
		const answer = await under({ type: 'brotli-cut' });
		expect(answer.headers['content-encoding']).toBe('br');
		expect(() => brotliDecompressSync(answer.content)).toThrow();
	});

	test('plain rows that are said to be gzip', async () => {
		const answer = await under({ type: 'wrong-encoding' });
		expect(answer.headers['content-encoding']).toBe('gzip');
		expect(answer.content.toString()).toBe(WELL);
	});
});

describe('when a fault strikes', () => {
	const status = async (path = RESULTS) => (await rawRequest(emulator, path)).status;
	const fault: Fault = { type: 'status', status: 500 };

	test('as often as it was told, after letting some pass', async () => {
		emulator.control.addFault({ skip: 1, times: 2, fault });
		expect([await status(), await status(), await status(), await status()]).toEqual([
			200, 500, 500, 200,
		]);
	});

	test('always, until it is healed', async () => {
		const { id } = emulator.control.addFault({ times: 'always', fault });
		expect([await status(), await status(), await status()]).toEqual([500, 500, 500]);
		emulator.control.clearFaults(id);
		expect(await status()).toBe(200);
	});

	test('on the kind and the path that it is meant for', async () => {
		emulator.control.addFault({ match: { kind: 'verify' }, times: 'always', fault });
		emulator.control.addFault({ match: { path: 'emptyVisitors' }, times: 'always', fault });
		expect(await status()).toBe(200);
		expect(await status('/api/v1/token/verify')).toBe(500);
		expect(await status('/api/v1/report/emptyVisitors/results.json')).toBe(500);
	});

	test('a delay goes together with another fault', async () => {
		emulator.control.addFault({ fault: { type: 'delay', milliseconds: 100 } });
		emulator.control.addFault({ fault });
		const answer = await rawRequest(emulator, RESULTS);
		expect(answer.status).toBe(500);
		expect(answer.arrivals[0]).toBeGreaterThanOrEqual(95);
	});

	test('a message that is refused does not reach the inbox', async () => {
		emulator.control.addFault({ match: { kind: 'inbox' }, fault });
		const post = () =>
			fetch(`${emulator.url}/emulator/inbox`, { method: 'POST', body: '{"text":"hello"}' });
		expect((await post()).status).toBe(500);
		expect(emulator.control.inbox()).toHaveLength(0);
		expect((await post()).status).toBe(200);
		expect(emulator.control.inbox()).toMatchObject([{ body: { text: 'hello' } }]);
	});
});
