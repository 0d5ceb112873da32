import { SEGMENT_IDS, type Emulator } from '../../../emulator/server';
import { aggregate, send, startAtNoon } from './call';

let emulator: Emulator;
beforeEach(async () => {
	emulator = await startAtNoon();
});
afterEach(() => emulator.close());

const SEGMENT = '/api/v1/segment';
const { uploaded, powerUsers } = SEGMENT_IDS;
const advance = (milliseconds: number) => emulator.control.changeClock({ advance: milliseconds });
const members = (id: string = uploaded) => emulator.control.segmentVisitors(id).toSorted();

async function upload(visitors: string[]): Promise<string> {
	const reply = await send(emulator, `POST ${SEGMENT}/upload`, { name: 'Trial users', visitors });
	return reply.json<{ segmentId: string }>().segmentId;
}

describe('the list', () => {
	const list = async (query = '') =>
		(await send(emulator, `GET ${SEGMENT}${query}`)).json<Array<{ id: string }>>();

	test('shows what is shared with everyone', async () => {
		expect((await list()).map(({ id }) => id)).toEqual(['everyone', powerUsers, uploaded]);
		expect((await list('?createdByApi=true')).map(({ id }) => id)).toEqual([uploaded]);
	});

	test('gives each a name, a kind, a definition and a pipeline', async () => {
		expect((await list())[1]).toMatchObject({
			id: powerUsers,
			name: 'Enterprise visitors',
			kind: 'Segment',
			shared: true,
			createdByApi: false,
			definition: { type: 'rules' },
			pipeline: [{ source: { visitors: null } }, { filter: 'metadata.agent.plan == "enterprise"' }],
		});
	});

	test('leaves out private ones, which can still be asked for', async () => {
		expect((await send(emulator, `GET ${SEGMENT}/${SEGMENT_IDS.private}`)).json()).toMatchObject({
			id: 'privateSegment',
			shared: false,
		});
		expect((await send(emulator, `GET ${SEGMENT}/nowhere`)).status).toBe(404);
	});
});

describe('an upload', () => {
	const status = async (id: string) =>
		(await send(emulator, `GET ${SEGMENT}/${id}/status`)).json<{ status: string }>().status;

	test('takes effect after a while', async () => {
		emulator.control.setDelays({ segmentReadyAfter: 60_000 });
		const id = await upload(['u-1001', 'v-2']);
		expect((await send(emulator, `GET ${SEGMENT}/${id}`)).json()).toMatchObject({
			id,
			name: 'Trial users',
			createdByApi: true,
		});
		expect([await status(id), members(id)]).toEqual(['processing', []]);
		advance(59_999);
		expect(await status(id)).toBe('processing');
		advance(1);
		expect([await status(id), members(id)]).toEqual(['completed', ['u-1001', 'v-2']]);
	});

	test('replaces name and visitors, or one of them', async () => {
		const put = (body: object) => send(emulator, `PUT ${SEGMENT}/${uploaded}`, body);
		await put({ visitors: ['v-3'] });
		expect(members()).toEqual(['Kim+Test@Example.test', 'u-1001']);
		advance(10_000);
		expect(members()).toEqual(['v-3']);
		await put({ name: 'Renamed' });
		expect(await status(uploaded)).toBe('completed');
		expect((await send(emulator, `GET ${SEGMENT}/${uploaded}`)).json()).toMatchObject({
			name: 'Renamed',
		});
		expect(members()).toEqual(['v-3']);
	});

	test('may be empty', async () => {
		expect(await upload([])).toEqual(expect.any(String));
	});

	test.each([
		[{ visitors: ['v'] }, 422],
		[{ name: ' ', visitors: ['v'] }, 422],
		[{ name: 'x' }, 422],
		[{ name: 'x', visitors: 'v' }, 422],
		[{ name: 'x', visitors: [''] }, 422],
		[{ name: 'x', visitors: [7] }, 422],
		[['v'], 400],
	])('%j is refused with %i', async (body, code) => {
		expect((await send(emulator, `POST ${SEGMENT}/upload`, body)).status).toBe(code);
	});
});

