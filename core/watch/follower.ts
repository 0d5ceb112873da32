import { Candidate, type Before } from './candidate';
import { canonical } from './canonical';
import { covers, isEmptyShape, type Details, type DetailsShape } from './details';
import type { Changes } from './event';
import type { FingerprintKey } from './fingerprint';
import { eachPlace, Gathered, type Places } from './gathered';
import { Marks } from './marks';
import type { Pace } from './pace';
import { parseRow } from './rows';
import type { FingerprintList, Snapshot } from './snapshot';
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

/** What a read brings of the members of one known set. */
interface Following extends KnownDetails {
	/** Who had a row that is as before. */
	readonly asBefore: Marks;
	/** The texts of these rows, where all rows of a change are asked for. */
	readonly rowsAsBefore: Map<number, string[]>;
	readonly candidates: Map<number, Candidate>;
	/** Where each followed field stands among the fields that are known; -1 for a new one. */
	readonly columns: readonly number[];
	/** Whether all that is to be kept of these members is known. */
	readonly isComplete: boolean;
}

/**
 * Holds the rows of a read against the details of their subjects, and gathers what is to be kept.
 * A subject with several rows changes when the set of their values does, in whatever order they come.
 */
export class Follower {
	private readonly fingerprinter: Fingerprinter;
	private readonly following: readonly Following[];
	/** In the order of the report. */
	private readonly candidates: Candidate[] = [];
	private readonly gathered: Gathered;
	/** Of the row at hand. */
	private readonly hashes: Uint32Array;

	constructor(
		private readonly shape: DetailsShape,
		/** Those whose details count first, first. */
		known: readonly KnownDetails[],
		key: FingerprintKey,
		private readonly allRows: boolean,
	) {
		this.fingerprinter = new Fingerprinter(key);
		this.following = known.map(({ snapshot, details }) => ({
			snapshot,
			details,
			asBefore: new Marks(snapshot.count),
			rowsAsBefore: new Map<number, string[]>(),
			candidates: new Map<number, Candidate>(),
			columns: shape.fields.map((field) => details.fields.indexOf(field)),
			isComplete: covers(details, shape),
		}));
		this.gathered = new Gathered(shape);
		this.hashes = new Uint32Array(shape.fields.length);
	}

	/** @param positions for each known set, where the subject stands in it, or -1 */
	take(batch: SubjectBatch, at: number, positions: readonly Int32Array[]): void {
		const set = positions.findIndex((places) => places[at]! >= 0);
		const known = this.following[set];
		const values = this.read(batch, at);
		if (known && values.length > 0) this.compare(batch, at, values, known, positions[set]![at]!);
		if (!known?.isComplete) this.gathered.add(batch, at, this.hashes, values);
	}

	/** Those whose values are others than at the last read, in the order of the report. */
	changed(): ChangedSubject[] {
		return this.candidates
			.filter(({ isChanged }) => isChanged)
			.map((candidate) => ({
				subject: candidate.subject,
				rows: candidate.rows,
				changes: this.changesOf(candidate),
			}));
	}

	/** Whether the details to keep are others than those that were known. */
	get hasNews(): boolean {
		return this.gathered.size > 0 || this.candidates.some(({ isChanged }) => isChanged);
	}

	/** What to keep of the members of a snapshot, all of whom were in this read. */
	async keep(next: Snapshot, read: FingerprintList, pace: Pace): Promise<Details> {
		const { fields, leftRows, values } = this.shape;
		const to: Places = {
			hashes: new Uint32Array(next.count * fields.length),
			...(leftRows && { leftRows: new Array<string>(next.count).fill('') }),
			...(values && { values: new Array<string>(next.count).fill('') }),
		};
		const complete = this.following.filter(({ isComplete }) => isComplete);
		for (const known of complete.reverse()) {
			await eachPlace(read, [next, known.snapshot], pace, ([place, from]) => {
				if (place! >= 0 && from! >= 0) this.keepAsBefore(known, from!, to, place!);
			});
		}
		await this.gathered.keep(next, to, pace);
		for (const { candidates } of complete) {
			for (const candidate of candidates.values()) this.keepChanged(candidate, next, to);
		}
		return { fields, ...to };
	}

