import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { verifyKey } from '../../core/pendo';
import { READ_WRITE_KEY, REPORT_IDS, startEmulator, type Emulator } from '../../emulator/server';
import { FILE_NAME } from '../../scripts/check-live';
import { Wire } from '../../scripts/check-live/wire';
import { findingsIn, furnish, look } from './check-live.support';

const CANARY = 'Canary';
const KEY = 'c4n4ry-key-that-nobody-may-see.eu';

jest.setTimeout(60_000);

let emulator: Emulator;
beforeEach(async () => {
	emulator = await startEmulator({ paused: true });
	emulator.control.setKey(KEY, {});
	furnish(emulator);
});
afterEach(() => emulator.close());

const asCanary = { PENDO_INTEGRATION_KEY: KEY };

/** Values that only this subscription has. */
function plantCanaries(): void {
	const id = `${CANARY}-id/with slash`;
	const fields = [
		{ type: 'string', title: `${CANARY} title`, field: 'visitorId' },
		{ type: CANARY, title: `${CANARY} title`, field: `visitor_agent_${CANARY}` },
		{ type: 'time', title: `${CANARY} time`, field: `account_${CANARY}_time` },
	];
	const row = {
		visitorId: id,
		[`visitor_agent_${CANARY}`]: `${CANARY}@canary.example`,
		[`account_${CANARY}_time`]: `on ${CANARY} day`,
		[CANARY]: { [CANARY]: [CANARY] },
		accountId: CANARY,
	};
	const user = { id: CANARY, username: `${CANARY}@canary.example`, first: CANARY, last: CANARY };
	const item = {
		share: CANARY,
		scope: { [CANARY]: CANARY },
		target: `${CANARY}@canary.example`,
		level: [CANARY],
		ownedByUser: user,
	};
	emulator.control.createReport({
		id: `${CANARY}Report`,
		name: `${CANARY} name`,
		fields,
		item,
		rows: Array.from({ length: 20 }, () => row),
	});
	emulator.control.createReport({ id: `${CANARY}Other`, name: CANARY, type: CANARY, item });
	emulator.control.createReport({
		id: `${CANARY}Accounts`,
		name: CANARY,
		type: 'Account',
		rows: [{ accountId: CANARY, [`account_agent_${CANARY}`]: CANARY }],
	});
}

/** What stands for the subscription: everything that the check may not repeat. */
function expectSilence(text: string): void {
	expect(text).not.toMatch(/canary|c4n4ry|@|example\.test|somebody|acme/i);
	expect(text).not.toContain(String(emulator.port));
	for (const id of Object.values(REPORT_IDS)) expect(text).not.toContain(`"${id}"`);
}

test('neither the output nor the file names a person, an id, a report, a key or a host', async () => {
	plantCanaries();
	const { code, file, printed } = await look(emulator, asCanary);
	expect(code).toBe(0);
	expectSilence(printed);
	expectSilence(file);
	expect(findingsIn(file)['list.sharing']).toContain('share (2): text(6)');
	expect(findingsIn(file)['results.columns']).toContain('key(6)');
});

test.each([
	['an object', { [CANARY]: `${CANARY}@canary.example`, results: { [CANARY]: CANARY } }],
	['a list', [{ [CANARY]: CANARY, id: CANARY, name: CANARY, type: CANARY, share: CANARY }]],
	['rows in an object', { results: [{ visitorId: CANARY, accountId: CANARY, [CANARY]: CANARY }] }],
	['text', `${CANARY},${CANARY}\n${CANARY}@canary.example,${CANARY}`],
	['a page', `<html><title>${CANARY}</title></html>`],
])('nothing is repeated of a Pendo that answers %s to everything', async (_, body) => {
	emulator.control.addFault({ match: { path: '/token/' }, fault: { type: 'drip', bytes: 1_000 } });
	emulator.control.addFault({
		times: 'always',
		fault: {
			type: 'body',
			body,
			headers: { 'content-type': CANARY, etag: CANARY, [`x-ratelimit-${CANARY}`]: CANARY },
		},
	});
	const { code, file, printed } = await look(emulator, asCanary);
	expect(code).toBe(0);
	expectSilence(printed);
	expectSilence(file);
	expect(findingsIn(file)['transport.rate-headers']).toMatch('differs: rate limit headers');
});