describe('visitors', () => {
	test('are added and removed one by one', async () => {
		const id = 'dept/a b%2F?ü#1';
		const path = `${SEGMENT}/${uploaded}/visitor/${encodeURIComponent(id)}`;
		expect((await send(emulator, `PUT ${path}`)).status).toBe(200);
		expect(members()).toContain(id);
		expect((await send(emulator, `DELETE ${path}`)).status).toBe(200);
		expect(members()).not.toContain(id);
	});

	test('are added as base64', async () => {
		const part = Buffer.from('a/b').toString('base64url');
		const headers = { 'x-pendo-base64-encoded-params': 'true' };
		const line = `PUT ${SEGMENT}/${uploaded}/visitor/${part}`;
		await send(emulator, line, undefined, { headers });
		expect(members()).toContain('a/b');
	});

	const patch = (...operations: unknown[]) =>
		send(emulator, `PATCH ${SEGMENT}/${uploaded}/visitor`, { patch: operations });

	test('are added and removed in small batches, with a status for each operation', async () => {
		const reply = await patch(
			{ op: 'add', path: '/visitors', value: ['visitor3', 'visitor4'] },
			{ op: 'remove', path: '/visitors', value: ['u-1001'] },
		);
		expect(reply.json()).toEqual({
			multistatus: [
				{ operation: 'add', status: 200, message: 'OK' },
				{ operation: 'remove', status: 200, message: 'OK' },
			],
		});
		expect(members()).toEqual(['Kim+Test@Example.test', 'visitor3', 'visitor4']);
	});

	test('of one bad operation do not spoil the others', async () => {
		const reply = await patch(
			{ op: 'replace', path: '/visitors', value: [] },
			{ op: 'add', path: '/visitors', value: ['visitor3', ''] },
			{ op: 'add', path: '/visitors', value: ['visitor4'] },
		);
		expect(reply.status).toBe(200);
		expect(reply.json()).toEqual({
			multistatus: [
				{ operation: 'replace', status: 400, message: 'op must be add or remove' },
				{ operation: 'add', status: 422, message: 'value must be a list of ids' },
				{ operation: 'add', status: 200, message: 'OK' },
			],
		});
		expect(members()).toEqual(['Kim+Test@Example.test', 'u-1001', 'visitor4']);
	});

	test('are a thousand at most in one batch', async () => {
		const ids = Array.from({ length: 1001 }, (_, index) => `v${index}`);
		expect((await patch({ op: 'add', path: '/visitors', value: ids })).status).toBe(422);
		expect((await patch({ op: 'add', path: '/visitors', value: ids.slice(1) })).status).toBe(200);
		expect(members()).toHaveLength(1002);
	});

	test.each([
		['207', 207],
		['array', 200],
	] as const)('may be answered %s', async (multistatus, status) => {
		emulator.control.setVariants({ multistatus });
		const reply = await patch({ op: 'add', path: '/visitors', value: ['v'] });
		expect(reply.status).toBe(status);
		expect(Array.isArray(reply.json())).toBe(multistatus === 'array');
	});
});

test.each([
	['PUT', '', { name: 'x' }],
	['DELETE', '', undefined],
	['PUT', '/visitor/u-1001', undefined],
	['DELETE', '/visitor/u-1001', undefined],
	['PATCH', '/visitor', { patch: [{ op: 'add', path: '/visitors', value: [] }] }],
])(
	'%s %s is refused for what people made, and for what is not there',
	async (method, rest, body) => {
		const status = async (id: string) =>
			(await send(emulator, `${method} ${SEGMENT}/${id}${rest}`, body)).status;
		expect([await status(powerUsers), await status('nowhere')]).toEqual([422, 404]);
	},
);

test('a deleted segment is gone', async () => {
	await send(emulator, `DELETE ${SEGMENT}/${uploaded}`);
	expect((await send(emulator, `GET ${SEGMENT}/${uploaded}`)).status).toBe(404);
});

describe('an export', () => {
	const start = async (id: string) =>
		(await send(emulator, `POST ${SEGMENT}/${id}/visitors`)).json<{ jobId: string }>();
	const look = (id: string, job: string, what: string) =>
		send(emulator, `GET ${SEGMENT}/${id}/visitors/${job}/${what}`);

	test('is done after a while, and is CSV', async () => {
		const { jobId } = await start(uploaded);
		expect((await look(uploaded, jobId, 'status')).json()).toMatchObject({ status: 'processing' });
		expect((await look(uploaded, jobId, 'results/csv')).status).toBe(422);
		advance(2000);
		expect((await look(uploaded, jobId, 'status')).json()).toMatchObject({ status: 'completed' });
		const results = await look(uploaded, jobId, 'results/csv');
		expect(results.headers['content-type']).toBe('text/csv');
		expect(results.text).toBe('visitorId\r\nu-1001\r\nKim+Test@Example.test\r\n');
	});

	test('of a query has whoever the query finds', async () => {
		const { jobId } = await start(powerUsers);
		advance(2000);
		const lines = (await look(powerUsers, jobId, 'results/csv')).text.trimEnd().split('\r\n');
		const [{ count } = { count: 0 }] = await aggregate<{ count: number }>(
			emulator,
			{ source: { visitors: null } },
			{ filter: 'metadata.agent.plan == "enterprise"' },
			{ count: null },
		);
		expect(count).toBeGreaterThan(100);
		expect(lines).toHaveLength(count + 1);
	});

	test('belongs to its segment', async () => {
		const { jobId } = await start(uploaded);
		expect((await look(powerUsers, jobId, 'status')).status).toBe(404);
		expect((await send(emulator, `POST ${SEGMENT}/nowhere/visitors`)).status).toBe(404);
	});

	test('may name its job and its end otherwise', async () => {
		emulator.control.setVariants({ jobKey: 'id', jobDone: 'success', csvHeader: 'title' });
		const { id } = (await send(emulator, `POST ${SEGMENT}/${uploaded}/visitors`)).json<{
			id: string;
		}>();
		advance(2000);
		expect((await look(uploaded, id, 'status')).json()).toEqual({
			id,
			segmentId: uploaded,
			status: 'success',
		});
		expect((await look(uploaded, id, 'results/csv')).text).toMatch(/^Visitor ID\r\n/);
	});
});
