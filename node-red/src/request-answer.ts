import { randomBytes } from 'node:crypto';
import { setImmediate as pause } from 'node:timers/promises';
import type { NodeAPI, NodeMessage, NodeMessageInFlow } from 'node-red';
import type { Failure } from '../../core/pendo';
import {
	runOperation,
	runTogether,
	type Outcome,
	type PendoFile,
	type Row,
	type Session,
} from '../../core/pendo/operations';
import type { Job } from './request-job';

/** What came back: for the status under the node, and for the flow, message by message. */
export interface Result {
	/** Of a list. */
	readonly rows?: number;
	/** Of many inputs: how many failed. */
	readonly failed?: number;
}

export interface Sending {
	/** One message for each entry of a list, instead of one with all. */
	readonly each: boolean;
	/** Answers false once the node is closed. */
	send(msg: NodeMessage): boolean;
	/** Of the last answer of Pendo's. */
	status(): number | undefined;
}

/** Rows that are sent before others get their turn. */
const TURN = 100;

/**
 * Runs a job and sends what comes back.
 *
 * @throws Failure, or an Error in the words of the editor's language
 */
export async function runJob(
	RED: NodeAPI,
	job: Job,
	session: Session,
	msg: NodeMessageInFlow,
	sending: Sending,
): Promise<Result> {
	if (job.many !== undefined) {
		const outcomes = await runTogether(job.operation, job.many, session);
		const failures = outcomes.flatMap(({ failure }) => failure ?? []);
		if (failures.length > 0 && failures.length === outcomes.length) throw allFailed(RED, failures);
		const result = await sendRows(RED, listed(outcomes), msg, sending);
		return { ...result, failed: failures.length };
	}
	const answer = await runOperation(job.operation, job.given, session);
	switch (answer.kind) {
		case 'rows':
			return await sendRows(RED, answer.rows, msg, sending);
		case 'object':
			sending.send(answered(msg, answer.value, sending));
			return {};
		case 'file':
			sending.send(answered(msg, await bytesOf(answer.file), sending, fileFacts(answer.file)));
			return {};
	}
}

async function sendRows(
	RED: NodeAPI,
	rows: AsyncIterable<Row>,
	msg: NodeMessageInFlow,
	sending: Sending,
): Promise<Result> {
	if (sending.each) return await sendEach(RED, rows, msg, sending);
	const all: Row[] = [];
	for await (const row of rows) all.push(row);
	sending.send(answered(msg, all, sending));
	return { rows: all.length };
}

/** As core nodes do: `parts` for Join, and `complete` on the last, which also knows how many there are. */
async function sendEach(
	RED: NodeAPI,
	rows: AsyncIterable<Row>,
	msg: NodeMessageInFlow,
	sending: Sending,
): Promise<Result> {
	const rest: NodeMessageInFlow & { complete?: unknown } = { ...msg };
	delete rest.complete;
	const outer = 'parts' in msg ? { parts: (msg as { parts: unknown }).parts } : {};
	const id = randomBytes(8).toString('hex');
	const sendOne = (row: Row, index: number, more: object, parts: object) => {
		const copy = RED.util.cloneMessage({ ...rest, payload: undefined });
		const own = { ...outer, id, type: 'array', index, len: 1, ...parts };
		return sending.send(answered(copy, row, sending, { ...more, parts: own }));
	};
	let held: { row: Row } | undefined;
	let count = 0;
	for await (const row of rows) {
		if (held !== undefined && !sendOne(held.row, count++, {}, {})) return { rows: count };
		held = { row };
		if (count % TURN === TURN - 1) await pause();
	}
	if (held !== undefined) sendOne(held.row, count++, { complete: true }, { count });
	return { rows: count };
}

/** The message that came, with the answer in it; what asked for it is used up. */
function answered(
	msg: NodeMessageInFlow,
	payload: unknown,
	{ status }: Sending,
	more: object = {},
): NodeMessage {
	const names = ['resource', 'operation', 'parameters', 'statusCode'];
	const rest = Object.fromEntries(Object.entries(msg).filter(([name]) => !names.includes(name)));
	const statusCode = status();
	return { ...rest, payload, ...(statusCode !== undefined && { statusCode }), ...more };
}

async function bytesOf({ body }: PendoFile): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of body) chunks.push(chunk);
	return Buffer.concat(chunks);
}

function fileFacts({ name, mimeType }: PendoFile): object {
	return { filename: name, contentType: mimeType };
}

async function* listed(outcomes: readonly Outcome[]): AsyncGenerator<Row> {
	for (const { value, failure } of outcomes) yield value ?? { error: inWords(failure!) };
}

function inWords({ code, message, description }: Failure): { code: string; message: string } {
	return { code, message: `${message}. ${description}`.trim() };
}

function allFailed(RED: NodeAPI, failures: readonly Failure[]): Error {
	const [first] = failures;
	if (failures.length === 1) return first!;
	const { code, message } = inWords(first!);
	const error = new Error(RED._('error.allFailed', { n: failures.length, first: message }));
	return Object.assign(error, { code });
}
