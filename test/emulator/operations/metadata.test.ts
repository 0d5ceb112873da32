import type { Emulator } from '../../../emulator/server';
import { VARIANTS } from '../../../emulator/variants';
import { send, startAtNoon } from './call';

let emulator: Emulator;
beforeEach(async () => {
	emulator = await startAtNoon();
});
afterEach(() => emulator.close());

const VALUE = '/api/v1/metadata/visitor/custom/value/u-1001';
const put = (field: string, text: string) =>
	send(emulator, `PUT ${VALUE}/${field}`, undefined, { text });
const get = (field: string) => send(emulator, `GET ${VALUE}/${field}`);

describe('the schema', () => {
	const schema = async () =>
		(await send(emulator, 'GET /api/v1/metadata/schema/visitor')).json<
			Record<string, Record<string, object>>
		>();

	test('names groups, fields and their types', async () => {
		const groups = await schema();
		expect(Object.keys(groups)).toEqual(['agent', 'auto', 'auto__323232', 'custom', 'pendo']);
		expect(groups.agent?.email).toEqual({
			Type: 'string',
			DisplayName: 'Email',
			isHidden: false,
			isDeleted: false,
			isCalculated: false,
			isPerApp: false,
			sample: 'kim@example.test',
		});
		expect(groups.auto__323232?.lastvisit).toMatchObject({ Type: 'time', isPerApp: true });
	});

	test('takes new fields of the four types, and takes them away', async () => {
		const fields = [
			{ name: 'fieldName1', displayname: 'fieldName1', type: 'string' },
			{ name: 'fieldName2', displayname: 'fieldName2', type: 'number' },
			{ name: 'fieldName3', displayname: 'fieldName3', type: 'time' },
			{ name: 'fieldName4', displayname: 'fieldName4', type: 'boolean' },
		];
		await send(emulator, 'POST /api/v1/metadata/schema/visitor/custom', fields);
		expect((await schema()).custom?.fieldName2).toMatchObject({
			Type: 'number',
			DisplayName: 'fieldName2',
			isDeleted: false,
		});
		expect((await put('fieldName2', '7')).status).toBe(200);
		await send(emulator, 'DELETE /api/v1/metadata/schema/visitor/custom/fieldName2');
		expect((await schema()).custom?.fieldName2).toMatchObject({ isDeleted: true });
		expect((await put('fieldName2', '8')).status).toBe(422);
		await send(emulator, 'POST /api/v1/metadata/schema/visitor/custom', [fields[1]]);
		expect((await put('fieldName2', '8')).status).toBe(200);
	});

	test.each([
		['a name that begins with a digit', 'custom', [{ name: '1st', type: 'string' }]],
		['a name with a space', 'custom', [{ name: 'a b', type: 'string' }]],
		['a type that is none', 'custom', [{ name: 'a', type: 'money' }]],
		['a field that is there', 'custom', [{ name: 'score', type: 'number' }]],
		['a field of Pendo', 'auto', [{ name: 'a', type: 'string' }]],
		['no list', 'custom', { name: 'a', type: 'string' }],
		['one bad field among good ones', 'custom', [{ name: 'good', type: 'string' }, {}]],
	])('refuses %s with 422', async (_, group, fields) => {
		const before = await schema();
		const path = `/api/v1/metadata/schema/visitor/${group}`;
		expect((await send(emulator, `POST ${path}`, fields)).status).toBe(422);
		expect(await schema()).toEqual(before);
	});

	test.each([
		['GET /api/v1/metadata/schema/guest', 404],
		['DELETE /api/v1/metadata/schema/visitor/custom/nothing', 404],
		['DELETE /api/v1/metadata/schema/visitor/nowhere/score', 404],
		['DELETE /api/v1/metadata/schema/visitor/auto/lastvisit', 422],
	])('%s is refused with %i', async (line, status) => {
		expect((await send(emulator, line)).status).toBe(status);
	});

	test('knows which segments ask for a field', async () => {
		const path = '/api/v1/metadata/dependencies/visitor/agent/plan';
		expect((await send(emulator, `GET ${path}`)).json()).toMatchObject({
			kind: 'visitor',
			group: 'agent',
			field: 'plan',
			segments: [{ id: '_powerUsers' }],
		});
		expect((await send(emulator, 'GET /api/v1/metadata/dependencies')).json()).toHaveLength(1);
	});
});

