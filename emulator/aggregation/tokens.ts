import { senseless } from '../refusal';

export type Token =
	| { type: 'value'; value: unknown }
	| { type: 'name'; name: string }
	| { type: 'sign'; sign: string };

const TOKEN =
	/\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|"((?:[^"\\]|\\.)*)"|([A-Za-z_]\w*(?:\.\w+)*)|(\|\||&&|[=!<>]=|[<>!()+\-*/%,]))/y;
const WORDS = new Map<string, unknown>([
	['true', true],
	['false', false],
	['null', null],
]);

/** The words and signs of an expression. */
export function tokens(text: string): Token[] {
	const list: Token[] = [];
	const trimmed = text.trimEnd();
	TOKEN.lastIndex = 0;
	while (TOKEN.lastIndex < trimmed.length) {
		const start = TOKEN.lastIndex;
		const match = TOKEN.exec(trimmed);
		if (!match)
			throw senseless(`cannot read the expression at ${trimmed.slice(start, start + 20)}`);
		const [, number, quoted, name, sign] = match;
		if (number !== undefined) list.push({ type: 'value', value: Number(number) });
		else if (quoted !== undefined)
			list.push({ type: 'value', value: quoted.replace(/\\(.)/gs, '$1') });
		else if (name !== undefined)
			list.push(
				WORDS.has(name) ? { type: 'value', value: WORDS.get(name) } : { type: 'name', name },
			);
		else list.push({ type: 'sign', sign: sign as string });
	}
	return list;
}
