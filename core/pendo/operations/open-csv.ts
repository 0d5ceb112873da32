import { Failure } from '../failure';
import { ask, type Asking } from './ask';
import type { Session } from './session';

/**
 * Opens a CSV file as it arrives.
 *
 * @throws Failure for every answer but a good one, here or while the body is read; `unexpected-answer`
 * for a web page or JSON, which would otherwise end up in a file that says it is CSV
 */
export async function openCsv(
	session: Session,
	path: string,
	ids: NonNullable<Asking['ids']>,
	about: string,
): Promise<AsyncIterable<Uint8Array>> {
	const body = await session.open(ask('GET', path, { ids, accept: 'csv' }), about);
	return checked(body, about);
}

// No column of Pendo's begins so.
const NO_CSV = /^[<{]/;

async function* checked(
	body: AsyncIterable<Uint8Array>,
	about: string,
): AsyncGenerator<Uint8Array> {
	let begun = false;
	for await (const chunk of body) {
		if (!begun) {
			const start = Buffer.from(chunk).toString('utf8', 0, 1_000).trimStart();
			if (NO_CSV.test(start)) throw noCsv(about);
			begun = start !== '';
		}
		yield chunk;
	}
}

function noCsv(about: string): Failure {
	return new Failure('unexpected-answer', {
		what: `Pendo answered with something that is no CSV file for ${about}`,
		why: 'A proxy or sign-in page stands between this server and Pendo, or Pendo has changed its answer.',
		next: 'Try again. If it lasts, check the region or the custom base URL in the Pendo credential.',
	});
}