test.each([400, 403, 404, 422, 500])('nothing is repeated of refusals with %d', async (status) => {
	emulator.control.addFault({ match: { path: '/token/' }, fault: { type: 'drip', bytes: 1_000 } });
	const body = { message: CANARY, [CANARY]: `${CANARY}@canary.example` };
	emulator.control.addFault({ times: 'always', fault: { type: 'status', status, body } });
	const { file, printed } = await look(emulator, asCanary);
	expectSilence(printed);
	expectSilence(file);
});

test('columns are told without the names that customers gave', async () => {
	emulator.control.deleteAllReports();
	const row = { visitor_agent_canary: 1, account_canary_name: 2, visitor_auto__777_canary: 3 };
	emulator.control.createReport({ id: 'columns', rows: [row] });
	const { file, printed } = await look(emulator, asCanary);
	expectSilence(printed);
	expect(findingsIn(file)['results.visitor-key']).toBe(
		'differs: neither; the first keys are visitor_agent_*(6), account_group(6)_*(4), visitor_auto__(app)_*(6)',
	);
});

test('a connection that breaks does not tell where it led', async () => {
	emulator.control.addFault({
		skip: 1,
		times: 'always',
		fault: { type: 'reset', afterBytes: 0 },
	});
	const { file, printed } = await look(emulator, asCanary);
	expect(findingsIn(file)['list.private']).toMatch('not testable here');
	expectSilence(printed);
	expectSilence(file);
});

test('a wrong key is not repeated', async () => {
	emulator.control.deleteKey(KEY);
	const { printed } = await look(emulator, asCanary);
	expect(printed).not.toMatch(/c4n4ry/i);
});

test('only reads, with the key in its header alone, in few calls', async () => {
	await look(emulator, { PENDO_INTEGRATION_KEY: READ_WRITE_KEY });
	const requests = emulator.control.requests();
	expect(requests.length).toBeGreaterThan(20);
	expect(requests.length).toBeLessThan(40);
	for (const { method, path, headerNames } of requests) {
		if (method === 'POST') expect(path).toBe('/api/v1/aggregation');
		else expect(method).toBe('GET');
		expect(path).not.toContain('(key)');
		expect(headerNames).not.toContain('authorization');
	}
	expect(requests.filter(({ key }) => key === 'wrong')).toHaveLength(1);
});

test.each([
	['PUT', '/api/v1/segment/s'],
	['DELETE', '/api/v1/segment/s'],
	['PATCH', '/api/v1/segment/s/visitor'],
	['POST', '/api/v1/segment/s/visitors'],
	['POST', '/api/v1/aggregation/../segment/upload'],
] as const)('cannot send %s %s', async (method, path) => {
	const wire = new Wire(emulator.url, KEY);
	const sending = wire.send({ method, path, headers: {} }, 1_000);
	await expect(sending).rejects.toThrow('Only calls that read are sent');
	expect(emulator.control.requests()).toEqual([]);
});

test('cannot make more than 60 calls', async () => {
	const wire = new Wire(emulator.url, KEY);
	for (let call = 0; call < 60; call++) await wire.send(verifyKey, 10_000);
	await expect(wire.send(verifyKey, 10_000)).rejects.toThrow('60 calls were made');
	expect(emulator.control.requests()).toHaveLength(60);
});

test('a large report is left after its first rows', async () => {
	emulator.control.createReport({ id: 'aLargeOne', generated: 200_000 });
	await look(emulator);
	const [large] = emulator.control.requests().filter(({ path }) => path.includes('aLargeOne'));
	expect(large).toMatchObject({ status: 200, aborted: true });
});

test('the command writes its file into the folder where it is run', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'pendo-live-check-'));
	try {
		const script = join(__dirname, '..', '..', 'scripts', 'check-live.ts');
		const env = { ...process.env, PENDO_BASE_URL: emulator.url, PENDO_INTEGRATION_KEY: KEY };
		const parameters = [require.resolve('tsx/cli'), script];
		const run = promisify(execFile)(process.execPath, parameters, { cwd: folder, env });
		const { stdout, stderr } = await run;
		const file = readFileSync(join(folder, FILE_NAME), 'utf8');
		expectSilence(stdout + stderr + file);
		expect(stdout).toContain('✓ holds: The rows of a report are a bare list');
		expect(findingsIn(file)['results.wrapper']).toMatch('holds');
	} finally {
		rmSync(folder, { recursive: true });
	}
}, 60_000);
