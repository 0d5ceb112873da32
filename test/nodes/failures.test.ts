import type { IPollFunctions } from 'n8n-workflow';
import {
	baseUrlOf,
	Failure,
	meaningOfException,
	meaningOfStatus,
	readReportList,
	tooSlow,
	type FailureCode,
} from '../../core/pendo';
import { poll, preview } from '../../core/watch';
import { placeOf } from '../../nodes/shared/transport';
import { Wire } from '../core/pendo/operations/pendo.support';
import { options, streamOf } from '../core/watch/watch.support';

const segment = { name: 'At risk', visitorIds: ['u-1'] };
const asked = { host: 'app.pendo.io', report: 'Trial users' };

const withoutCredential = {
	getCredentials: async () => {
		throw new Error('Node does not have any credentials set');
	},
} as unknown as IPollFunctions;

const answered = (status: number) => () => meaningOfStatus({ status }, asked, 0);
const threw = (code: string) => () => meaningOfException({ code }, asked);
const read = (body: string, stored?: unknown) => () => poll(stored, streamOf(body), options);

/** How each failure comes about; the compiler asks for a line here when one is added. */
const causes: Record<FailureCode, () => unknown> = {
	'no-credential': () => placeOf(withoutCredential),
	'base-url': () => baseUrlOf({ region: 'custom', baseUrl: 'http://app.pendo.io' }),
	'key-refused': answered(403),
	'report-missing': answered(404),
	'report-refused': answered(422),
	redirected: answered(302),
	certificate: threw('DEPTH_ZERO_SELF_SIGNED_CERT'),
	'rate-limited': answered(429),
	unavailable: answered(503),
	unreachable: threw('ENOTFOUND'),
	'too-slow': () => tooSlow(asked, 60_000),
	interrupted: threw('ECONNRESET'),
	'unexpected-answer': () => readReportList('<html>'),
	'malformed-results': read('[{"visitorId":"a"}'),
	'wrong-kind': read('[{"accountId":"acme"}]'),
	'empty-report': () => preview(undefined, streamOf('[]'), options),
	'nothing-to-tell': () => poll(undefined, streamOf('[]'), { ...options, events: [] }),
	'state-damaged': read('[]', { version: 1 }),
	'state-newer': read('[]', { version: 2 }),
	'bad-input': () => new Wire().run('visitor', 'get', { visitorId: '' }),
	'read-only-key': () => new Wire(() => ({ status: 403 })).run('segment', 'create', segment),
	'not-found': () => new Wire(() => undefined).run('visitor', 'get', { visitorId: 'u-1' }),
	refused: () => new Wire(() => ({ status: 422 })).run('segment', 'create', segment),
	'not-ready': () =>
		new Wire(() => ({ body: { status: 'pending' } })).run('segment', 'status', { segmentId: 's' }),
};

describe('a failure tells what happened, why, and what to do next', () => {
	test.each(Object.entries(causes))('%s', async (code, cause) => {
		const outcome: unknown = await Promise.resolve()
			.then(cause)
			.catch((error: unknown) => error);
		expect(outcome).toBeInstanceOf(Failure);
		const failure = outcome as Failure;
		expect(failure.code).toBe(code);
		expect(failure.message).toMatch(/^["A-Za-z].{15,}/);
		for (const text of [failure.why, failure.next]) expect(text).toMatch(/^[A-Z].{15,}\.$/);
		expect(failure.description).toBe(`${failure.why} ${failure.next}`);
		expect(failure.message + failure.description).not.toMatch(/undefined|NaN|\[object|\s\s/);
	});
});

test('what is tried again within a poll is what passes by itself', async () => {
	for (const cause of Object.values(causes)) {
		const outcome: unknown = await Promise.resolve()
			.then(cause)
			.catch((error: unknown) => error);
		const { worthAnotherTry, transient } = outcome as Failure;
		if (worthAnotherTry) expect(transient).toBe(true);
	}
});
