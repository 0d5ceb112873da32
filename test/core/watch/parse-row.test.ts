import fc from 'fast-check';
import { parseRow } from '../../../core/watch/rows';
import { parseWithDigits } from './json-parse-oracle';

describe('the row of an event', () => {
	test('keeps integers beyond 2^53 and numbers out of range as text, and all others as numbers', () => {
		const row = parseRow(
			'{"a":9007199254740993,"b":[-12345678901234567890,{"c":1e400}],"d":9007199254740991,"e":1e3,"f":0.1234567890123456789}',
		);
		expect(row).toEqual({
			a: '9007199254740993',
			b: ['-12345678901234567890', { c: '1e400' }],
			d: 9007199254740991,
			e: 1000,
			f: Number('0.1234567890123456789'),
		});
	});

	test('leaves digits in names and texts alone', () => {
		const text =
			'{"9007199254740993":"9007199254740993","q\\"9007199254740993":"\\\\","n":-9007199254740993}';
		expect(parseRow(text)).toEqual({
			'9007199254740993': '9007199254740993',
			'q"9007199254740993': '\\',
			n: '-9007199254740993',
		});
	});

	test('has __proto__ as a field like any other', () => {
		const row = parseRow('{"__proto__":{"admin":true},"constructor":1,"n":9007199254740993}');
		expect(Object.keys(row)).toEqual(['__proto__', 'constructor', 'n']);
		expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
		expect('admin' in row).toBe(false);
		expect('admin' in {}).toBe(false);
	});

	test('with a text of millions of characters is read', () => {
		const text = JSON.stringify({ visitorId: 'a', text: 'x"\\'.repeat(2_000_000) });
		expect(parseRow(`${text.slice(0, -1)},"n":9007199254740993}`)).toEqual({
			...JSON.parse(text),
			n: '9007199254740993',
		});
	});

	test('is what JSON.parse makes of it, save for those numbers', () => {
		const number = fc.oneof(
			fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
			fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
			fc
				.tuple(fc.bigInt({ min: 1n, max: 10n ** 20n }), fc.integer({ min: -400, max: 400 }))
				.map(([digits, exponent]) => `${digits}E${exponent}`),
		);
		fc.assert(
			fc.property(fc.array(fc.tuple(fc.string(), number, fc.jsonValue())), (members) => {
				const text = `{${members.map(([name, digits, value]) => `${JSON.stringify(name)}:[${digits}, ${JSON.stringify(value)}]`).join(',')}}`;
				expect(parseRow(text)).toEqual(parseWithDigits(text));
			}),
		);
	});
});
