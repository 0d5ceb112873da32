import { Failure } from '../failure';
import { quoted } from './bad-input';
import { number } from './parameter';
import { objectOf } from './read-json';
import type { Row } from './operation';
import type { Session } from './session';
import type { PendoRequest } from '../requests';

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 10_000;

// The words for a job's state are not documented, so those are known that any service uses.
const READY = /^(complete[d]?|ready|done|finished|success(ful)?|succeeded|ok|active)$/i;
const BROKEN = /^(fail(ed|ure)?|error(ed)?|cancel(l?ed)?|aborted|expired)$/i;

export const waitSeconds = number(
	'Wait up to',
	'Seconds to wait until Pendo has finished; 0 looks once and does not wait.',
	{ default: 300, least: 0, most: 3_600, rare: true },
);

/**
 * Asks for the state of a job until it is ready.
 *
 * @throws Failure `not-ready` after the time, `refused` when Pendo gave the job up
 */
export async function whenReady(
	session: Session,
	status: PendoRequest,
	how: { about: string; seconds: number },
): Promise<Row> {
	const deadline = session.host.now() + how.seconds * 1000;
	for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
		const state = objectOf(await session.read(status, how.about));
		const word = stateOf(state);
		if (BROKEN.test(word)) throw givenUp(how.about, word);
		if (READY.test(word)) return state;
		if (session.host.now() + pause > deadline) throw notReady(how, word);
		await session.sleep(pause);
	}
}

function stateOf({ status, state, value }: Row): string {
	const word = status ?? state ?? value;
	return typeof word === 'string' ? word : '';
}

function notReady({ about, seconds }: { about: string; seconds: number }, word: string): Failure {
	return new Failure('not-ready', {
		what: `Pendo has not finished ${about} after ${seconds} seconds`,
		why: word === '' ? 'It tells no state yet.' : `Its state is ${quoted(word)}.`,
		next: 'Run it again later, or wait longer.',
	});
}

function givenUp(about: string, word: string): Failure {
	return new Failure('refused', {
		what: `Pendo gave ${about} up (${quoted(word)})`,
		why: 'The job broke within Pendo; it says no more.',
		next: 'Run it again. If it lasts, look at it in Pendo.',
	});
}
