import { parseRow } from '../../watch/rows/parse-row';
import { Failure } from '../failure';
import type { Row } from './operation';

/** The longest single row, so that a body that is no list cannot fill the memory. */
const LONGEST_ROW = 64_000_000;

const enum Byte {
	Quote = 0x22,
	Comma = 0x2c,
	Colon = 0x3a,
	OpenBracket = 0x5b,
	Backslash = 0x5c,
	CloseBracket = 0x5d,
	OpenBrace = 0x7b,
	CloseBrace = 0x7d,
}

/** Where the reader stands in the document. */
const enum At {
	Start,
	/** In an object around the list. */
	Wrapper,
	/** Before a row, or the end of an empty list. */
	FirstRow,
	NextRow,
	InRow,
	AfterRow,
	/** The list is closed; the object around it is not. */
	AfterList,
	End,
}

/**
 * The rows of a list as they arrive: `[...]`, `{"results":[...]}`, or `null`, which has none.
 * Memory holds one row and one chunk.
 *
 * @throws Failure `malformed-results` when the body is cut, is something else, or holds what is no row
 */
export async function* rowsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Row> {
	const reader = new RowSplitter();
	for await (const chunk of body) yield* reader.read(Buffer.from(chunk));
	reader.finish();
}

class RowSplitter {
	private at = At.Start;
	private rest: Buffer = Buffer.alloc(0);
	private place = 0;
	private rowStart = 0;
	private depth = 0;
	private inText = false;
	private textStart = 0;
	private lastName = '';
	private rows = 0;

	*read(chunk: Buffer): Generator<Row> {
		let bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
		for (; this.place < bytes.length; this.place++) {
			const byte = bytes[this.place]!;
			if (this.inText) {
				// An escaped character is passed over; the byte after it may be in the next chunk.
				if (byte === Byte.Backslash) this.place++;
				else if (byte === Byte.Quote) this.endText(bytes);
				continue;
			}
			if (byte <= 0x20) continue;
			if (this.at === At.InRow) {
				if (byte === Byte.Quote) this.inText = true;
				else if (byte === Byte.OpenBrace || byte === Byte.OpenBracket) this.depth++;
				else if (byte === Byte.CloseBrace || byte === Byte.CloseBracket) this.depth--;
				if (this.depth > 0) continue;
				yield this.rowIn(bytes.toString('utf8', this.rowStart, this.place + 1));
				this.at = At.AfterRow;
				continue;
			}
			this.step(byte, bytes);
		}
		bytes = this.keptOf(bytes);
		if (bytes.length > LONGEST_ROW) throw malformed('has a row of more than 64 MB');
		this.rest = bytes;
	}

	finish(): void {
		const text = this.rest.toString('utf8').trim();
		if (this.at === At.Start && text === '') throw malformed('is empty');
		if (this.at === At.Start && text === 'null') return;
		if (this.at === At.Start) throw malformed('is no list of rows');
		if (this.at === At.End) return;
		throw malformed(`ends before it is complete, after ${this.rows} rows`);
	}

	/** One byte of the document around the rows. */
	private step(byte: number, bytes: Buffer): void {
		switch (this.at) {
			case At.Start:
				return this.start(byte, bytes);
			case At.Wrapper:
				return this.wrapper(byte);
			case At.FirstRow:
				if (byte === Byte.CloseBracket) return this.closeList();
				return this.openRow(byte);
			case At.NextRow:
				return this.openRow(byte);
			case At.AfterRow:
				if (byte === Byte.CloseBracket) return this.closeList();
				if (byte !== Byte.Comma) throw malformed(`is no JSON after row ${this.rows}`);
				this.at = At.NextRow;
				return;
			case At.AfterList:
				return this.wrapper(byte);
			case At.InRow:
			case At.End:
				throw malformed('has text after its end');
		}
	}

	private start(byte: number, bytes: Buffer): void {
		const mark = this.place < 3 && [0xef, 0xbb, 0xbf][this.place] === byte;
		if (mark || byte === Byte.OpenBracket) {
			if (!mark) this.at = At.FirstRow;
		} else if (byte === Byte.OpenBrace) {
			this.at = At.Wrapper;
			this.depth = 1;
		} else if (!'null'.startsWith(bytes.toString('utf8', 0, this.place + 1).trim())) {
			throw malformed(byte === 0x3c ? 'is a web page (HTML)' : 'is no list of rows');
		}
	}

	/** In the object around the list only names and nesting count. */
	private wrapper(byte: number): void {
		if (byte === Byte.Quote) {
			this.inText = true;
			this.textStart = this.place;
		} else if (byte === Byte.OpenBracket && this.depth === 1 && this.lastName === 'results') {
			this.at = At.FirstRow;
		} else if (byte === Byte.OpenBrace || byte === Byte.OpenBracket) {
			this.depth++;
		} else if (byte === Byte.CloseBrace || byte === Byte.CloseBracket) {
			this.depth--;
		} else if (byte === Byte.Comma && this.depth === 1) {
			this.lastName = '';
		} else if (byte === 0x6e && this.depth === 1 && this.lastName === 'results') {
			// {"results":null} is how an empty list may be written.
			this.at = At.AfterList;
		}
		if (this.depth > 0) return;
		if (this.at !== At.AfterList) throw malformed('has another shape: an object without results');
		this.at = At.End;
	}

	private openRow(byte: number): void {
		if (byte !== Byte.OpenBrace) throw malformed('has an entry in its list that is not a row');
		this.at = At.InRow;
		this.rowStart = this.place;
		this.depth = 1;
	}

	private closeList(): void {
		const wrapped = this.lastName === 'results';
		this.at = wrapped ? At.AfterList : At.End;
		this.depth = wrapped ? 1 : 0;
	}

	private endText(bytes: Buffer): void {
		this.inText = false;
		if (this.at !== At.Wrapper || this.depth !== 1 || this.lastName !== '') return;
		this.lastName = bytes.toString('utf8', this.textStart + 1, this.place);
	}

	private rowIn(text: string): Row {
		this.rows++;
		let row: Row | undefined;
		try {
			row = parseRow(text);
		} catch {
			row = undefined;
		}
		if (row === undefined) throw malformed(`is no JSON in row ${this.rows}`);
		return row;
	}

	/** What a later chunk may still need. */
	private keptOf(bytes: Buffer): Buffer {
		const from = this.at === At.InRow ? this.rowStart : this.inText ? this.textStart : this.place;
		if (this.at === At.Start) return bytes;
		const kept = Math.min(from, bytes.length);
		this.place -= kept;
		this.rowStart -= kept;
		this.textStart -= kept;
		return bytes.subarray(kept);
	}
}

function malformed(reason: string): Failure {
	return new Failure('malformed-results', {
		what: `The answer of Pendo cannot be read: it ${reason}`,
		why: 'It was cut short or changed on the way, or another service than Pendo stands at this address.',
		next: 'Run it again. If it lasts, check the region or the custom base URL in the Pendo credential.',
	});
}
