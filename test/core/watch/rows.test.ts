import { Pace } from '../../../core/watch/pace';
import { fingerprint } from '../../../core/watch/fingerprint';
import { readRows } from '../../../core/watch/rows';
import { cutInto, key, readResults } from './read-results';

describe('the results of a report', () => {
	test.each([
		['a list', '[{"visitorId":"a"},{"visitorId":"b"}]'],
		[
			'a list under results',
			'{"startTime":1,"results":[{"visitorId":"a"},{"visitorId":"b"}],"more":{}}',
		],
		[
			'a list under results, the name escaped',
			'{"r\\u0065sults":[{"visitorId":"a"},{"visitorId":"b"}]}',
		],
		['a list after a byte order mark', '\ufeff[{"visitorId":"a"},{"visitorId":"b"}]'],
		['a pretty-printed list', JSON.stringify([{ visitorId: 'a' }, { visitorId: 'b' }], null, '\t')],
	])('are read from %s', async (_shape, body) => {
		expect((await readResults(body)).ids).toEqual(['a', 'b']);
	});

	test.each(['[]', 'null', ' [\n] ', '{"results":[]}', '{"results":null,"startTime":0}'])(
		'are empty in %s',
		async (body) => {
			expect(await readResults(body)).toMatchObject({ ids: [], rows: 0, withoutId: 0 });
		},
	);

	test('are handed over in batches of at most 512, in order', async () => {
		const ids = Array.from({ length: 2000 }, (_, index) => `u-${index}`);
		const body = Buffer.from(JSON.stringify(ids.map((visitorId) => ({ visitorId }))));
		const counts: number[] = [];
		const seen: string[] = [];
		await readRows(streamOf(body), {
			kind: 'visitor',
			key,
			onBatch(batch) {
				counts.push(batch.count);
				for (let index = 0; index < batch.count; index++) seen.push(batch.id(index));
			},
			pace: new Pace(async () => {}),
		});
		expect(seen).toEqual(ids);
		expect(counts).toEqual([512, 512, 512, 464]);
	});

	test.each(Array.from('visitorId', (_character, place) => place))(
		'are not mixed up with a row whose field has another name, in character %d alone',
		async (place) => {
			const usual = Array.from({ length: 9 }, (_, row) => `{"plan":"team","visitorId":"u-${row}"}`);
			const name = 'visitorId'.slice(0, place) + '_' + 'visitorId'.slice(place + 1);
			const odd = `{"plan":"team","${name}":"nobody"}`;
			const mixed = [...usual, `{"plan":"team","${name}":"nobody","visitorId":"u-9"}`];
			await expect(readResults(`[${[...usual, odd].join(',')}]`)).rejects.toThrow(/row 10/);
			expect((await readResults(`[${mixed.join(',')}]`)).ids).toHaveLength(10);
			expect((await readResults(`[${mixed.join(',')}]`)).ids).not.toContain('nobody');
		},
	);

	test('give the event loop back after every 4 ms of work', async () => {
		const row = '{"visitorId":"u-1"}';
		const body = Buffer.from(`[${Array(50_000).fill(row).join(',')}]`);
		const batchesInATurn = [0];
		await readRows(streamOf(body), {
			kind: 'visitor',
			key,
			onBatch() {
				batchesInATurn.push(batchesInATurn.pop()! + 1);
				busyFor(3);
			},
			pace: new Pace(async () => void batchesInATurn.push(0)),
		});
		expect(Math.max(...batchesInATurn)).toBeLessThanOrEqual(2);
	});

	test('cannot be read from a batch after its turn', async () => {
		let late: (() => string) | undefined;
		await readRows(streamOf(Buffer.from('[{"visitorId":"a"}]')), {
			kind: 'visitor',
			key,
			onBatch: (batch) => (late = () => batch.text(0)),
			pace: new Pace(async () => {}),
		});
		expect(late).toThrow(RangeError);
	});

	test('that break off with an error of the connection end in that error', async () => {
		const broken = async function* () {
			yield Buffer.from('[{"visitorId":"a"}');
			throw new Error('socket hang up');
		};
		const reading = readRows(broken(), {
			kind: 'visitor',
			key,
			onBatch: () => {},
			pace: new Pace(async () => {}),
		});
		await expect(reading).rejects.toThrow('socket hang up');
	});
});

