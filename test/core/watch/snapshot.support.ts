import { randomFillSync } from 'node:crypto';
import { Pace } from '../../../core/watch/pace';
import {
	encodeSnapshot,
	FingerprintList,
	Snapshot,
	type Layout,
} from '../../../core/watch/snapshot';

export const watchKey = 'app.pendo.io visitor aBcDeFgHiJkLmNoPqRsTuVwXyZ0';
/** 16 random bytes, the longest key a watch uses. */
export const keyText = 'q83vEjRWeJCrze8SNFZ4kA';

export const unpaced = new Pace(async () => {});

export interface Fingerprints {
	high: Uint32Array;
	low: Uint32Array;
}

export function random(count: number): Fingerprints {
	return {
		high: randomFillSync(new Uint32Array(count)),
		low: randomFillSync(new Uint32Array(count)),
	};
}

export function from(pairs: ReadonlyArray<readonly [number, number]>): Fingerprints {
	return {
		high: Uint32Array.from(pairs, ([high]) => high),
		low: Uint32Array.from(pairs, ([, low]) => low),
	};
}

export function listOf({ high, low }: Fingerprints): FingerprintList {
	const list = new FingerprintList();
	list.add(high, low, high.length);
	return list;
}

export async function encode(
	fingerprints: Fingerprints,
	layout: Layout = 'compact',
	pace = unpaced,
): Promise<{ text: string; count: number }> {
	return await encodeSnapshot(listOf(fingerprints), { watchKey, keyText, layout }, pace);
}

export async function roundTrip(fingerprints: Fingerprints, layout: Layout = 'compact') {
	return await Snapshot.decode((await encode(fingerprints, layout)).text, unpaced);
}

export function positions(snapshot: Snapshot, { high, low }: Fingerprints): Int32Array {
	const out = new Int32Array(high.length).fill(-2);
	snapshot.locate(high, low, high.length, out);
	return out;
}

export function isEveryPositionOnce(found: Int32Array, count: number): boolean {
	const seen = new Uint8Array(count);
	for (const position of found) {
		if (position < 0 || position >= count || seen[position]) return false;
		seen[position] = 1;
	}
	return found.length === count;
}
