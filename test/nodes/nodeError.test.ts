import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';
import { inspect } from 'node:util';
import { Failure, meaningOfException, meaningOfStatus } from '../../core/pendo';
import { nodeError } from '../../nodes/shared/nodeError';

const node: INode = {
	id: 'a1',
	name: 'Visitor in report',
	type: 'n8n-nodes-pendo.pendoVisitorInReportTrigger',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};
const asked = { host: 'app.pendo.io', report: 'Trial users' };
const answers = (status: number, retryAfter?: string) =>
	meaningOfStatus({ status, retryAfter }, asked, Date.UTC(2026, 4, 1))!;
const emptyReport = new Failure('empty-report', {
	what: 'The report "Trial users" is empty',
	why: 'There is no visitor in it now.',
	next: 'Choose another report for the test.',
});

describe('a failure in n8n', () => {
	test.each([
		['a refused key', answers(403)],
		['a missing report', answers(404)],
		['too many requests', answers(429)],
		['a broken server', answers(502)],
		['a redirect', answers(302)],
		['a refused connection', meaningOfException({ code: 'ECONNREFUSED' }, asked)],
		['a host that does not exist', meaningOfException({ code: 'ENOTFOUND' }, asked)],
		['a connection that broke', meaningOfException({ code: 'ECONNRESET' }, asked)],
		['a certificate', meaningOfException({ code: 'CERT_HAS_EXPIRED' }, asked)],
		['a time limit', meaningOfException({ name: 'TimeoutError' }, asked, 60_000)],
		['an empty report', emptyReport],
		[
			'a report that is called like a code of an error',
			meaningOfStatus({ status: 404 }, { host: 'app.pendo.io', report: 'ETIMEDOUT' }, 0)!,
		],
	])('keeps our words, not n8n’s: %s', (_what, failure) => {
		const error = nodeError(node, failure);
		expect(error.message).toBe(failure.message);
		expect(error.description).toBe(`${failure.why} ${failure.next}`);
	});

	test.each([
		[answers(401), 'credential-invalid'],
		[answers(403), 'credential-invalid'],
		[answers(429), 'rate-limited'],
		[answers(500), 'temporarily-unavailable'],
		[answers(504), 'temporarily-unavailable'],
		[meaningOfException(new Error('x'), asked), 'temporarily-unavailable'],
		[answers(404), 'configuration-invalid'],
		[answers(302), 'configuration-invalid'],
	])('tells the scheduler how to wait: %s', (failure, cause) => {
		const error = nodeError(node, failure) as NodeApiError & { failure: { cause: string } };
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error.failure.cause).toBe(cause);
		expect(error.httpCode).toBe(
			failure.answer.status === undefined ? null : String(failure.answer.status),
		);
	});

	test('hands on how long Pendo asks to stay away', () => {
		expect(nodeError(node, answers(429, '90'))).toMatchObject({
			failure: { cause: 'rate-limited', retryAfterMs: 90_000 },
			httpCode: '429',
		});
	});

	test('is no alarm of the scheduler where a test finds an empty report', () => {
		expect(nodeError(node, emptyReport)).toBeInstanceOf(NodeOperationError);
	});

	test('holds nothing of the request, the key or the answer', () => {
		const cause = Object.assign(new Error('marker-key'), {
			code: 'ECONNRESET',
			config: { headers: { 'x-pendo-integration-key': 'marker-key' } },
			response: { data: 'marker-body', headers: { 'set-cookie': 'marker-cookie' } },
			cause: new Error('marker-cause'),
		});
		const error = nodeError(node, meaningOfException(cause, asked));
		const everything = inspect(error, { depth: 20, showHidden: true });
		expect(everything).not.toContain('marker');
		expect(error.cause).toBeUndefined();
	});
});
