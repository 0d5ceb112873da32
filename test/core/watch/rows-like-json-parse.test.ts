import fc from 'fast-check';
import { MalformedResults } from '../../../core/watch/rows';
import { apply, damage, documentText, membersInAnyOrder } from './json-documents';
import suite from './json-test-suite/cases.json';
import { judge, judgeByReading } from './json-parse-oracle';
import { cutInto, readResults } from './read-results';

async function expectSameAsJsonParse(
	body: Uint8Array,
	chunkSize = body.length || 1,
): Promise<void> {
	expect(await judgeByReading(cutInto(body, chunkSize))).toEqual(judge(body));
}

describe('the public JSONTestSuite', () => {
	const documents = (suite as SuiteCase[]).map((each) => ({
		name: each.name,
		bytes: bytesOf(each),
	}));

	test.each(documents)('$name, as the whole answer', async ({ name, bytes }) => {
		await expectSameAsJsonParse(bytes);
		if (name.startsWith('n_')) await expect(readResults(bytes)).rejects.toThrow(MalformedResults);
	});

	test.each(documents)('$name, as a field of a row', async ({ name, bytes }) => {
		const body = Buffer.concat([
			Buffer.from('[{"visitorId":"u-1","field":'),
			bytes,
			Buffer.from('}]'),
		]);
		await expectSameAsJsonParse(body);
		await expectSameAsJsonParse(body.subarray(0, 3000), 1);
		if (name.startsWith('y_')) expect((await readResults(body)).ids).toEqual(['u-1']);
		if (name.startsWith('n_')) await expect(readResults(body)).rejects.toThrow(MalformedResults);
	});

	test.each(documents)('$name, beside the results', async ({ bytes }) => {
		const before = Buffer.concat([
			Buffer.from('{"startTime":'),
			bytes,
			Buffer.from(',"results":[]}'),
		]);
		const after = Buffer.concat([
			Buffer.from('{"results":[],"startTime":'),
			bytes,
			Buffer.from('}'),
		]);
		await expectSameAsJsonParse(before);
		await expectSameAsJsonParse(after);
	});
});

interface SuiteCase {
	name: string;
	base64: string;
	repeated?: { base64: string; times: number };
}

function bytesOf({ base64, repeated }: SuiteCase): Buffer {
	const head =
		repeated && Buffer.from(repeated.base64, 'base64').toString('latin1').repeat(repeated.times);
	return Buffer.concat([Buffer.from(head ?? '', 'latin1'), Buffer.from(base64, 'base64')]);
}

describe('rows with the same members in another order', () => {
	test('are accepted and refused as by JSON.parse', async () => {
		await fc.assert(
			fc.asyncProperty(membersInAnyOrder, fc.integer({ min: 1, max: 90 }), async (text, size) => {
				await expectSameAsJsonParse(Buffer.from(text), size);
			}),
			{ numRuns: 3000 },
		);
	}, 120_000);

	test('never have the brace of a row between two of them', async () => {
		const rows = ['"visitorId":"a","plan-of-it":1', '"plan-of-it":1,"visitorId":"b"'];
		const broken = '"visitorId":"c","plan-of-it":1{"plan-of-it":2';
		for (const between of [rows, rows.toReversed(), [...rows, ...rows]]) {
			const text = `[${[...between, broken].map((row) => `{${row}}`).join(',')}]`;
			await expectSameAsJsonParse(Buffer.from(text));
		}
	});

	test('are read with more members than are learned', async () => {
		const members = Array.from({ length: 300 }, (_, index) => `"member-${index}":${index}`);
		const row = (index: number) =>
			`{${members.slice(index).join(',')},"visitorId":"${index}",${members.slice(0, index + 1).join(',')}}`;
		const text = `[${Array.from({ length: 20 }, (_, index) => row(index)).join(',')}]`;
		await expectSameAsJsonParse(Buffer.from(text));
	});
});

describe('any document', () => {
	test('gives the rows and ids that JSON.parse sees, however it is cut', async () => {
		await fc.assert(
			fc.asyncProperty(documentText, fc.integer({ min: 1, max: 40 }), async (text, chunkSize) => {
				await expectSameAsJsonParse(Buffer.from(text), chunkSize);
			}),
			{ numRuns: 3000 },
		);
	}, 120_000);

	test('damaged at a place or two is accepted and refused as by JSON.parse', async () => {
		await fc.assert(
			fc.asyncProperty(
				documentText,
				fc.array(damage, { minLength: 1, maxLength: 2 }),
				async (text, damages) => {
					await expectSameAsJsonParse(damages.reduce<Buffer>(apply, Buffer.from(text)));
				},
			),
			{ numRuns: 10_000 },
		);
	}, 120_000);
});
