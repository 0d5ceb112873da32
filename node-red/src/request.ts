import type { Node, NodeAPI, NodeMessageInFlow } from 'node-red';
import { Failure } from '../../core/pendo';
import { operationOf } from '../../core/pendo/operations';
import type { ConfigNode } from './config';
import { lendFor, type LentHost } from './lent-host';
import { accountOf } from './pendo-client';
import { problemFor } from './problem';
import { runJob, type Result } from './request-answer';
import { readJob, type RequestParameters } from './request-job';
import { RequestQueue } from './request-queue';

/** Registers the node that runs operations of Pendo. */
export function registerRequest(RED: NodeAPI): void {
	RED.nodes.registerType(
		'pendo-request',
		function (this: Node, parameters: RequestParameters): void {
			RED.nodes.createNode(this, parameters);
			const problem = serve(RED, this, parameters);
			if (problem === undefined) return;
			this.status({ fill: 'red', shape: 'ring', text: RED._('status.unconfigured') });
			const error = problemFor(RED, problem);
			this.on('input', (_msg, _send, done) => done(error));
		},
	);
}

/** Answers what keeps the node from asking anything. */
function serve(RED: NodeAPI, node: Node, dialog: RequestParameters): unknown {
	const config = RED.nodes.getNode(dialog.pendo ?? '') as ConfigNode | null;
	if (config?.type !== 'pendo-config') return new Error(RED._('error.noConfig'));
	const own = operationOf(dialog.resource ?? '', dialog.operation ?? '');
	if (own === undefined && dialog.overrides !== 'all') return new Error(RED._('error.noOperation'));
	let host: LentHost;
	try {
		host = lendFor(config);
		if (own?.secret === 'integrationKey') accountOf(config, config.credentials.apiKey);
	} catch (problem) {
		return problem;
	}
	const each = dialog.answer === 'rows';
	const queue = new RequestQueue(host);
	node.status({});
	node.on('input', (msg, send, done) => {
		const job = () => readJob(RED, node, dialog, msg);
		queue.add({
			show: (waiting) => showAsking(RED, node, waiting),
			run: async (session) =>
				await runJob(RED, await job(), session, msg, {
					each,
					status: () => host.status,
					send(answer) {
						if (!host.isClosed) send(answer);
						return !host.isClosed;
					},
				}),
			succeed(result) {
				showResult(RED, node, result);
				done();
			},
			fail(problem) {
				showProblem(RED, node, problem);
				tellStatus(msg, problem);
				done(problemFor(RED, problem));
			},
		});
	});
	// A listener with exactly these two is told when it may take its time.
	node.on('close', (_removed: boolean, done: () => void) => {
		host.close();
		queue.idle.then(done, done);
	});
	return undefined;
}

function showAsking(RED: NodeAPI, node: Node, waiting: number): void {
	const text = waiting === 0 ? RED._('status.asking') : RED._('status.waiting', { n: waiting });
	node.status({ fill: 'blue', shape: 'ring', text });
}

function showResult(RED: NodeAPI, node: Node, { rows, failed = 0 }: Result): void {
	const time = timeOfDay();
	if (failed > 0) {
		const text = RED._('status.partly', { failed, n: rows ?? 0 });
		node.status({ fill: 'yellow', shape: 'dot', text });
	} else {
		const text = RED._(rows === undefined ? 'status.done' : 'status.rows', { n: rows ?? 0, time });
		node.status({ fill: 'green', shape: 'dot', text });
	}
}

function showProblem(RED: NodeAPI, node: Node, problem: unknown): void {
	const passing = problem instanceof Failure && problem.transient;
	const code = (Object(problem) as { code?: unknown }).code;
	const key = `why.${typeof code === 'string' ? code : 'unexpected'}`;
	const why = RED._(key);
	const text = why === key ? RED._('why.unexpected') : why;
	node.status({ fill: passing ? 'yellow' : 'red', shape: 'dot', text });
}

function tellStatus(msg: NodeMessageInFlow & { statusCode?: unknown }, problem: unknown): void {
	delete msg.statusCode;
	if (!(problem instanceof Failure) || problem.answer.status === undefined) return;
	msg.statusCode = problem.answer.status;
}

function timeOfDay(): string {
	return new Date().toTimeString().slice(0, 5);
}
