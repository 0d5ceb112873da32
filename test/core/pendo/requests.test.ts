import { KEY_HEADER, listReports, reportResults, verifyKey } from '../../../core/pendo';

describe('what is asked of Pendo', () => {
	test('is as its documentation says', () => {
		expect(KEY_HEADER).toBe('x-pendo-integration-key');
		expect(verifyKey).toMatchObject({ method: 'GET', path: '/api/v1/token/verify' });
		expect(listReports).toMatchObject({ method: 'GET', path: '/api/v1/report' });
		expect(reportResults('aB3')).toMatchObject({
			method: 'GET',
			path: '/api/v1/report/aB3/results.json',
		});
	});

	test('has no key in it: the host adds it', () => {
		for (const request of [verifyKey, listReports, reportResults('aB3')]) {
			expect(Object.keys(request.headers)).not.toContain(KEY_HEADER);
		}
	});

	test.each([
		['_Q7hZr0aT2kLmN8vXcYbWdEfGiU', '_Q7hZr0aT2kLmN8vXcYbWdEfGiU'],
		['-b3Account', '-b3Account'],
		[' aB3\n', 'aB3'],
		['a/../../token', 'a%2F..%2F..%2Ftoken'],
		['a?x=1#y', 'a%3Fx%3D1%23y'],
		['ü', '%C3%BC'],
	])('a report id stays one part of the path: %j', (id, part) => {
		const { path } = reportResults(id);
		expect(path).toBe(`/api/v1/report/${part}/results.json`);
		expect(new URL(path, 'https://app.pendo.io').pathname).toBe(path);
	});

	test.each(['', '  ', '.', '..'])('%j is no report id', (id) => {
		expect(() => reportResults(id)).toThrow(
			expect.objectContaining({ code: 'report-missing', transient: false }),
		);
	});
});
