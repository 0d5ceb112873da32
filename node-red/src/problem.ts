import type { NodeAPI } from 'node-red';
import { Failure } from '../../core/pendo';
import { StorageProblem } from './watch-store';

/** A problem in the words that Catch nodes and the log show. It never carries a request or a key. */
export function problemFor(RED: NodeAPI, problem: unknown): Error {
	if (problem instanceof Failure) {
		const error = new Error(`${problem.message}. ${problem.description}`);
		return Object.assign(error, { code: problem.code });
	}
	if (problem instanceof StorageProblem) {
		const error = new Error(RED._('error.storage', { why: problem.message }));
		return Object.assign(error, { code: 'storage' });
	}
	return problem instanceof Error ? problem : new Error(String(problem));
}
