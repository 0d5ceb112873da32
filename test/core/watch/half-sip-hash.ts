/** HalfSipHash-c-d with 64 bits of output, as plainly as its authors define it. */
export function halfSipHash(input: Uint8Array, key: Uint8Array, c: number, d: number): Buffer {
	const keys = Buffer.from(key);
	const v = [0, 0, 0x6c796765, 0x74656462];
	v[0]! ^= keys.readInt32LE(0);
	v[1]! ^= keys.readInt32LE(4);
	v[2]! ^= keys.readInt32LE(0);
	v[3]! ^= keys.readInt32LE(4);
	v[1]! ^= 0xee;

	const padded = Buffer.alloc((input.length & ~3) + 4);
	padded.set(input);
	padded[padded.length - 1] = input.length;
	for (let at = 0; at < padded.length; at += 4) {
		v[3]! ^= padded.readInt32LE(at);
		for (let round = 0; round < c; round++) mix(v);
		v[0]! ^= padded.readInt32LE(at);
	}

	const output = Buffer.alloc(8);
	v[2]! ^= 0xee;
	for (let round = 0; round < d; round++) mix(v);
	output.writeInt32LE(v[1]! ^ v[3]!, 0);
	v[1]! ^= 0xdd;
	for (let round = 0; round < d; round++) mix(v);
	output.writeInt32LE(v[1]! ^ v[3]!, 4);
	return output;
}

function mix(v: number[]): void {
	add(v, 0, 1, 5);
	v[0] = rotate(v[0]!, 16);
	add(v, 2, 3, 8);
	add(v, 0, 3, 7);
	add(v, 2, 1, 13);
	v[2] = rotate(v[2]!, 16);
}

function add(v: number[], to: number, from: number, bits: number): void {
	v[to] = (v[to]! + v[from]!) | 0;
	v[from] = rotate(v[from]!, bits) ^ v[to]!;
}

function rotate(word: number, bits: number): number {
	return (word << bits) | (word >>> (32 - bits));
}
