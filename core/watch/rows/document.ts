import type { FingerprintKey } from '../fingerprint';
import { Batch } from './batch';
import { MalformedResults } from './malformed';
import { RowScanner, type SubjectKind } from './row';
import { Byte, NEED_MORE, Scanner } from './scanner';
import { hasByteOrderMark, refusalOf } from './start';
import { MAX_BYTES, type Window } from './window';

/** What comes next in the document. */
const enum Next {
	Start,
	MemberOrEnd,
	Member,
	CommaOrEndOfObject,
	RowOrEnd,
	Row,
	CommaOrEndOfList,
	Nothing,
}

/** Reads the document around the rows: a list, an object with a list called results, or null. */
export class ResultsDocument {
	rows = 0;
	withoutId = 0;
	readonly batch: Batch;

	private next = Next.Start;
	/** Everything before this place in the window has been read. */
	private position = 0;
	private isWrapped = false;
	private hasResults = false;
	private isInRow = false;
	private readonly scanner: Scanner;
	private readonly rowScanner: RowScanner;

	constructor(
		private readonly window: Window,
		kind: SubjectKind,
		key: FingerprintKey,
	) {
		const fail = (at: number, reason: string, looksLike?: SubjectKind) =>
			this.fail(at, reason, looksLike);
		this.batch = new Batch(window, key);
		this.scanner = new Scanner(window, fail);
		this.rowScanner = new RowScanner(window, this.scanner, kind, fail);
	}

	/** Reads on until the batch is full (true) or the window has nothing more to give (false). */
	read(): boolean {
		const { bytes } = this.window;
		while (!this.batch.isFull) {
			const { position } = this;
			let after: number;
			// Between two rows nearly always stands a comma alone.
			if (
				this.next === Next.CommaOrEndOfList &&
				bytes[position] === Byte.Comma &&
				bytes[position + 1] === Byte.OpenBrace
			) {
				this.position = this.comma(position, Next.Row);
				after = this.row(this.position);
			} else {
				this.position = this.scanner.space(position);
				if (this.position >= this.window.end) return false;
				after = this.step(this.position);
			}
			if (after === NEED_MORE) return false;
			this.position = after;
		}
		return true;
	}

	/** Makes room in the window; the batch must have been handed over. */
	makeRoom(): void {
		const { window } = this;
		if (this.position > 0) {
			window.discard(this.position);
			this.position = 0;
		} else if (window.isFull) {
			if (window.isFullSize) {
				const what = this.isInRow ? 'a row' : 'a value';
				this.fail(0, `has ${what} of more than ${MAX_BYTES / 1024 / 1024} MB`);
			}
			window.grow();
		}
	}

	/** The body has ended: nothing may be missing. */
	finish(): void {
		const { end } = this.window;
		if (this.next === Next.Nothing) return;
		if (this.next === Next.Start && this.position >= end) this.fail(end, 'is empty');
		const isInList = this.next >= Next.RowOrEnd;
		this.fail(end, isInList ? 'ends before the list is closed' : 'ends before it is complete');
	}

	/** Reads one thing at this place, which is no white space, and returns the position after it. */
	private step(at: number): number {
		const byte = this.window.bytes[at]!;
		switch (this.next) {
			case Next.Start:
				return this.start(at);
			case Next.RowOrEnd:
				if (byte === Byte.CloseBracket) return this.closeList(at);
				return this.row(at);
			case Next.Row:
				return this.row(at);
			case Next.CommaOrEndOfList:
				if (byte === Byte.CloseBracket) return this.closeList(at);
				return this.comma(at, Next.Row);
			case Next.MemberOrEnd:
				if (byte === Byte.CloseBrace) return this.closeObject(at);
				return this.member(at);
			case Next.Member:
				return this.member(at);
			case Next.CommaOrEndOfObject:
				if (byte === Byte.CloseBrace) return this.closeObject(at);
				return this.comma(at, Next.Member);
			case Next.Nothing:
				return this.fail(at, 'has text after its end');
		}
	}

	private start(at: number): number {
		const { bytes, end, offset } = this.window;
		const head = bytes.subarray(at, end);
		if (offset + at === 0 && hasByteOrderMark(head)) return at + 3;
		const refusal = refusalOf(head);
		if (refusal !== undefined) this.fail(at, refusal);
		if (bytes[at] === Byte.OpenBracket) return this.openList(at);
		if (bytes[at] === Byte.OpenBrace) {
			this.isWrapped = true;
			this.next = Next.MemberOrEnd;
			return at + 1;
		}
		const after = this.scanner.scalar(at);
		if (after !== NEED_MORE) this.next = Next.Nothing;
		return after;
	}

	private member(at: number): number {
		const { bytes } = this.window;
		const valueStart = this.scanner.key(at);
		if (valueStart === NEED_MORE) return NEED_MORE;
		const name: unknown = JSON.parse(bytes.toString('utf8', at, this.scanner.keyEnd));
		if (name !== 'results') return this.memberValue(valueStart);

		if (valueStart >= this.window.end) return NEED_MORE;
		if (this.hasResults) this.fail(at, 'has more than one list of results');
		const isList = bytes[valueStart] === Byte.OpenBracket;
		if (!isList && bytes[valueStart] !== Byte.LowerN) {
			// Scanned first, so that what is no JSON at all is not called another shape.
			if (this.scanner.value(valueStart) === NEED_MORE) return NEED_MORE;
			this.fail(valueStart, 'has another shape: its results are not a list of rows');
		}
		const after = isList ? this.openList(valueStart) : this.memberValue(valueStart);
		if (after !== NEED_MORE) this.hasResults = true;
		return after;
	}

	private memberValue(at: number): number {
		const after = this.scanner.value(at);
		if (after !== NEED_MORE) this.next = Next.CommaOrEndOfObject;
		return after;
	}

	private row(at: number): number {
		this.isInRow = true;
		if (this.window.bytes[at] !== Byte.OpenBrace) {
			if (this.scanner.value(at) === NEED_MORE) return NEED_MORE;
			this.fail(at, 'has an entry in its list that is not a row');
		}
		const end = this.rowScanner.scan(at);
		if (end === NEED_MORE) return NEED_MORE;
		if (this.rowScanner.idStart < 0) this.withoutId++;
		else this.batch.add(at, end, this.rowScanner);
		this.rows++;
		this.isInRow = false;
		this.next = Next.CommaOrEndOfList;
		return end;
	}

	private comma(at: number, next: Next): number {
		if (this.window.bytes[at] !== Byte.Comma) {
			return this.scanner.unexpected(at, 'a comma or a closing bracket');
		}
		this.next = next;
		return at + 1;
	}

	private openList(at: number): number {
		this.next = Next.RowOrEnd;
		return at + 1;
	}

	private closeList(at: number): number {
		this.next = this.isWrapped ? Next.CommaOrEndOfObject : Next.Nothing;
		return at + 1;
	}

	private closeObject(at: number): number {
		if (!this.hasResults) this.fail(at, 'has another shape: an object without results');
		this.next = Next.Nothing;
		return at + 1;
	}

	private fail(at: number, reason: string, looksLike?: SubjectKind): never {
		const row = this.isInRow ? this.rows : -1;
		throw new MalformedResults(reason, this.window.offset + at, row, looksLike);
	}
}
