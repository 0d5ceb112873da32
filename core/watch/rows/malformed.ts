import type { SubjectKind } from './row';

/** The results are not what a report looks like. The message never holds a piece of them. */
export class MalformedResults extends Error {
	override readonly name = 'MalformedResults';

	/**
	 * @param reason reads on after "Pendo's answer"
	 * @param offset bytes of the body before the place, counted from 0
	 * @param row the row the place is in, counted from 0; -1 outside the rows. The message counts from 1, as people do.
	 * @param looksLike the other kind, where the row is one of a report of that kind
	 */
	constructor(
		readonly reason: string,
		readonly offset: number,
		readonly row: number,
		readonly looksLike?: SubjectKind,
	) {
		super(`Pendo's answer ${reason} (at byte ${offset}${row < 0 ? '' : `, in row ${row + 1}`}).`);
	}
}
