import { meaningOfStatus } from '../../../core/pendo';

const now = Date.UTC(2026, 4, 1);
const asked = { host: 'app.eu.pendo.io', report: 'Trial users' };

describe('the status of an answer means', () => {
	test.each([200, 201, 204, 206])('nothing amiss: %i', (status) => {
		expect(meaningOfStatus({ status }, asked, now)).toBeUndefined();
	});

	test.each([
		[301, 'redirected'],
		[302, 'redirected'],
		[304, 'redirected'],
		[307, 'redirected'],
		[308, 'redirected'],
		[400, 'report-refused'],
		[401, 'key-refused'],
		[402, 'report-refused'],
		[403, 'key-refused'],
		[404, 'report-missing'],
		[409, 'report-refused'],
		[422, 'report-refused'],
	])('something that only a person can mend: %i is %s', (status, code) => {
		expect(meaningOfStatus({ status }, asked, now)).toMatchObject({
			code,
			transient: false,
			worthAnotherTry: false,
			answer: { status },
		});
	});

	test.each([
		[429, 'rate-limited', true],
		[500, 'unavailable', true],
		[502, 'unavailable', true],
		[503, 'unavailable', true],
		[599, 'unavailable', true],
		[408, 'too-slow', false],
		[504, 'too-slow', false],
	])('something that passes: %i is %s', (status, code, worthAnotherTry) => {
		expect(meaningOfStatus({ status }, asked, now)).toMatchObject({
			code,
			transient: true,
			worthAnotherTry,
			answer: { status },
		});
	});

	test.each([401, 403])('%i: the region may be the cause, not the key alone', (status) => {
		const { message, description } = meaningOfStatus({ status }, asked, now)!;
		expect(message).toContain(String(status));
		expect(description).toContain('another region than app.eu.pendo.io');
		expect(description).toContain('check the region');
		expect(description).toContain('Settings > Integrations > Integration Keys');
	});

	test.each([400, 402, 404, 422])('%i: which report, and what to check about it', (status) => {
		const failure = meaningOfStatus({ status }, asked, now)!;
		expect(failure.message).toContain('"Trial users"');
		expect(failure.next).toContain('shared with everyone');
	});

	test.each([
		['90', 90_000],
		['Fri, 01 May 2026 00:02:00 GMT', 120_000],
		[undefined, undefined],
	])('with Retry-After %j, how long to stay away', (retryAfter, retryAfterMs) => {
		for (const status of [429, 503, 504]) {
			expect(meaningOfStatus({ status, retryAfter }, asked, now)!.answer).toEqual({
				status,
				retryAfterMs,
			});
		}
	});

	test('the same words where no report was asked for', () => {
		const failure = meaningOfStatus({ status: 404 }, { host: 'app.pendo.io' }, now)!;
		expect(failure.message).toBe('Pendo does not have what was asked for (404)');
	});
});
