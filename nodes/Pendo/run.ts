import {
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';
import { Failure } from '../../core/pendo';
import {
	operationOf,
	runOperation,
	runTogether,
	type Answer,
	type Given,
	type Operation,
	type Outcome,
	type PendoFile,
	type Session,
} from '../../core/pendo/operations';
import { nodeError } from '../shared/nodeError';
import { sessionOf } from '../shared/session';
import type { Source } from '../shared/transport';
import { givenOf } from './given';
import { canSimplify, simplified } from './simplify';

type File = Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0];
/** A class of Node.js streams: it makes one of anything that arrives. */
type StreamClass = { from(source: AsyncIterable<Uint8Array>): File };

/** Runs the chosen operation for the items of a run. */
export class Run {
	private stream: StreamClass | undefined;
	private readonly output: INodeExecutionData[] = [];
	private readonly operation: Operation;

	constructor(private readonly context: IExecuteFunctions) {
		const resource = context.getNodeParameter('resource', 0) as string;
		const name = context.getNodeParameter('operation', 0) as string;
		const operation = operationOf(resource, name);
		if (operation === undefined) {
			throw new NodeOperationError(context.getNode(), `There is no operation "${name}" here`, {
				description: `Choose an operation of the resource "${resource}" from the list.`,
			});
		}
		this.operation = operation;
	}

	async start(): Promise<INodeExecutionData[]> {
		const count = this.context.getInputData().length;
		const session = await this.openSession();
		if (session instanceof Failure) {
			for (let item = 0; item < count; item++) this.fail(session, item);
		} else if (this.operation.together) {
			await this.runAtOnce(session, count);
		} else {
			for (let item = 0; item < count; item++) await this.runOne(session, item);
		}
		return this.output;
	}

	private async openSession(): Promise<Session | Failure> {
		let problem: unknown;
		try {
			return await sessionOf(this.context, (body) => (this.stream ??= streamClassOf(body)));
		} catch (error) {
			problem = error;
		}
		if (problem instanceof Failure) return problem;
		throw problem;
	}

	private async runOne(session: Session, item: number): Promise<void> {
		let problem: unknown;
		try {
			const given = givenOf(this.context, this.operation, item);
			const answer = await runOperation(this.operation, given, session);
			// All or nothing: an answer that breaks in the middle gives no item but the error.
			const items = await this.itemsOf(answer, item);
			// Not spread as parameters: the stack holds some hundred thousand of them.
			for (const one of items) this.output.push(one);
		} catch (error) {
			problem = error;
		}
		if (problem !== undefined) this.fail(problem, item);
	}

	private async itemsOf(answer: Answer, item: number): Promise<INodeExecutionData[]> {
		const pairedItem = { item };
		if (answer.kind === 'file') return [await this.fileItem(answer.file, item)];
		const simplify =
			canSimplify(this.operation) && this.context.getNodeParameter('simplify', item, true);
		const toJson = (row: object) =>
			(simplify ? simplified(this.operation, row as IDataObject) : row) as IDataObject;
		if (answer.kind === 'object') return [{ json: toJson(answer.value), pairedItem }];
		const items: INodeExecutionData[] = [];
		for await (const row of answer.rows) items.push({ json: toJson(row), pairedItem });
		return items;
	}

	private async fileItem(
		{ name, mimeType, body }: PendoFile,
		item: number,
	): Promise<INodeExecutionData> {
		const field = this.context.getNodeParameter('binaryPropertyName', item, 'data') as string;
		const stream = this.stream!.from(body);
		const file = await this.context.helpers.prepareBinaryData(stream, name, mimeType);
		const json = { fileName: name, mimeType };
		return { json, binary: { [field || 'data']: file }, pairedItem: { item } };
	}

	private async runAtOnce(session: Session, count: number): Promise<void> {
		const outcomes: (Outcome | { problem: unknown })[] = [];
		const givens: Given[] = [];
		const places: number[] = [];
		for (let item = 0; item < count; item++) {
			try {
				givens.push(givenOf(this.context, this.operation, item));
				places.push(item);
			} catch (error) {
				outcomes[item] = { problem: error };
			}
		}
		const done = await runTogether(this.operation, givens, session);
		done.forEach((outcome, index) => (outcomes[places[index]!] = outcome));
		const failed = outcomes.filter((one) => problemOf(one) !== undefined).length;
		outcomes.forEach((outcome, item) => {
			const problem = problemOf(outcome);
			if (problem !== undefined) this.fail(problem, item, { failed, of: count });
			else {
				const json = (outcome as { value: object }).value as IDataObject;
				this.output.push({ json, pairedItem: { item } });
			}
		});
	}

	/** An item with the error where the node goes on; otherwise the end of it. */
	private fail(problem: unknown, item: number, among?: { failed: number; of: number }): void {
		const node = this.context.getNode();
		const error = problem instanceof Failure ? nodeError(node, problem, item) : problem;
		if (!this.context.continueOnFail()) throw told(error, among);
		// One key alone: by it n8n knows an item for the error output, and adds what came in.
		this.output.push({ json: { error: textOf(error as Error) }, pairedItem: { item } });
	}
}

/** What, why and what to do: the item has no other place for it. */
function textOf({ message, description }: Error & { description?: string | null }): string {
	return description ? `${message}. ${description}` : message;
}

function problemOf(outcome: Outcome | { problem: unknown }): unknown {
	return 'problem' in outcome ? outcome.problem : outcome.failure;
}

/** Of items that are sent together, others may have been done. */
function told(error: unknown, among: { failed: number; of: number } | undefined): unknown {
	if (among === undefined || among.failed === among.of) return error;
	const { failed, of } = among;
	const { description } = error as { description?: string };
	return Object.assign(error as Error, {
		description: `${description ?? ''} ${failed} of ${of} items failed; the others are done. With "On Error" set to continue, each item tells.`,
	});
}

/** Lint allows no import of Node.js streams, and n8n takes a file as one: a body that arrived is one. */
function streamClassOf(body: Source): StreamClass {
	let type = Object.getPrototypeOf(body) as { constructor: { name: string } };
	while (type.constructor.name !== 'Readable') {
		type = Object.getPrototypeOf(type) as typeof type;
	}
	return type.constructor as unknown as StreamClass;
}