describe('the id of a row', () => {
	const idOf = async (row: string, kind?: 'visitor' | 'account') =>
		(await readResults(`[${row}]`, kind)).ids[0];

	test.each([
		['{"visitorId":"a"}', 'a'],
		['{"visitor\\u0049d":"a"}', 'a'],
		['{"VISITORID":"other","visitorId":"exact"}', 'exact'],
		['{"visitor_auto_id":"auto","visitorid":"other"}', 'other'],
		['{"visitorId":null,"visitor_auto_id":"auto"}', 'auto'],
		['{"visitorId":null,"VisitorID":"other"}', 'other'],
		['{"visitorId":"first","visitorId":"last"}', 'last'],
		['{"VISITORID":"first","visitorid":"last"}', 'last'],
		['{"nested":{"visitorId":"inner"},"list":[{"visitorId":"inner"}],"visitorId":"a"}', 'a'],
		['{"visitorId":true,"visitorId":"a"}', 'a'],
	])('in the visitor row %s is %s', async (row, id) => {
		expect(await idOf(row)).toBe(id);
	});

	test.each([
		['{"accountId":"acme","visitorId":"kim"}', 'acme'],
		['{"account_auto_id":"acme"}', 'acme'],
		['{"accountId":null,"ACCOUNT_AUTO_ID":"acme"}', 'acme'],
		['{"accountId":"parent::child"}', 'parent::child'],
	])('in the account row %s is %s', async (row, id) => {
		expect(await idOf(row, 'account')).toBe(id);
	});

	test.each([
		['1000', '1000'],
		['1e3', '1000'],
		['1000.0', '1000'],
		['-0', '0'],
		['-5', '-5'],
		['0.5', '0.5'],
		['9007199254740991', '9007199254740991'],
		['9007199254740992', '9007199254740992'],
		['9007199254740993', '9007199254740993'],
		['-9007199254740993', '-9007199254740993'],
		['88012345678901234567', '88012345678901234567'],
		['1e400', '1e400'],
	])('written as the number %s is the text %s, the same subject', async (number, text) => {
		const { ids, fingerprints } = await readResults(
			`[{"visitorId":${number}},{"visitorId":"${text}"}]`,
		);
		expect(ids).toEqual([text, text]);
		expect(fingerprints[0]).toEqual(fingerprints[1]);
		expect(fingerprints[0]).toEqual(fingerprint(text, key));
	});

	test.each([
		['plain', 'kim@example.test'],
		['beyond ASCII', 'Jürgen 日本 😀'],
		['a lone surrogate', 'a\ud83d'],
		['surrogates in the wrong order', '\ude00\ud83d'],
		['quotes and control characters', '"a\\b"\n\u0000\b\f\r\t/'],
		['very long', 'é😀'.repeat(100_000)],
	])('has one fingerprint in every spelling: %s', async (_kind, id) => {
		const escaped = id
			.split('')
			.map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
		const { ids, fingerprints } = await readResults(
			`[{"visitorId":${JSON.stringify(id)}},{"visitorId":"${escaped.join('')}"}]`,
		);
		expect(ids).toEqual([id, id]);
		expect(fingerprints).toEqual([fingerprint(id, key), fingerprint(id, key)]);
	});

	test('is told apart by every byte: nothing is trimmed, folded or normalised', async () => {
		const distinct = [
			'j\u00fcrgen',
			'ju\u0308rgen',
			'A@x',
			'a@x',
			'a@x ',
			' a@x',
			'a\u200d@x',
			' ',
			'__proto__',
			'constructor',
			'toString',
			'hasOwnProperty',
			'<nil>',
			'0',
			'00',
		];
		const { ids, fingerprints } = await readResults(
			JSON.stringify(distinct.map((visitorId) => ({ visitorId }))),
		);
		expect(ids).toEqual(distinct);
		expect(new Set(fingerprints.map(({ high, low }) => `${high} ${low}`)).size).toBe(
			distinct.length,
		);
	});

	test('that is null or empty is skipped and counted', async () => {
		const read = await readResults(
			'[{"visitorId":""},{"visitorId":"a"},{"visitorId":null},{"visitorId":null,"visitor_auto_id":null}]',
		);
		expect(read).toMatchObject({ ids: ['a'], rows: 4, withoutId: 3 });
	});
});

describe('however the answer is cut into chunks', () => {
	const rows = ['Jürgen', '日本語', '😀', 'a\\ud83d\\ude00b', 'plain'].map(
		(id) => `{"visitorId":"${id}","n":-1.5e+3,"ok":true}`,
	);
	const body = Buffer.from(`\ufeff{"startTime":12,"results":[${rows.join(',')}],"end":null}`);
	const expected = ['Jürgen', '日本語', '😀', 'a😀b', 'plain'];

	test('at any one place, the rows are the same', async () => {
		for (let place = 0; place <= body.length; place++) {
			const read = await readResults([body.subarray(0, place), body.subarray(place)]);
			expect(read.ids).toEqual(expected);
			expect(read.texts).toEqual(rows);
		}
	});

	test('byte by byte, the rows are the same', async () => {
		expect((await readResults(cutInto(body, 1))).texts).toEqual(rows);
	});

	test.each([1, 7, 4096, 65_536, 262_143, 262_144, 262_145, 1_000_000])(
		'into %s bytes, a long report is the same',
		async (size) => {
			const row = (index: number) =>
				JSON.stringify({ n: 'é"\\'.repeat(index % 400), visitorId: `😀-${index}` });
			const texts = Array.from({ length: size < 100 ? 600 : 3000 }, (_, index) => row(index));
			const read = await readResults(cutInto(Buffer.from(`[${texts.join(', ')}]`), size));
			expect(read.texts).toEqual(texts);
			expect(read.ids).toEqual(
				texts.map((text) => (JSON.parse(text) as { visitorId: string }).visitorId),
			);
		},
	);

	test('rows larger than the memory at hand are read whole', async () => {
		const texts = [10, 300_000, 5, 2_000_000, 700_000].map((size) =>
			JSON.stringify({ visitorId: `u-${size}`, text: 'x'.repeat(size) }),
		);
		expect((await readResults(cutInto(Buffer.from(`[${texts.join(',')}]`), 65_536))).texts).toEqual(
			texts,
		);
	});
});

async function* streamOf(body: Uint8Array): AsyncGenerator<Uint8Array> {
	yield* cutInto(body, 65_536);
}

function busyFor(milliseconds: number): void {
	const end = performance.now() + milliseconds;
	while (performance.now() < end);
}
