import { visitorRow, type Row } from '../emulator/people';
import { mix } from '../emulator/random';

/** `plain`: rows as Pendo sends them. `nasty`: all that makes a reader slow, in every row. */
export type ReportShape = 'plain' | 'nasty';

/** Rows that the watch has not seen before. */
export const NEWCOMERS = 5;

const SEED = 9;
const PIECE_LENGTH = 1 << 20;

/** The body as it is now, or as it was before the newcomers appeared. */
export type Part = 'body' | 'before';

/** A report of generated rows, in pieces: the same parameters give the same bytes. */
export function makeReport(shape: ReportShape, rows: number): Record<Part, readonly Buffer[]> {
	const body: Buffer[] = [];
	const before: Buffer[] = [];
	let text = '[';
	const add = () => {
		const piece = Buffer.from(text);
		text = '';
		body.push(piece);
		return piece;
	};
	for (let index = 0; index < rows; index++) {
		const isNew = isNewcomer(index, rows);
		if (isNew) before.push(add());
		text += `${rowText(shape, index)}${index === rows - 1 ? ']' : ','}`;
		if (isNew) add();
		else if (text.length >= PIECE_LENGTH) before.push(add());
	}
	before.push(add());
	return { body, before };
}

/** Spread over the report, never its last row. */
function isNewcomer(index: number, rows: number): boolean {
	return index % Math.floor(rows / NEWCOMERS) === Math.floor(rows / NEWCOMERS / 2);
}

function rowText(shape: ReportShape, index: number): string {
	return shape === 'plain' ? plainText(index) : nastyText(index);
}

/**
 * Eleven flat fields in about 345 bytes, as a list report has them. One row in twenty carries metadata with
 * an inner visitorId; one in ten has its id in the middle.
 */
function plainText(index: number): string {
	const row = visitorRow(SEED, index);
	// The same as the id.
	delete row.visitor_agent_email;
	row.visitor_auto_browsername = index % 3 === 0 ? null : 'Chrome';
	if (index % 20 === 7) {
		row.visitor_custom_manager = { visitorId: `inner-${index}`, teams: ['a', 'b'], since: null };
	}
	return JSON.stringify(index % 10 === 3 ? withIdAt(row, 6) : row);
}

/** Escapes in every text, emoji, nested metadata, and the id at the end of the row. */
function nastyText(index: number): string {
	const row = visitorRow(SEED, index);
	const id = `jörg\\"/${index}@exämple.test 👩‍💻`;
	const nasty: Row = {
		...row,
		visitor_agent_name: `${String(row.visitor_agent_name)} 🦊 "\\n\t\u2028"`,
		metadata: {
			auto: { visitorId: `inner-${index}`, path: ['a/b', '{', '}', ']', { deep: [[[index]]] }] },
			custom: { note: 'line\r\nline\u0007', score: -(mix(SEED, index) % 1000) / 7e5, on: true },
		},
		visitorId: id,
	};
	const text = JSON.stringify(withIdAt(nasty, Object.keys(nasty).length - 1));
	// As a server writes it that escapes everything beyond ASCII, in every other row.
	return index % 2 === 0 ? text : text.replace(/[^ -~]/g, escaped);
}

function escaped(unit: string): string {
	return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function withIdAt(row: Row, place: number): Row {
	const { visitorId, ...others } = row;
	const members = Object.entries(others);
	members.splice(place, 0, ['visitorId', visitorId]);
	return Object.fromEntries(members);
}
