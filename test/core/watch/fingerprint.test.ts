import fc from 'fast-check';
import { FingerprintKey, fingerprint } from '../../../core/watch/fingerprint';
import { halfSipHash } from './half-sip-hash';

describe('fingerprint of an id', () => {
	const key = FingerprintKey.decode('AAECAwQFBgc');

	test('the reference it is checked against gives the published vectors of HalfSipHash-2-4', () => {
		const keyBytes = Buffer.from('0001020304050607', 'hex');
		const vector = (length: number) => {
			const input = Uint8Array.from({ length }, (_, index) => index);
			return halfSipHash(input, keyBytes, 2, 4).toString('hex');
		};
		expect(vector(0)).toBe('218d1f59b9b83cc8');
		expect(vector(1)).toBe('be552412f8387315');
		expect(vector(3)).toBe('ce0f1a45f7060679');
		expect(vector(8)).toBe('edfee820bce4858c');
		expect(vector(63)).toBe('2ea63c71bf326087');
	});

	test('is HalfSipHash-1-3 of its UTF-8', () => {
		fc.assert(
			fc.property(
				fc.string({ unit: 'binary', maxLength: 300 }),
				fc.uint8Array({ minLength: 8, maxLength: 8 }),
				(id, bytes) => {
					const { high, low } = fingerprint(id, FingerprintKey.fromBytes(bytes));
					const expected = halfSipHash(Buffer.from(id), bytes, 1, 3);
					expect([low, high]).toEqual([expected.readUInt32LE(0), expected.readUInt32LE(4)]);
				},
			),
		);
	});

	test('differs for ids that differ only in a lone surrogate', () => {
		const ids = ['a\ud800', 'a\ud801', 'a\udc00', 'a\ufffd', 'a'];
		const seen = new Set(ids.map((id) => JSON.stringify(fingerprint(id, key))));
		expect(seen.size).toBe(ids.length);
	});

	test('differs under another key', () => {
		expect(fingerprint('u-1', FingerprintKey.create())).not.toEqual(fingerprint('u-1', key));
	});

	test('of 200,000 ids in a row, no two are alike', () => {
		const seen = new Set<bigint>();
		for (let index = 0; index < 200_000; index++) {
			const { high, low } = fingerprint(`u-${index}`, key);
			seen.add((BigInt(high) << 32n) | BigInt(low));
		}
		expect(seen.size).toBe(200_000);
	});
});

describe('key of a fingerprint', () => {
	test('is the same after it was written as text and read again', () => {
		const key = FingerprintKey.create();
		const again = FingerprintKey.decode(key.encode());
		expect(fingerprint('u-1', again)).toEqual(fingerprint('u-1', key));
		expect(again.encode()).toBe(key.encode());
	});

	test('is new each time', () => {
		expect(FingerprintKey.create().encode()).not.toBe(FingerprintKey.create().encode());
	});

	test('is refused when it is cut', () => {
		expect(() => FingerprintKey.decode('AAECAw')).toThrow('A fingerprint key has 8 bytes, not 4.');
	});
});
