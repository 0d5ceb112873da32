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
	let line: string[] = [];
	let value = '';
	let quoted = false;
	/** The last character was a quote within quotes: an end, or half of a quote that is meant. */
	let closing = false;
	let length = 0;
	const finishLine = () => {
		const done = [...line, value];
		line = [];
		value = '';
		length = 0;
		return done;
	};
	for await (const chunk of body) {
		for (const character of decoder.decode(chunk, { stream: true })) {
			if (++length > LONGEST_LINE) throw malformed('has a line that does not end');
			if (closing) {
				closing = false;
				if (character === '"') {
					value += '"';
					continue;
				}
				quoted = false;
			}
			if (quoted) {
				if (character === '"') closing = true;
				else value += character;
			} else if (character === '"' && value === '') {
				quoted = true;
			} else if (character === ',') {
				line.push(value);
				value = '';
			} else if (character === '\n') {
				const done = finishLine();
				if (done.length > 1 || done[0] !== '') yield done;
			} else if (character !== '\r') {
				value += character;
			}
		}
	}
	if (quoted && !closing) throw malformed('ends within a quoted value');
	const done = finishLine();
	if (done.length > 1 || done[0] !== '') yield done;
}

function malformed(reason: string): Failure {
	return new Failure('malformed-results', {
		what: `The CSV file of Pendo cannot be read: it ${reason}`,
		why: 'It was cut short or changed on the way.',
		next: 'Run it again.',
	});
}
