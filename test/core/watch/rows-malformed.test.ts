import { MalformedResults, type SubjectKind } from '../../../core/watch/rows';
import { cutInto, readResults } from './read-results';

async function refusalOf(body: string | Uint8Array, kind?: SubjectKind): Promise<MalformedResults> {
	const error: unknown = await readResults(body, kind).then(
		() => undefined,
		(reason: unknown) => reason,
	);
	expect(error).toBeInstanceOf(MalformedResults);
	return error as MalformedResults;
}

describe('an answer that is no report says what it is', () => {
	test.each([
		['', 'is empty', 0],
		[' \n ', 'is empty', 3],
		['\ufeff', 'is empty', 3],
		['<!doctype html><p>Sign in', 'is a web page (HTML), not a report', 0],
		['\n  <html>', 'is a web page (HTML), not a report', 3],
		[Buffer.from('[{"visitorId":"a"}]', 'utf16le'), 'is encoded as UTF-16, not as UTF-8', 0],
		[Buffer.from('\ufeff[]', 'utf16le'), 'is encoded as UTF-16, not as UTF-8', 0],
		[Buffer.from('\ufeff[]', 'utf16le').swap16(), 'is encoded as UTF-16, not as UTF-8', 0],
		[Buffer.from('1f8b0800', 'hex'), 'is compressed (gzip) and was not unpacked', 0],
		['visitorId,email\na,b', 'is not JSON', 0],
		['"text"', 'has another shape: it is not a list of rows', 0],
		['17', 'has another shape: it is not a list of rows', 0],
		['{}', 'has another shape: an object without results', 1],
		['{"error":"not found"}', 'has another shape: an object without results', 20],
		['{"results":{}}', 'has another shape: its results are not a list of rows', 11],
		['{"results":[],"results":[]}', 'has more than one list of results', 14],
		['\ufeff\ufeff[]', 'is not JSON', 3],
	])('%j %s', async (body, reason, offset) => {
		expect(await refusalOf(body)).toMatchObject({ reason, offset, row: -1 });
	});

	test.each([
		['[{"visitorId":"a"}] <p>', 'has text after its end', 20],
		['[][]', 'has text after its end', 2],
		['null null', 'has text after its end', 5],
		['{"results":[]}]', 'has text after its end', 14],
	])('%j %s', async (body, reason, offset) => {
		expect(await refusalOf(body)).toMatchObject({ reason, offset, row: -1 });
	});
});

describe('an answer that ends too early', () => {
	test.each([
		['[', -1],
		['[{"visitorId":"a"}', -1],
		['[{"visitorId":"a"},', -1],
		['[{"visitorId":"a"},{"visitorId":"b', 1],
		['{"results":[{"visitorId":"a"}', -1],
	])('in its list says so: %j', async (body, row) => {
		expect(await refusalOf(body)).toMatchObject({
			reason: 'ends before the list is closed',
			offset: Buffer.byteLength(body),
			row,
		});
	});

	test.each([
		'nul',
		'{',
		'{"results":[{"visitorId":"a"}]',
		'{"results":[],',
		'{"startTime":12',
		'{"results"',
		'{"results":',
		'{"results":nul',
	])('outside its list says so: %j', async (body) => {
		expect(await refusalOf(body)).toMatchObject({ reason: 'ends before it is complete', row: -1 });
	});

	test('is never taken for a whole one, wherever it ends', async () => {
		const body = Buffer.from(
			'{"startTime":-1.5e3,"results":[{"visitorId":"\\u00e9ü😀","a":[true,{"b":null}]},{"visitorId":7}]}',
		);
		for (let end = 0; end < body.length; end++) {
			expect((await refusalOf(body.subarray(0, end))).reason).toMatch(/^(ends before|is empty)/);
		}
	});
});

