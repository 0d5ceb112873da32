import type { Subject } from './event';
import { fingerprintText, type FingerprintKey } from './fingerprint';
import { idOfJson, parseRow, type RowBatch, type SubjectKind } from './rows';
import { FingerprintList } from './snapshot';

/** Whom a watch follows. Its own form as text is the id or, of a pair, the JSON of `[id, account id]`. */
export interface Follows {
	readonly kind: SubjectKind;
	/** Each pair of a visitor and an account on its own, where a visitor has a row for each account. */
	readonly pair: boolean;
}

export function subjectOf(text: string, { kind, pair }: Follows): Subject {
	if (!pair) return { kind, id: text };
	const [id, accountId] = JSON.parse(text) as [string, string | null];
	return { kind, id, accountId };
}

/** The JSON of a row that holds nothing but the ids of a subject. */
export function rowOfSubject(text: string, follows: Follows): string {
	const { kind, id, accountId } = subjectOf(text, follows);
	return JSON.stringify({ [`${kind}Id`]: id, ...(accountId && { accountId }) });
}

/** Rows as subjects: whom each is about, and the fingerprint by which it is known. */
export interface SubjectBatch {
	readonly count: number;
	readonly high: Uint32Array;
	readonly low: Uint32Array;
	subject(index: number): string;
	/** JSON of a row that holds nothing but the id, with the type that it has in the report. */
	leftRow(index: number): string;
	text(index: number): string;
}

/** The rows of a batch as subjects of a watch that does not follow pairs. */
export class PlainSubjects implements SubjectBatch {
	count = 0;
	high: Uint32Array = new Uint32Array();
	low: Uint32Array = new Uint32Array();
	private batch: RowBatch | undefined;

	constructor(private readonly kind: SubjectKind) {}

	of(batch: RowBatch): SubjectBatch {
		this.batch = batch;
		({ count: this.count, high: this.high, low: this.low } = batch);
		return this;
	}

	subject(index: number): string {
		return this.batch!.id(index);
	}

	leftRow(index: number): string {
		return `{"${this.kind}Id":${this.batch!.idJson(index)}}`;
	}

	text(index: number): string {
		return this.batch!.text(index);
	}
}

/** The account of a visitor's row. Source: rows of recorded answers, where a report has the column. */
const ACCOUNT_COLUMNS = ['accountid', 'account_auto_id', 'account_id'];
const BATCH = 512;

export class PairSubjects implements SubjectBatch {
	count = 0;
	readonly high = new Uint32Array(BATCH);
	readonly low = new Uint32Array(BATCH);
	private readonly subjects: string[] = [];
	private batch: RowBatch | undefined;
	private readonly fingerprinter: Fingerprinter;

	constructor(key: FingerprintKey) {
		this.fingerprinter = new Fingerprinter(key);
	}

	of(batch: RowBatch): SubjectBatch {
		this.batch = batch;
		this.count = batch.count;
		for (let index = 0; index < batch.count; index++) {
			const account = accountIn(parseRow(batch.text(index)));
			const subject = JSON.stringify([batch.id(index), account]);
			this.subjects[index] = subject;
			this.fingerprinter.write(subject, this.high, this.low, index);
		}
		return this;
	}

	subject(index: number): string {
		return this.subjects[index]!;
	}

	leftRow(index: number): string {
		return rowOfSubject(this.subject(index), { kind: 'visitor', pair: true });
	}

	text(index: number): string {
		return this.batch!.text(index);
	}
}

function accountIn(row: Record<string, unknown>): string | null {
	for (const column of ACCOUNT_COLUMNS) {
		for (const [name, value] of Object.entries(row)) {
			const isId = typeof value === 'string' || typeof value === 'number';
			if (isId && value !== '' && name.toLowerCase() === column) return String(value);
		}
	}
	return null;
}

/** The subject that a row of `leftRow` is about. */
export function subjectOfLeftRow(row: string, { kind, pair }: Follows): string {
	if (!pair) return idOfJson(row.slice(`{"${kind}Id":`.length, -1));
	const { accountId = null, ...rest } = JSON.parse(row) as Record<string, string | null>;
	return JSON.stringify([rest[`${kind}Id`], accountId]);
}

/** Fingerprints of texts, with the key of a watch. */
export class Fingerprinter {
	private readonly high = new Uint32Array(1);
	private readonly low = new Uint32Array(1);

	constructor(private readonly key: FingerprintKey) {}

	/** Writes the fingerprint of a text to a place in two arrays. */
	write(text: string, high: Uint32Array, low: Uint32Array, index: number): void {
		fingerprintText(text, this.key, high, low, index);
	}

	/** 32 bits of it. */
	short(text: string): number {
		this.write(text, this.high, this.low, 0);
		return this.low[0]!;
	}

	/** 53 bits of it. */
	number(text: string): number {
		this.write(text, this.high, this.low, 0);
		return fingerprintNumber(this.high[0]!, this.low[0]!);
	}
}

/** 53 bits of a fingerprint, as a number. */
export function fingerprintNumber(high: number, low: number): number {
	return high * 2 ** 21 + (low >>> 11);
}

/** A list of fingerprints without those of some subjects. */
export function withoutSubjects(
	list: FingerprintList,
	subjects: ReadonlySet<string>,
	key: FingerprintKey,
): FingerprintList {
	const fingerprinter = new Fingerprinter(key);
	const numbers = new Set([...subjects].map((subject) => fingerprinter.number(subject)));
	const rest = new FingerprintList();
	for (const { high, low, used } of list.chunks) {
		for (let at = 0; at < used; at++) {
			if (numbers.has(fingerprintNumber(high[at]!, low[at]!))) continue;
			rest.push(high[at]!, low[at]!);
		}
	}
	return rest;
}