describe('one value', () => {
	test.each([
		['note', '"gold"'],
		['score', '42'],
		['vip', 'true'],
		['renewal', '1746090000000'],
	])('%s is set to %s, and shows wherever the visitor is read', async (field, text) => {
		expect(await put(field, text)).toMatchObject({ status: 200, text: '' });
		expect((await get(field)).text).toBe(text);
		const visitor = (await send(emulator, 'GET /api/v1/visitor/u-1001')).json<{
			metadata: { custom: Record<string, unknown> };
		}>();
		expect(visitor.metadata.custom[field]).toEqual(JSON.parse(text));
		expect(emulator.control.visitor('u-1001')).toEqual(visitor);
	});

	test('of a list is a list', async () => {
		const path = '/api/v1/metadata/visitor/agent/value/u-1001/tags';
		expect((await send(emulator, `PUT ${path}`, ['a', 'b'])).status).toBe(200);
		expect((await send(emulator, `GET ${path}`)).text).toBe('["a","b"]');
		expect((await send(emulator, `PUT ${path}`, 'a')).status).toBe(422);
	});

	test('of an account whose id is base64 is set and read', async () => {
		const headers = { 'x-pendo-base64-encoded-params': 'true' };
		const id = Buffer.from('parent::child').toString('base64url');
		const path = `/api/v1/metadata/account/custom/value/${id}/owner`;
		await send(emulator, `PUT ${path}`, 'Kim', { headers });
		expect((await send(emulator, `GET ${path}`, undefined, { headers })).text).toBe('"Kim"');
		expect(emulator.control.account('parent::child')).toMatchObject({
			metadata: { custom: { owner: 'Kim' } },
		});
	});

	test.each([
		['note', '42', 422],
		['score', '"many"', 422],
		['score', '1.5', 422],
		['vip', '"yes"', 422],
		['renewal', '"some day"', 422],
		['note', '{"a":1}', 422],
		['note', '["a"]', 422],
		['note', 'null', 422],
		['nothing', '"x"', 422],
		['retired', '"x"', 422],
		['note', 'gold', 400],
		['note', '', 400],
	])('%s does not take %s', async (field, text, status) => {
		expect((await put(field, text)).status).toBe(status);
	});

	test.each([
		['PUT /api/v1/metadata/visitor/custom/value/nobody/note', 404],
		['PUT /api/v1/metadata/visitor/auto/value/u-1001/lastvisit', 422],
		['PUT /api/v1/metadata/visitor/pendo/value/u-1001/other', 422],
		['PUT /api/v1/metadata/guest/custom/value/u-1001/note', 404],
		['GET /api/v1/metadata/visitor/custom/value/nobody/note', 404],
		['GET /api/v1/metadata/visitor/custom/value/u-1001/nothing', 404],
		['GET /api/v1/metadata/visitor/custom/value/u-1001/note', 404],
	])('%s is refused with %i', async (line, status) => {
		expect((await send(emulator, line, line.startsWith('PUT') ? 'x' : undefined)).status).toBe(
			status,
		);
	});

	test('that was never set may be null', async () => {
		emulator.control.setVariants({ unsetValue: 'null' });
		expect(await get('note')).toMatchObject({ status: 200, text: 'null' });
	});

	test.each([
		['donotprocess', 'true', 200],
		['donotprocess', 'false', 200],
		['blacklistguides', 'true', 200],
		['donotprocess', '"true"', 422],
		['blacklistguides', '1', 422],
	])('%s with %s answers %i', async (field, text, status) => {
		const path = `/api/v1/metadata/visitor/pendo/value/u-1001/${field}`;
		expect((await send(emulator, `PUT ${path}`, undefined, { text })).status).toBe(status);
		if (status === 200) expect((await send(emulator, `GET ${path}`)).text).toBe(text);
	});
});

