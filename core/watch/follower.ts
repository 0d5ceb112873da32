import { covers, isEmptyShape, type Details, type DetailsShape } from './details';
import type { Changes } from './event';
import type { FingerprintKey } from './fingerprint';
import { Marks } from './marks';
import { parseRow } from './rows';
import { FingerprintList, type Snapshot } from './snapshot';
import { Pace } from './snapshot/pace';
import { Fingerprinter, type SubjectBatch } from './subject';

/** A set of members whose details are known. */
export interface KnownDetails {
	readonly snapshot: Snapshot;
	readonly details: Details;
}

export interface ChangedSubject {
	readonly subject: string;
	readonly rows: readonly string[];
	readonly changes: Changes;
}

/** A subject of which a row differs from what is kept. */
interface Candidate {
	readonly subject: string;
	readonly high: number;
	readonly low: number;
	/** Those of its rows that differ. */
	readonly rows: string[];
	/** For each followed field the hashes of its values in all rows. */
	readonly hashes: ReadonlyArray<Set<number>>;
	readonly old: Details;
	readonly position: number;
	readonly values: string;
}

/**
 * Holds the rows of a read against the details of their subjects, and gathers what is to be kept.
 * A subject with several rows changes when the set of their values does, in whatever order they come.
 */
export class Follower {
	private readonly fingerprinter: Fingerprinter;
	private readonly marks: Marks[];
	private readonly candidates: Array<Map<number, Candidate>>;
	/** For each known set, where each followed field stands among its fields; -1 for a new one. */
	private readonly columns: number[][];
	private readonly complete: boolean[];
	private readonly now: Uint32Array;
	private readonly gathered = new FingerprintList();
	private readonly leftRows: string[] = [];
	private readonly hashes: number[] = [];
	private readonly values: string[] = [];
	private readonly oneHigh = new Uint32Array(1);
	private readonly oneLow = new Uint32Array(1);

	constructor(
		private readonly shape: DetailsShape,
		/** Those whose details count first, first. */
		private readonly known: readonly KnownDetails[],
		key: FingerprintKey,
	) {
		this.fingerprinter = new Fingerprinter(key);
		this.marks = known.map(({ snapshot }) => new Marks(snapshot.count));
		this.candidates = known.map(() => new Map());
		this.columns = known.map(({ details }) =>
			shape.fields.map((field) => details.fields.indexOf(field)),
		);
		this.complete = known.map(({ details }) => covers(details, shape));
		this.now = new Uint32Array(shape.fields.length);
	}

	/** @param positions for each known set, where the subject stands in it, or -1 */
	take(batch: SubjectBatch, at: number, positions: readonly Int32Array[]): void {
		const set = positions.findIndex((places) => places[at]! >= 0);
		const row = this.shape.fields.length > 0 ? parseRow(batch.text(at)) : {};
		this.shape.fields.forEach((field, column) => {
			this.now[column] = this.fingerprinter.short(canonical(valueOf(row, field)));
		});
		if (set >= 0) this.compare(batch, at, row, set, positions[set]![at]!);
		if (set < 0 || !this.complete[set]) this.gather(batch, at, row);
	}

	/** Those whose values are others than at the last read, in the order of the report. */
	changed(): ChangedSubject[] {
		return this.candidates.flatMap((candidates) =>
			[...candidates.values()].flatMap((candidate) => {
				const changes = this.changesOf(candidate);
				const { subject, rows } = candidate;
				return changes === undefined ? [] : [{ subject, rows, changes }];
			}),
		);
	}

	/** Whether the details to keep are others than those that were known. */
	get hasNews(): boolean {
		return this.gathered.size > 0 || this.candidates.some((candidates) => candidates.size > 0);
	}

	/** What to keep of the members of a snapshot, all of whom were in this read. */
	async keep(next: Snapshot, read: FingerprintList, pause: () => Promise<void>): Promise<Details> {
		const { shape } = this;
		const width = shape.fields.length;
		const hashes = new Uint32Array(next.count * width);
		const leftRows = shape.leftRows ? new Array<string>(next.count).fill('') : undefined;
		const keepsValues = shape.values && width > 0;
		const values = keepsValues ? new Array<string>(next.count).fill('') : undefined;
		const places = new Int32Array(1);

		for (let set = this.known.length - 1; set >= 0; set--) {
			if (!this.complete[set]) continue;
			const { snapshot, details } = this.known[set]!;
			const columns = this.columns[set]!;
			await eachPlace(read, [next, snapshot], pause, ([to, from]) => {
				if (to! < 0 || from! < 0) return;
				for (let column = 0; column < width; column++) {
					hashes[to! * width + column] =
						details.hashes[from! * details.fields.length + columns[column]!]!;
				}
				if (leftRows) leftRows[to!] = details.leftRows![from!]!;
				if (values) values[to!] = this.reordered(details, from!);
			});
		}
		await this.keepGathered(next, { hashes, leftRows, values }, pause);
		for (const [set, candidates] of this.candidates.entries()) {
			if (!this.complete[set]) continue;
			for (const candidate of candidates.values()) {
				this.oneHigh[0] = candidate.high;
				this.oneLow[0] = candidate.low;
				next.locate(this.oneHigh, this.oneLow, 1, places);
				const to = places[0]!;
				candidate.hashes.forEach((of, column) => {
					hashes[to * width + column] = sumOf(of);
				});
				if (values) values[to] = candidate.values;
			}
		}
		return {
			fields: shape.fields,
			hashes,
			...(leftRows && { leftRows }),
			...(values && { values }),
		};
	}