describe('a broken row', () => {
	test.each([
		['NaN', 'is not valid JSON: it should have a value here'],
		['-Infinity', 'is not valid JSON: it should have a value here'],
		['01', 'is not valid JSON: it should have a comma or a closing bracket here'],
		['"\n"', 'is not valid JSON: it should have an escape in place of a control character here'],
		['"\\x"', 'is not valid JSON: it should have one of the escapes of JSON here'],
		['[1,]', 'is not valid JSON: it should have a value here'],
	])('of 10,000, with a field %j, is named with its place', async (value, reason) => {
		const rows = Array.from(
			{ length: 10_000 },
			(_, index) => `{"visitorId":"u-${index}","metric":1}`,
		);
		rows[7654] = `{"visitorId":"u-7654","metric":${value}}`;
		const body = `[${rows.join(',')}]`;
		const refusal = await refusalOf(body);
		const start = body.indexOf(rows[7654]);
		expect(refusal).toMatchObject({ reason, row: 7654 });
		expect(refusal.offset).toBeGreaterThan(start);
		expect(refusal.offset).toBeLessThan(start + rows[7654].length);
		expect(refusal.message).toBe(
			`Pendo's answer ${reason} (at byte ${refusal.offset}, in row 7655).`,
		);
		expect(refusal.message).not.toContain('u-7654');
	});

	test.each([
		['a byte of no character', [0xff]],
		['an overlong character', [0xc0, 0xaf]],
		['a surrogate', [0xed, 0xa0, 0x80]],
		['a character beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
		['half a character', [0xe6, 0x97]],
		['the end of a character', [0x97]],
	])('with %s is not valid UTF-8', async (_kind, bytes) => {
		const body = Buffer.concat([
			Buffer.from('[{"visitorId":"'),
			Buffer.from(bytes),
			Buffer.from('"}]'),
		]);
		expect(await refusalOf(body)).toMatchObject({ reason: 'is not valid UTF-8', row: 0 });
	});

	test.each(['1', '"a"', 'null', '[]', 'true'])('that is %s is not a row', async (entry) => {
		expect(await refusalOf(`[{"visitorId":"a"},${entry}]`)).toMatchObject({
			reason: 'has an entry in its list that is not a row',
			offset: 19,
			row: 1,
		});
	});

	test.each(['true', 'false', '{}', '["a"]'])('whose id is %s has no usable id', async (id) => {
		expect(await refusalOf(`[{"visitorId":${id}}]`)).toMatchObject({
			reason: 'has a visitorId that is neither text nor a number',
			offset: 14,
			row: 0,
		});
	});

	test.each<[SubjectKind, string, string]>([
		[
			'visitor',
			'{"accountId":"acme"}',
			'has a row without visitorId; this looks like an account report',
		],
		[
			'visitor',
			'{"account_auto_id":"acme"}',
			'has a row without visitorId; this looks like an account report',
		],
		[
			'account',
			'{"visitorId":"kim"}',
			'has a row without accountId; this looks like a visitor report',
		],
		['visitor', '{"email":"kim"}', 'has a row without visitorId'],
		['visitor', '{}', 'has a row without visitorId'],
	])('of a %s report, %s, says what is missing', async (kind, row, reason) => {
		expect(await refusalOf(`[${row}]`, kind)).toMatchObject({ reason, row: 0 });
	});

	test.each([
		'{"visitorId":1{"visitorId":2}',
		'{"visitorId":1,"b":2,}',
		'{,"b":2}',
		'{"b":2"visitorId":1}',
		'{"visitorId":1,"b":2',
	])('is refused after rows like it: %s', async (row) => {
		const rows = ['{"visitorId":1,"b":2}', '{"visitorId":1,"b":2}', row];
		expect(await refusalOf(`[${rows.join(',')}]`)).toMatchObject({
			reason: expect.stringMatching(/^is not valid JSON|^ends/) as string,
			row: 2,
		});
	});

	test('may nest 512 levels and no more', async () => {
		const nested = (levels: number) =>
			`[{"visitorId":"a","n":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}]`;
		expect((await readResults(nested(512))).ids).toEqual(['a']);
		expect(await refusalOf(nested(513))).toMatchObject({
			reason: 'is nested more than 512 levels deep',
			row: 0,
		});
		expect(await refusalOf(`[{"visitorId":"a","n":${'['.repeat(1_000_000)}`)).toMatchObject({
			row: 0,
		});
	});

	test('may have 32 MB and no more', async () => {
		const ofSize = (bytes: number) =>
			Buffer.from(`[{"visitorId":"a","t":"${'x'.repeat(bytes - 24)}"}]`);
		const limit = 32 * 1024 * 1024;
		expect((await readResults(cutInto(ofSize(limit), 1_000_000))).ids).toEqual(['a']);
		expect(await refusalOf(ofSize(limit + 1))).toMatchObject({
			reason: 'has a row of more than 32 MB',
			row: 0,
		});
	});
});