describe('many values', () => {
	const set = (items: unknown, query = '', kind = 'visitor', group = 'custom') =>
		send(emulator, `POST /api/v1/metadata/${kind}/${group}/value${query}`, items);

	test('are counted', async () => {
		const items = [
			{ visitorId: 'u-1001', values: { note: 'gold', score: 7 } },
			{ visitorId: 'Kim+Test@Example.test', values: { vip: true } },
		];
		expect((await set(items)).json()).toEqual({ total: 2, updated: 2, failed: 0 });
		expect((await get('score')).text).toBe('7');
	});

	test('that fail are told beside those that do not, with 200', async () => {
		const items = [
			{ visitorId: 'u-1001', values: { note: 'gold' } },
			{ visitorId: 'nobody', values: { note: 'gold' } },
			{ visitorId: 'u-1001', values: { score: 'many' } },
			{ visitorId: '', values: {} },
			'not an object',
		];
		const reply = await set(items);
		expect(reply.status).toBe(200);
		expect(reply.json()).toEqual({
			total: 5,
			updated: 1,
			failed: 4,
			missing: ['nobody'],
			errors: [
				'u-1001: score cannot be "many"',
				'visitorId must be text',
				'visitorId must be text',
			],
		});
	});

	test('make who is not there, if asked to', async () => {
		const items = [{ accountId: 'brand-new', values: { owner: 'Kim' } }];
		expect((await set(items, '', 'account')).json()).toMatchObject({ missing: ['brand-new'] });
		expect((await set(items, '?create=true', 'account')).json()).toEqual({
			total: 1,
			updated: 1,
			failed: 0,
		});
		expect((await send(emulator, 'GET /api/v1/account/brand-new')).json()).toMatchObject({
			metadata: { custom: { owner: 'Kim' } },
		});
	});

	test.each([
		['a single object', { visitorId: 'u-1001', values: {} }, 'custom', 400],
		["a group of Pendo's", [], 'auto', 422],
	])('as %s are refused', async (_, items, group, status) => {
		expect((await set(items, '', 'visitor', group)).status).toBe(status);
	});

	test.each([
		['missing-and-errors', ['failed', 'missing', 'total', 'updated']],
		['errors', ['errors', 'failed', 'total', 'updated']],
		['missing', ['failed', 'missing', 'total', 'updated']],
		['counts-only', ['failed', 'total', 'updated']],
	] as const)('may tell %s', async (bulkOutcome, keys) => {
		emulator.control.setVariants({ bulkOutcome });
		const reply = await set([{ visitorId: 'nobody', values: { note: 'gold' } }]);
		expect(Object.keys(reply.json()).sort()).toEqual(keys);
	});

	test('may make the fields that they name', async () => {
		const items = [{ visitorId: 'u-1001', values: { invented: 5 } }];
		expect((await set(items)).json()).toMatchObject({ failed: 1 });
		emulator.control.setVariants({ unknownField: 'created' });
		expect((await set(items)).json()).toMatchObject({ updated: 1 });
		expect((await get('invented')).text).toBe('5');
	});

	test('may be limited to a thousand', async () => {
		const items = Array.from({ length: 1001 }, (_, index) => ({
			visitorId: `v${index}`,
			values: {},
		}));
		expect((await set(items, '?create=true')).json()).toMatchObject({ updated: 1001 });
		emulator.control.setVariants({ bulkSize: 'limited' });
		expect((await set(items, '?create=true')).status).toBe(422);
		expect((await set(items.slice(1), '?create=true')).status).toBe(200);
	});
});

test.each([
	['empty', ''],
	['object', '{}'],
	['null', 'null'],
	['text', 'OK'],
] as const)('what nobody has described may be answered %s', async (undescribedAnswer, text) => {
	emulator.control.setVariants({ undescribedAnswer });
	expect(await put('note', '"gold"')).toMatchObject({ status: 200, text });
});

test.each(VARIANTS.readOnlyWrite)(
	'a write with a read-only key may be %s',
	async (readOnlyWrite) => {
		emulator.control.setVariants({ readOnlyWrite });
		const reply = await send(emulator, `PUT ${VALUE}/note`, 'gold', {
			key: 'emulator-read-only-key',
		});
		expect(reply.status).toBe(parseInt(readOnlyWrite, 10));
		expect(reply.text === '').toBe(readOnlyWrite === '403-empty');
	},
);