	private compare(
		batch: SubjectBatch,
		at: number,
		row: Record<string, unknown>,
		set: number,
		position: number,
	): void {
		if (this.shape.fields.length === 0) return;
		const candidates = this.candidates[set]!;
		const candidate = candidates.get(position);
		if (candidate !== undefined) {
			candidate.hashes.forEach((of, column) => of.add(this.now[column]!));
			candidate.rows.push(batch.text(at));
			return;
		}
		const { details } = this.known[set]!;
		const old = this.columns[set]!.map((column, index) =>
			// A field that was not followed before has not changed.
			column < 0 ? this.now[index]! : details.hashes[position * details.fields.length + column]!,
		);
		if (old.every((hash, column) => hash === this.now[column])) {
			this.marks[set]!.add(position);
			return;
		}
		candidates.set(position, {
			subject: batch.subject(at),
			high: batch.high[at]!,
			low: batch.low[at]!,
			rows: [batch.text(at)],
			// Its rows before this one were as they had been.
			hashes: old.map(
				(hash, column) =>
					new Set(this.marks[set]!.has(position) ? [hash, this.now[column]!] : [this.now[column]!]),
			),
			old: details,
			position,
			values: this.valuesOf(row),
		});
	}

	private changesOf({ old, position, hashes, rows }: Candidate): Changes | undefined {
		const row = parseRow(rows[0]!);
		const changes = this.shape.fields.flatMap((field, index) => {
			const column = old.fields.indexOf(field);
			if (column < 0) return [];
			if (sumOf(hashes[index]!) === old.hashes[position * old.fields.length + column]) return [];
			const to = valueOf(row, field);
			const from = old.values && (JSON.parse(old.values[position]!) as unknown[])[column];
			return [[field, old.values && this.shape.values ? { from, to } : { to }] as const];
		});
		return changes.length === 0 ? undefined : Object.fromEntries(changes);
	}

	private gather(batch: SubjectBatch, at: number, row: Record<string, unknown>): void {
		this.oneHigh[0] = batch.high[at]!;
		this.oneLow[0] = batch.low[at]!;
		this.gathered.add(this.oneHigh, this.oneLow, 1);
		if (this.shape.leftRows) this.leftRows.push(batch.leftRow(at));
		if (this.shape.values) this.values.push(this.valuesOf(row));
		this.hashes.push(...this.now);
	}

	private async keepGathered(
		next: Snapshot,
		to: { hashes: Uint32Array; leftRows?: string[]; values?: string[] },
		pause: () => Promise<void>,
	): Promise<void> {
		const width = this.shape.fields.length;
		const met = new Marks(next.count);
		const several = new Map<number, Array<Set<number>>>();
		let index = 0;
		await eachPlace(this.gathered, [next], pause, ([place]) => {
			const own = this.hashes.slice(index * width, (index + 1) * width);
			if (met.has(place!)) {
				const sets =
					several.get(place!) ??
					own.map((_, column) => new Set([to.hashes[place! * width + column]!]));
				several.set(place!, sets);
				own.forEach((hash, column) => {
					sets[column]!.add(hash);
					to.hashes[place! * width + column] = sumOf(sets[column]!);
				});
			} else {
				met.add(place!);
				to.hashes.set(own, place! * width);
				if (to.leftRows) to.leftRows[place!] = this.leftRows[index]!;
				if (to.values) to.values[place!] = this.values[index]!;
			}
			index++;
		});
	}

	private valuesOf(row: Record<string, unknown>): string {
		return JSON.stringify(this.shape.fields.map((field) => valueOf(row, field)));
	}

	/** The kept values of a member, in the order in which fields are followed now. */
	private reordered({ fields, values }: Details, position: number): string {
		const kept = values![position]!;
		if (String(fields) === String(this.shape.fields)) return kept;
		const parsed = JSON.parse(kept) as unknown[];
		return JSON.stringify(this.shape.fields.map((field) => parsed[fields.indexOf(field)]));
	}
}

export function followerOf(
	shape: DetailsShape,
	known: readonly KnownDetails[],
	key: FingerprintKey,
): Follower | undefined {
	return isEmptyShape(shape) ? undefined : new Follower(shape, known, key);
}

/** A row that lacks a column has null there, as one in which it is empty. */
function valueOf(row: Record<string, unknown>, field: string): unknown {
	return Object.hasOwn(row, field) ? row[field] : null;
}

/** JSON with its members in order: a server may write them in any. */
function canonical(value: unknown): string {
	return JSON.stringify(value, (_, inner: unknown) =>
		typeof inner === 'object' && inner !== null && !Array.isArray(inner)
			? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
			: inner,
	);
}

function sumOf(hashes: ReadonlySet<number>): number {
	let sum = 0;
	for (const hash of hashes) sum = (sum + hash) >>> 0;
	return sum;
}

/** Calls with the positions of each fingerprint of a list in some sets. */
async function eachPlace(
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
