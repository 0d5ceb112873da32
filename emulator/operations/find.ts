import { Refusal } from '../refusal';
import type { Operation } from './operation';
import { OPERATIONS } from './table';

export interface Found {
	operation: Operation;
	/** Still as they were in the path. */
	parts: Readonly<Record<string, string>>;
}

interface Pattern {
	operation: Operation;
	expression: RegExp;
	names: string[];
}

const PATTERNS: readonly Pattern[] = OPERATIONS.map((operation) => ({
	operation,
	names: [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string),
	expression: new RegExp(
		`^${operation.path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '([^/]+)')}$`,
	),
}));

/** The first operation in the table whose method and path fit; the path is the one on the wire, not normalised. */
export function findOperation(method: string, path: string): Found | undefined {
	for (const { operation, expression, names } of PATTERNS) {
		if (operation.method !== method) continue;
		const match = expression.exec(path);
		if (!match) continue;
		const parts = Object.fromEntries(
			names.map((name, place) => [name, match[place + 1] as string]),
		);
		return { operation, parts };
	}
	return undefined;
}

const IDS_OF_SUBJECTS = ['visitorId', 'accountId', 'subjectId'];

/** The ids that the parts of the path stand for. */
export function decodeParts(
	parts: Readonly<Record<string, string>>,
	inBase64: boolean,
): Record<string, string> {
	return Object.fromEntries(
		Object.entries(parts).map(([name, part]) => {
			const text = percentDecoded(part);
			return [name, inBase64 && IDS_OF_SUBJECTS.includes(name) ? base64Decoded(text) : text];
		}),
	);
}

function percentDecoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

function base64Decoded(text: string): string {
	if (!/^[A-Za-z0-9+/_-]+=*$/.test(text)) throw new Refusal(400, 'the id is not base64');
	return Buffer.from(text, 'base64').toString();
}
