import { get } from 'node:http';
import type { Part, ReportShape } from './reports';

export type Body = AsyncIterable<Uint8Array>;

export interface Place {
	readonly port: number;
	readonly shape: ReportShape;
	readonly rows: number;
}

const PIECE_LENGTH = 64 * 1024;

/** Opens a report on loopback, as it is now or as it was before the newcomers. */
export async function openBody({ port, shape, rows }: Place, part: Part): Promise<Body> {
	const url = `http://127.0.0.1:${port}/${shape}/${rows}/${part}`;
	return await new Promise((resolve, reject) => get(url, resolve).once('error', reject));
}

/** The same from memory, in pieces as a socket gives them. */
export async function loadBody(place: Place, part: Part): Promise<() => Body> {
	const pieces: Uint8Array[] = [];
	for await (const chunk of await openBody(place, part)) pieces.push(chunk);
	const whole = Buffer.concat(pieces);
	return async function* () {
		for (let from = 0; from < whole.length; from += PIECE_LENGTH) {
			yield whole.subarray(from, from + PIECE_LENGTH);
		}
	};
}
