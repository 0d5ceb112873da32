import { sumOf } from './candidate';
import type { DetailsShape } from './details';
import { Marks } from './marks';
import { FingerprintList, type Snapshot } from './snapshot';
import type { Pace } from './pace';
import type { SubjectBatch } from './subject';

/** Details that are being gathered, one place for each member of a snapshot. */
export interface Places {
	readonly hashes: Uint32Array;
	readonly leftRows?: string[];
	readonly values?: string[];
}

/** What a read says of those of whom not all that is to be kept was known, row by row. */
export class Gathered {
	private readonly list = new FingerprintList();
	private readonly leftRows: string[] = [];
	private readonly hashes: number[] = [];
	private readonly values: string[] = [];

	constructor(private readonly shape: DetailsShape) {}

	get size(): number {
		return this.list.size;
	}

	add(batch: SubjectBatch, at: number, hashes: Uint32Array, values: readonly unknown[]): void {
		this.list.push(batch.high[at]!, batch.low[at]!);
		if (this.shape.leftRows) this.leftRows.push(batch.leftRow(at));
		if (this.shape.values) this.values.push(JSON.stringify(values));
		for (const hash of hashes) this.hashes.push(hash);
	}

	async keep(next: Snapshot, to: Places, pace: Pace): Promise<void> {
		const width = this.shape.fields.length;
		const met = new Marks(next.count);
		const several = new Map<number, Array<Set<number>>>();
		let index = 0;
		await eachPlace(this.list, [next], pace, ([place]) => {
			const row = index++;
			const own = this.hashes.slice(row * width, (row + 1) * width);
			const start = place! * width;
			if (!met.has(place!)) {
				met.add(place!);
				to.hashes.set(own, start);
				if (to.leftRows) to.leftRows[place!] = this.leftRows[row]!;
				if (to.values) to.values[place!] = this.values[row]!;
				return;
			}
			const sets =
				several.get(place!) ?? own.map((_, column) => new Set([to.hashes[start + column]!]));
			several.set(place!, sets);
			own.forEach((hash, column) => {
				sets[column]!.add(hash);
				to.hashes[start + column] = sumOf(sets[column]!);
			});
		});
	}
}

const SLICE = 4_096;

/** Calls with the positions of each fingerprint of a list in some sets. */
export async function eachPlace(
	list: FingerprintList,
	sets: readonly Snapshot[],
	pace: Pace,
	visit: (positions: readonly number[]) => void,
): Promise<void> {
	const out = sets.map(() => new Int32Array(SLICE));
	for (const { high, low, used } of list.chunks) {
		for (let from = 0; from < used; from += SLICE) {
			const to = Math.min(from + SLICE, used);
			sets.forEach((set, index) =>
				set.locate(high.subarray(from, to), low.subarray(from, to), to - from, out[index]!),
			);
			for (let at = 0; at < to - from; at++) visit(out.map((places) => places[at]!));
			if (pace.due) await pace.rest();
		}
	}
}
