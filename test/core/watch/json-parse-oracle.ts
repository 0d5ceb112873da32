import { MalformedResults, type SubjectKind } from '../../../core/watch/rows';
import { readResults } from './read-results';

export interface Judgement {
	ids: string[];
	rows: unknown[];
	withoutId: number;
}

/** What the row reader makes of a body, to be held against what `judge` says; undefined where it refuses it. */
export async function judgeByReading(chunks: Uint8Array[]): Promise<Judgement | undefined> {
	const read = await readResults(chunks).catch((error: unknown) => {
		if (!(error instanceof MalformedResults)) throw error;
		return undefined;
	});
	return (
		read && {
			ids: read.ids,
			rows: read.texts.map(parseWithDigits),
			withoutId: read.withoutId,
		}
	);
}

const BOM = '\ufeff';

/** What a body means by JSON.parse and the written rules, or undefined when it must be refused. */
export function judge(body: Uint8Array, kind: SubjectKind = 'visitor'): Judgement | undefined {
	let document: unknown;
	try {
		const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
		document = parseWithDigits(text.startsWith(BOM) ? text.slice(1) : text);
	} catch {
		return undefined;
	}
	const list =
		document !== null &&
		typeof document === 'object' &&
		'results' in document &&
		!Array.isArray(document)
			? document.results
			: document;
	if (list === null) return { ids: [], rows: [], withoutId: 0 };
	if (!Array.isArray(list)) return undefined;

	const judgement: Judgement = { ids: [], rows: [], withoutId: 0 };
	for (const row of list) {
		const id = idOf(row, kind);
		if (id === undefined) return undefined;
		if (id === null || id === '') {
			judgement.withoutId++;
			continue;
		}
		judgement.ids.push(id);
		judgement.rows.push(row);
	}
	return judgement;
}

/** undefined: there is none, or none that counts. */
function idOf(row: unknown, kind: SubjectKind): string | null | undefined {
	if (row === null || typeof row !== 'object' || Array.isArray(row)) return undefined;
	const entries = Object.entries(row);
	const exact = entries.filter(([name]) => name === `${kind}Id`);
	const otherCase = entries.filter(
		([name]) => name !== `${kind}Id` && name.toLowerCase() === `${kind}id`,
	);
	const automatic = entries.filter(([name]) => name.toLowerCase() === `${kind}_auto_id`);
	const candidates = [exact, otherCase, automatic]
		.map((named) => named.at(-1))
		.filter((named) => named !== undefined);
	if (candidates.length === 0) return undefined;
	const value: unknown = candidates.find(([, candidate]) => candidate !== null)?.[1] ?? null;
	if (value === null || typeof value === 'string') return value;
	return typeof value === 'number' ? String(value) : undefined;
}

/** JSON.parse, where integers beyond 2^53 and numbers out of range become the text they are written as. */
export function parseWithDigits(text: string): unknown {
	const reviver = (_name: string, value: unknown, context: { source: string }) => {
		if (typeof value !== 'number') return value;
		const isRounded = /^-?\d+$/.test(context.source) && !Number.isSafeInteger(value);
		return isRounded || !Number.isFinite(value) ? context.source : value;
	};
	return JSON.parse(text, reviver as Parameters<typeof JSON.parse>[1]);
}
