/** What a member's fields were at the last read. */
export interface Before {
	/** One for each followed field; undefined for one that was not followed. */
	readonly hashes: ReadonlyArray<number | undefined>;
	/** Where they were kept. */
	readonly values?: readonly unknown[];
}

/** A member of whose rows one is not as before. Only all of them together tell whether it changed. */
export class Candidate {
	/** From the first that is not as before, or all, as is asked for. */
	readonly rows: string[] = [];
	/** For each field the hashes of its values in all rows. */
	private readonly hashes: ReadonlyArray<Set<number>>;
	/** For each field, its value in the first row in which it is not as before. */
	private readonly to: Array<{ readonly value: unknown } | undefined>;

	/** @param hadRowsAsBefore whether rows that are as before came first */
	constructor(
		readonly subject: string,
		readonly high: number,
		readonly low: number,
		readonly before: Before,
		hadRowsAsBefore: boolean,
	) {
		this.hashes = before.hashes.map(
			(hash) => new Set(hadRowsAsBefore && hash !== undefined ? [hash] : []),
		);
		this.to = before.hashes.map(() => undefined);
	}

	take(hashes: Uint32Array, values: readonly unknown[]): void {
		values.forEach((value, column) => {
			const hash = hashes[column]!;
			this.hashes[column]!.add(hash);
			if (hash !== this.before.hashes[column]) this.to[column] ??= { value };
		});
	}

	get isChanged(): boolean {
		return this.hashes.some((_, column) => this.hasChanged(column));
	}

	/** A field that was not followed before has not changed. */
	hasChanged(column: number): boolean {
		const before = this.before.hashes[column];
		return before !== undefined && this.sum(column) !== before;
	}

	/** What is kept of a field: the sum, so that the order of rows does not matter. */
	sum(column: number): number {
		return sumOf(this.hashes[column]!);
	}

	/** Of a field that has changed. */
	valueOf(column: number): unknown {
		return this.to[column]!.value;
	}

	/** What to keep of the values of the fields. */
	values(): unknown[] {
		return this.hashes.map((_, column) =>
			this.hasChanged(column) ? this.valueOf(column) : this.before.values![column],
		);
	}
}

export function sumOf(hashes: ReadonlySet<number>): number {
	let sum = 0;
	for (const hash of hashes) sum = (sum + hash) >>> 0;
	return sum;
}
