import type { FingerprintKey } from '../fingerprint';
import type { RowScanner } from './row';
import { IdFingerprinter, readId } from './subject-id';
import type { Window } from './window';

/** Looked up together: one lookup after the other would wait for memory each time. */
const ROWS = 512;

/** Rows with an id that are in the window; valid only while they are handed over. */
export interface RowBatch {
	/** The number of rows, at most 512. */
	readonly count: number;
	/** The halves of the ids' fingerprints, from 0 to count. */
	readonly high: Uint32Array;
	readonly low: Uint32Array;
	/** The row's JSON. */
	text(index: number): string;
	/** The id of the row's subject, as text. */
	id(index: number): string;
	/** The id's JSON, a string or a number, as the report spells it. */
	idJson(index: number): string;
}

export class Batch implements RowBatch {
	count = 0;
	readonly high = new Uint32Array(ROWS);
	readonly low = new Uint32Array(ROWS);
	private readonly rowStart = new Int32Array(ROWS);
	private readonly rowEnd = new Int32Array(ROWS);
	private readonly idStart = new Int32Array(ROWS);
	private readonly idEnd = new Int32Array(ROWS);
	private readonly fingerprinter: IdFingerprinter;

	constructor(
		private readonly window: Window,
		key: FingerprintKey,
	) {
		this.fingerprinter = new IdFingerprinter(window, key, this.high, this.low);
	}

	get isFull(): boolean {
		return this.count === ROWS;
	}

	add(start: number, end: number, { idStart, idEnd, idHasEscape }: RowScanner): void {
		const index = this.count++;
		this.rowStart[index] = start;
		this.rowEnd[index] = end;
		this.idStart[index] = idStart;
		this.idEnd[index] = idEnd;
		this.fingerprinter.write(index, idStart, idEnd, idHasEscape);
	}

	text(index: number): string {
		this.check(index);
		return this.window.bytes.toString('utf8', this.rowStart[index], this.rowEnd[index]);
	}

	id(index: number): string {
		this.check(index);
		return readId(this.window.bytes, this.idStart[index]!, this.idEnd[index]!);
	}

	idJson(index: number): string {
		this.check(index);
		return this.window.bytes.toString('utf8', this.idStart[index], this.idEnd[index]);
	}

	clear(): void {
		this.count = 0;
	}

	private check(index: number): void {
		if (!(index >= 0 && index < this.count)) {
			throw new RangeError(
				`The batch has ${this.count} rows, none at ${index}: is it read after its onBatch call?`,
			);
		}
	}
}
