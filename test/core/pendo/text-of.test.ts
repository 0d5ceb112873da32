import { textOf } from '../../../core/pendo';

async function* inParts(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test('a body is read whole, however it is cut', async () => {
	const text = 'jürgen 🦊 end';
	for (let size = 1; size < 20; size++) {
		expect(await textOf(inParts(Buffer.from(text), size), 100)).toBe(text);
	}
});

test('a body that is longer than it may be is left, and no more of it read', async () => {
	let taken = 0;
	let left = false;
	async function* endless(): AsyncGenerator<Uint8Array> {
		try {
			for (;;) {
				taken++;
				yield Buffer.alloc(1_000_000);
			}
		} finally {
			left = true;
		}
	}
	await expect(textOf(endless(), 5_000_000)).rejects.toMatchObject({ code: 'unexpected-answer' });
	expect({ taken, left }).toEqual({ taken: 6, left: true });
});
