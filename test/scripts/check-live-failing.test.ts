import { EU_KEY, REVOKED_KEY, startEmulator, type Emulator } from '../../emulator/server';
import type { Fault } from '../../emulator/faults';
import { furnish, look } from './check-live.support';

jest.setTimeout(60_000);

let emulator: Emulator;
beforeEach(async () => {
	emulator = await startEmulator({ paused: true });
	furnish(emulator);
});
afterEach(() => emulator.close());

describe('says in words, and looks no further,', () => {
	test.each([
		['no key is set', { PENDO_INTEGRATION_KEY: '' }, /Set PENDO_INTEGRATION_KEY/],
		['the key is wrong', { PENDO_INTEGRATION_KEY: 'nonsense' }, /refused the key \(403/],
		['the key is of another region', { PENDO_INTEGRATION_KEY: EU_KEY }, /check the region/],
		['the key was revoked', { PENDO_INTEGRATION_KEY: REVOKED_KEY }, /not valid any more/],
		['the key has a line break in it', { PENDO_INTEGRATION_KEY: 'a\nb' }, /no key has/],
		['no region is set', { PENDO_BASE_URL: '' }, /PENDO_REGION .*region.\n.*us, us1, eu, jpn, au/],
		['the region is not known', { PENDO_BASE_URL: '', PENDO_REGION: 'mars' }, /PENDO_REGION/],
		['the address is not safe', { PENDO_BASE_URL: 'http://example.test' }, /https:\/\//],
	])('that %s', async (_, env, words) => {
		const { code, printed, file } = await look(emulator, env);
		expect(code).toBe(1);
		expect(printed).toMatch(words);
		expect(file).toBe('');
	});

	test.each([
		['a redirect', { type: 'redirect', location: '/api/v1/elsewhere' }, /redirect \(302\)/],
		['a web page', { type: 'html' }, /web page/],
		['a Pendo that is down', { type: 'status', status: 503 }, /not available \(503\)/],
	] as [string, Fault, RegExp][])('of %s at the first call', async (_, fault, words) => {
		emulator.control.addFault({ times: 'always', fault });
		const { code, printed } = await look(emulator);
		expect(code).toBe(1);
		expect(printed).toMatch(words);
	});
});

test('says in words that the address does not answer', async () => {
	const gone = await startEmulator();
	await gone.close();
	const { code, printed } = await look(gone);
	expect(code).toBe(1);
	expect(printed).toMatch(/cannot be reached \(ECONNREFUSED\)/);
});

/** All calls but the first are broken. */
function breakAll(fault: Fault): void {
	emulator.control.addFault({ skip: 1, times: 'always', fault });
}

test('never follows a redirect', async () => {
	breakAll({ type: 'redirect', location: '/api/v1/elsewhere' });
	const { code, findings } = await look(emulator);
	expect(code).toBe(0);
	expect(emulator.control.requests().filter(({ path }) => path.includes('elsewhere'))).toEqual([]);
	expect(findings['results.wrapper']).toMatch('not testable here: Pendo could not be asked');
});

test.each([
	['resets every connection', { type: 'reset', afterBytes: 0 }],
	['cuts every answer', { type: 'truncate', afterBytes: 5 }],
	['is down', { type: 'status', status: 502 }],
	['asks to slow down', { type: 'status', status: 429, headers: { 'retry-after': '1' } }],
] as [string, Fault][])(
	'ends, and says what it could not see, of a Pendo that %s',
	async (_, fault) => {
		breakAll(fault);
		const { code, findings } = await look(emulator);
		expect(code).toBe(0);
		expect(findings['results.wrapper']).toMatch(/not testable here|differs/);
		for (const id of ['list.private', 'results.visitor-key', 'csv.header', 'aggregation.wrapper']) {
			expect(findings[id]).not.toMatch(/^holds/);
		}
		expect(emulator.control.requests().length).toBeLessThan(40);
	},
);

test.each([
	['with', { 'retry-after': '1' }, 'holds'],
	['without', {}, 'differs'],
])('notices that Pendo asks to slow down %s a Retry-After', async (_, headers, verdict) => {
	const fault: Fault = { type: 'status', status: 429, headers };
	emulator.control.addFault({ match: { kind: 'results' }, times: 1, fault });
	const { findings } = await look(emulator);
	expect(findings['transport.retry-after']).toMatch(verdict);
	expect(findings['results.wrapper']).toMatch('holds');
});

test('one report that fails does not hide the others', async () => {
	const fault: Fault = { type: 'status', status: 404 };
	emulator.control.addFault({ match: { path: 'liveNobody' }, times: 'always', fault });
	const { findings } = await look(emulator);
	expect(findings['results.wrapper']).toBe('holds: 2 of 2 reports bare, the others in an object');
});

test('results that are no list at all differ', async () => {
	const fault: Fault = { type: 'body', body: '{"rows":[]}' };
	emulator.control.addFault({ match: { kind: 'results' }, times: 'always', fault });
	const { findings } = await look(emulator);
	expect(findings['results.wrapper']).toMatch('differs: the answer cannot be read at all');
});
