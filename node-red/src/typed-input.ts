import type { Node, NodeAPI, NodeMessage } from 'node-red';
import type { ParameterType } from '../../core/pendo/operations';

/** What a typed input of the editor stores. */
export interface TypedInput {
	readonly value?: unknown;
	readonly type?: string;
}

const LOOKED_UP = new Set(['msg', 'flow', 'global', 'env', 'jsonata']);

/**
 * The value of a typed input for this message; undefined where nothing was filled in.
 * What was written in the dialog stays text: the operation reads it, and says what is wrong with it.
 *
 * @throws an Error in the words of the editor's language
 */
export async function readTypedInput(
	RED: NodeAPI,
	node: Node,
	{ value, type = 'str' }: TypedInput,
	msg: NodeMessage,
	of: { label: string; type?: ParameterType },
): Promise<unknown> {
	if (value === undefined || value === null || value === '') return undefined;
	if (LOOKED_UP.has(type)) return await lookedUp(RED, node, String(value), type, msg, of.label);
	// Only there text and a number mean different things.
	if (of.type !== 'value') return value;
	if (type === 'num') return Number(value);
	return type === 'bool' ? value === true || value === 'true' : value;
}

async function lookedUp(
	RED: NodeAPI,
	node: Node,
	value: string,
	type: string,
	msg: NodeMessage,
	label: string,
): Promise<unknown> {
	try {
		return await new Promise<unknown>((resolve, reject) => {
			RED.util.evaluateNodeProperty(value, type, node, msg, (error, result: unknown) => {
				if (error) reject(error);
				else resolve(result);
			});
		});
	} catch (problem) {
		// What a message does not have is not given: `payload.id` of one without a payload.
		if (type === 'msg' && problem instanceof TypeError) return undefined;
		const { message } = Object(problem) as { message?: unknown };
		const why = typeof message === 'string' ? message : String(problem);
		const error = new Error(RED._('error.notRead', { label, place: `${type}: ${value}`, why }));
		throw Object.assign(error, { code: 'bad-input' });
	}
}
