import { losesDigits } from './numbers';

// Only such text can hold a number that losesDigits: 2^53 has 16 digits, and a number with fewer
// needs three digits of exponent to leave the range.
const SUSPICIOUS = /\d{16}|[eE]\+?\d{3}/;

/** The row as an object; numbers that JavaScript would round keep their digits, as text. */
export function parseRow(text: string): Record<string, unknown> {
	const row = JSON.parse(text) as Record<string, unknown>;
	return SUSPICIOUS.test(text) ? (JSON.parse(quoteLongNumbers(text)) as typeof row) : row;
}

/** Puts quotes around each number of valid JSON that JavaScript would round. */
function quoteLongNumbers(json: string): string {
	const token = /["\d-]/g;
	const numberEnd = /[^\d.eE+-]|$/g;
	let quoted = '';
	let copied = 0;
	for (let found = token.exec(json); found !== null; found = token.exec(json)) {
		const start = found.index;
		if (found[0] === '"') {
			token.lastIndex = afterString(json, start);
			continue;
		}
		numberEnd.lastIndex = start;
		const end = numberEnd.exec(json)!.index;
		token.lastIndex = end;
		const number = json.slice(start, end);
		if (losesDigits(number)) {
			quoted += `${json.slice(copied, start)}"${number}"`;
			copied = end;
		}
	}
	return quoted + json.slice(copied);
}

function afterString(json: string, quote: number): number {
	let at = quote + 1;
	while (json[at] !== '"') {
		at += json[at] === '\\' ? 2 : 1;
	}
	return at + 1;
}
