import { sumOf } from './candidate';
import type { DetailsShape } from './details';
import { Marks } from './marks';
import { FingerprintList, type Snapshot } from './snapshot';
import { Pace } from './pace';
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
		this.list.add(batch.high.subarray(at, at + 1), batch.low.subarray(at, at + 1), 1);
		if (this.shape.leftRows) this.leftRows.push(batch.leftRow(at));
		if (this.shape.values) this.values.push(JSON.stringify(values));
		for (const hash of hashes) this.hashes.push(hash);
	}

	async keep(next: Snapshot, to: Places, pause: () => Promise<void>): Promise<void> {
		const width = this.shape.fields.length;
		const met = new Marks(next.count);
		const several = new Map<number, Array<Set<number>>>();
		let index = 0;
		await eachPlace(this.list, [next], pause, ([place]) => {
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

/** Calls with the positions of each fingerprint of a list in some sets. */
export async function eachPlace(
	list: FingerprintList,
	sets: readonly Snapshot[],
	pause: () => Promise<void>,
	visit: (positions: readonly number[]) => void,
): Promise<void> {
	const pace = new Pace(pause);
	for (const { high, low, used } of list.chunks) {
		const places = sets.map((set) => {
			const out = new Int32Array(used);
			set.locate(high, low, used, out);
			return out;
		});
		for (let at = 0; at < used; at++) visit(places.map((out) => out[at]!));
		if (pace.due) await pace.rest();
	}
}
