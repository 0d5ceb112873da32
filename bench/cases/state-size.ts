// What a snapshot costs in the host's state, for every number of subjects.
import { FingerprintKey } from '../../core/watch/fingerprint';
import { Pace } from '../../core/watch/pace';
import { encodeSnapshot, FingerprintList } from '../../core/watch/snapshot';
import { bucketBitsFor, payloadCharacters, shapeOf } from '../../core/watch/snapshot/shape';
import { runCase } from '../case';

export interface StateSize {
	/** The most characters a subject, and for how many subjects. */
	readonly characters: number;
	readonly at: number;
	/** The highest chance that a newcomer is taken for somebody known. */
	readonly mistaken: number;
	/** Of real snapshots, by their number of subjects. */
	readonly measured: Readonly<Record<number, number>>;
}

const FEWEST = 1000;
const MOST = 2_000_000;
const COMPACT_BITS = 40;

async function lengthOf(count: number): Promise<number> {
	const list = new FingerprintList();
	const size = 4096;
	for (let from = 0; from < count; from += size) {
		const high = crypto.getRandomValues(new Uint32Array(size));
		const low = crypto.getRandomValues(new Uint32Array(size));
		list.add(high, low, Math.min(size, count - from));
	}
	const header = {
		watchKey: 'app.pendo.io visitor benchmark',
		keyText: FingerprintKey.create().encode(),
		layout: 'compact',
	} as const;
	const { text } = await encodeSnapshot(list, header, new Pace(async () => {}));
	return text.length;
}

runCase(async (): Promise<StateSize> => {
	const headerWithoutCount =
		(await lengthOf(FEWEST)) -
		payloadCharacters(shapeOf('compact', FEWEST)) -
		String(FEWEST).length;
	let characters = 0;
	let at = 0;
	let mistaken = 0;
	for (let count = FEWEST; count <= MOST; count++) {
		const length =
			headerWithoutCount + String(count).length + payloadCharacters(shapeOf('compact', count));
		if (length / count > characters) {
			characters = length / count;
			at = count;
		}
		mistaken = Math.max(mistaken, count / 2 ** (bucketBitsFor(count) + COMPACT_BITS));
	}
	const measured: Record<number, number> = {};
	for (const count of [FEWEST, at, 10_000, 100_000, 1_000_000, MOST]) {
		measured[count] = (await lengthOf(count)) / count;
	}
	if (Math.abs(measured[at]! - characters) > 1e-9) throw new Error('The formula is wrong');
	return { characters, at, mistaken, measured };
});
