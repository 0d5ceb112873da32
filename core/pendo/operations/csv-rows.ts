import { Failure } from '../failure';
import type { Row } from './operation';

/** The longest line, so that a quote that never ends cannot fill the memory. */
const LONGEST_LINE = 4_000_000;

/**
 * The lines of a CSV file as they arrive, each as an object of the header's names. Values are texts.
 * Follows RFC 4180; a byte order mark is skipped.
 *
 * @throws Failure `malformed-results` when the file ends within quotes or a line never ends
 */
export async function* csvRowsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Row> {
	let header: string[] | undefined;
	for await (const line of linesOf(body)) {
		if (header === undefined) header = line;
		else yield Object.fromEntries(header.map((name, index) => [name, line[index] ?? '']));
	}
}

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
	const decoder = new TextDecoder();
	const reader = new LineReader();
	for await (const chunk of body) yield* reader.read(decoder.decode(chunk, { stream: true }));
	yield* reader.finish();
}

class LineReader {
	private line: string[] = [];
	private value = '';
	private quoted = false;
	/** The last character was a quote within quotes: their end, or half of a quote that is meant. */
	private closing = false;
	private length = 0;

	*read(text: string): Generator<string[]> {
		const special = /[",\r\n]/g;
		for (let at = 0; at < text.length; ) {
			special.lastIndex = at;
			const next = special.exec(text)?.index ?? text.length;
			if (next > at) this.add(text.slice(at, next));
			if (next < text.length && this.endsLine(text[next]!)) yield* this.finishLine();
			at = next + 1;
		}
	}

	*finish(): Generator<string[]> {
		if (this.quoted && !this.closing) throw malformed('ends within a quoted value');
		yield* this.finishLine();
	}

	private add(part: string): void {
		this.length += part.length;
		if (this.length > LONGEST_LINE) throw malformed('has a line that does not end');
		this.closeQuotes();
		this.value += part;
	}

	/** Takes one of the characters that mean something; true where it ends the line. */
	private endsLine(character: string): boolean {
		if (character === '"') {
			this.takeQuote();
			return false;
		}
		this.closeQuotes();
		if (this.quoted) this.add(character);
		else if (character === ',') this.finishValue();
		return character === '\n' && !this.quoted;
	}

	private takeQuote(): void {
		if (this.quoted) {
			if (this.closing) this.value += '"';
			this.closing = !this.closing;
		} else if (this.value === '') {
			this.quoted = true;
		} else {
			this.value += '"';
		}
	}

	private closeQuotes(): void {
		if (this.closing) this.quoted = false;
		this.closing = false;
	}

	private finishValue(): void {
		this.line.push(this.value);
		this.value = '';
	}

	private *finishLine(): Generator<string[]> {
		this.finishValue();
		const { line } = this;
		this.line = [];
		this.length = 0;
		if (line.length > 1 || line[0] !== '') yield line;
	}
}

function malformed(reason: string): Failure {
	return new Failure('malformed-results', {
		what: `The CSV file of Pendo cannot be read: it ${reason}`,
		why: 'It was cut short or changed on the way.',
		next: 'Run it again.',
	});
}
