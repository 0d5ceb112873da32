/** The same seed, index and purpose always give the same 32 bits (murmur3's finalizer over each). */
export function mix(seed: number, index: number, purpose = 0): number {
	let hash = (seed ^ 0x9e3779b9) >>> 0;
	for (const part of [index, purpose]) {
		hash = Math.imul(hash ^ part, 0x85ebca6b);
		hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
		hash = (hash ^ (hash >>> 16)) >>> 0;
	}
	return hash;
}

/** A seeded sequence of choices. */
export class Dice {
	private throws = 0;

	constructor(private readonly seed: number) {}

	/** In [0, 1). */
	next(): number {
		return mix(this.seed, this.throws++, 0x5eed) / 2 ** 32;
	}

	below(limit: number): number {
		return Math.floor(this.next() * limit);
	}

	pick<T>(list: readonly T[]): T {
		return list[this.below(list.length)] as T;
	}
}

/** A map of 0..length-1 onto itself in another order, without holding it: i → a·i + b with a prime to length. */
export function permutation(length: number, seed: number): (index: number) => number {
	if (length < 2) return (index) => index;
	const offset = mix(seed, 1) % length;
	let step = (mix(seed, 2) % (length - 1)) + 1;
	while (greatestCommonDivisor(step, length) !== 1) step = (step % (length - 1)) + 1;
	return (index) => Number((BigInt(step) * BigInt(index) + BigInt(offset)) % BigInt(length));
}

function greatestCommonDivisor(a: number, b: number): number {
	return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