	/** The followed values of a row, and their hashes. */
	private read(batch: SubjectBatch, at: number): unknown[] {
		const { fields } = this.shape;
		if (fields.length === 0) return [];
		const row = parseRow(batch.text(at));
		// A row that lacks a column has null there, as one in which it is empty.
		const values = fields.map((field) => (Object.hasOwn(row, field) ? row[field] : null));
		values.forEach((value, column) => {
			this.hashes[column] = this.fingerprinter.short(canonical(value));
		});
		return values;
	}

	private compare(
		batch: SubjectBatch,
		at: number,
		values: readonly unknown[],
		known: Following,
		position: number,
	): void {
		let candidate = known.candidates.get(position);
		if (candidate === undefined) {
			if (this.isAsBefore(known, position)) {
				known.asBefore.add(position);
				if (this.allRows) this.keepRow(known, position, batch.text(at));
				return;
			}
			candidate = new Candidate(
				batch.subject(at),
				batch.high[at]!,
				batch.low[at]!,
				this.beforeOf(known, position),
				known.asBefore.has(position),
			);
			candidate.rows.push(...(known.rowsAsBefore.get(position) ?? []));
			known.candidates.set(position, candidate);
			this.candidates.push(candidate);
		}
		candidate.take(this.hashes, values);
		if (this.allRows || candidate.rows.length === 0) candidate.rows.push(batch.text(at));
	}

	private keepRow({ rowsAsBefore }: Following, position: number, text: string): void {
		const rows = rowsAsBefore.get(position);
		if (rows === undefined) rowsAsBefore.set(position, [text]);
		else rows.push(text);
	}

	private isAsBefore({ details, columns }: Following, position: number): boolean {
		const start = position * details.fields.length;
		return columns.every(
			(column, index) => column < 0 || details.hashes[start + column] === this.hashes[index],
		);
	}

	private beforeOf({ details, columns }: Following, position: number): Before {
		const start = position * details.fields.length;
		const values = details.values && (JSON.parse(details.values[position]!) as unknown[]);
		return {
			hashes: columns.map((column) => (column < 0 ? undefined : details.hashes[start + column])),
			...(values && { values: columns.map((column) => values[column]) }),
		};
	}

	private changesOf(candidate: Candidate): Changes {
		const { values } = candidate.before;
		return Object.fromEntries(
			this.shape.fields.flatMap((field, column) => {
				if (!candidate.hasChanged(column)) return [];
				const to = candidate.valueOf(column);
				return [[field, values && this.shape.values ? { from: values[column], to } : { to }]];
			}),
		);
	}

	private keepAsBefore(known: Following, from: number, to: Places, place: number): void {
		const { details, columns } = known;
		const start = from * details.fields.length;
		columns.forEach((column, index) => {
			to.hashes[place * columns.length + index] = details.hashes[start + column]!;
		});
		if (to.leftRows) to.leftRows[place] = details.leftRows![from]!;
		if (!to.values) return;
		const isSameOrder =
			details.fields.length === columns.length &&
			columns.every((column, index) => column === index);
		to.values[place] = isSameOrder
			? details.values![from]!
			: JSON.stringify(this.beforeOf(known, from).values);
	}

	private keepChanged(candidate: Candidate, next: Snapshot, to: Places): void {
		if (!candidate.isChanged) return;
		const places = new Int32Array(1);
		const { high, low } = candidate;
		next.locate(Uint32Array.of(high), Uint32Array.of(low), 1, places);
		const place = places[0]!;
		const width = this.shape.fields.length;
		for (let column = 0; column < width; column++) {
			to.hashes[place * width + column] = candidate.sum(column);
		}
		if (to.values) to.values[place] = JSON.stringify(candidate.values());
	}
}

export function followerOf(
	shape: DetailsShape,
	known: readonly KnownDetails[],
	key: FingerprintKey,
	allRows: boolean,
): Follower | undefined {
	return isEmptyShape(shape) ? undefined : new Follower(shape, known, key, allRows);
}
