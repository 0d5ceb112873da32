import type { FingerprintKey } from '../fingerprint';
import type { Pace } from '../pace';
import type { RowBatch } from './batch';
import { ResultsDocument } from './document';
import type { SubjectKind } from './row';
import { Window } from './window';

export type { RowBatch } from './batch';
export { MalformedResults } from './malformed';
export { parseRow } from './parse-row';
export type { SubjectKind } from './row';
export { idOfJson } from './subject-id';

export interface ReadRowsOptions {
	kind: SubjectKind;
	/** The watch's key, for the fingerprints of the ids. */
	key: FingerprintKey;
	/** Called for each batch in turn; the next call reuses the batch's memory. */
	onBatch(batch: RowBatch): void;
	pace: Pace;
}

export interface ReadSummary {
	/** All rows of the report. */
	rows: number;
	/** Those of them that were skipped, their id being null or ''. */
	withoutId: number;
}

/**
 * Reads the rows of a report's results, in memory that does not grow with the body.
 * Rejects with MalformedResults when they are not whole, valid and about the given kind.
 */
export async function readRows(
	body: AsyncIterable<Uint8Array>,
	{ kind, key, onBatch, pace }: ReadRowsOptions,
): Promise<ReadSummary> {
	const window = new Window();
	const document = new ResultsDocument(window, kind, key);

	const readWindow = async () => {
		window.seal();
		for (let isMore = true; isMore; ) {
			isMore = document.read();
			if (document.batch.count > 0) onBatch(document.batch);
			document.batch.clear();
			if (pace.due) await pace.rest();
		}
		document.makeRoom();
	};

	for await (const chunk of body) {
		for (let taken = 0; taken < chunk.length; ) {
			taken += window.append(chunk, taken);
			// A full window is read at once, so how the body is cut changes nothing.
			if (window.isFull) await readWindow();
		}
		if (pace.due) await pace.rest();
	}
	await readWindow();
	document.finish();
	return { rows: document.rows, withoutId: document.withoutId };
}
