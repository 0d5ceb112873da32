import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';
import type { Failure, FailureCode } from '../../core/pendo';

/** n8n's durable scheduler waits by these words; it reads them from `failure` of the error. */
const SCHEDULER_CAUSE: Partial<Record<FailureCode, string>> = {
	'no-credential': 'credential-invalid',
	'key-refused': 'credential-invalid',
	'rate-limited': 'rate-limited',
};

/** A failure in n8n's own shape. It holds our words and the status alone: no body, no request, no key. */
export function nodeError(
	node: INode,
	failure: Failure,
	itemIndex?: number,
): NodeApiError | NodeOperationError {
	if (failure.code === 'empty-report' || failure.code === 'bad-input') {
		const error = new NodeOperationError(node, failure.message, {
			description: failure.description,
			itemIndex,
		});
		return inOurWords(error, failure);
	}
	const { status, retryAfterMs } = failure.answer;
	const error = new NodeApiError(
		node,
		{ message: failure.message },
		{
			message: failure.message,
			description: failure.description,
			httpCode: status === undefined ? undefined : String(status),
			itemIndex,
		},
	);
	const cause =
		SCHEDULER_CAUSE[failure.code] ??
		(failure.transient ? 'temporarily-unavailable' : 'configuration-invalid');
	return Object.assign(inOurWords(error, failure), { failure: { cause, retryAfterMs } });
}

/** n8n puts a sentence of its own in place of a message that holds a code, as ECONNREFUSED, anywhere. */
function inOurWords<T extends Error>(error: T, { message }: Failure): T {
	return Object.assign(error, { message });
}
