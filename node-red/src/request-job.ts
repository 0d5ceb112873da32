import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import { operationOf, type Given, type Operation } from '../../core/pendo/operations';
import { readTypedInput, type TypedInput } from './typed-input';

/** What a request node stores in a flow. */
export interface RequestParameters extends NodeDef {
	pendo?: string;
	resource?: string;
	operation?: string;
	/** By name; what is not in it is not given. */
	parameters?: Readonly<Record<string, TypedInput>>;
	/** Where the list is, for operations that take many inputs together; type `none` for one input. */
	items?: string;
	itemsType?: string;
	/** `array` or `rows`: one message with all, or one for each. */
	answer?: string;
	confirm?: boolean;
	dryRun?: boolean;
	/** What a message may say instead: `none`, `parameters` or `all`. */
	overrides?: string;
}

/** One run of an operation; `many` where its inputs are run together. */
export type Job = { readonly operation: Operation } & (
	| { readonly given: Given; readonly many?: undefined }
	| { readonly many: readonly Given[]; readonly given?: undefined }
);

interface Asking extends NodeMessageInFlow {
	resource?: unknown;
	operation?: unknown;
	parameters?: unknown;
}

/**
 * What the dialog and the message together ask for.
 *
 * @throws an Error `bad-input`, in the words of the editor's language
 */
export async function readJob(
	RED: NodeAPI,
	node: Node,
	dialog: RequestParameters,
	msg: Asking,
): Promise<Job> {
	const { overrides = 'none' } = dialog;
	const own = operationOf(dialog.resource ?? '', dialog.operation ?? '');
	const operation = overrides === 'all' ? operationFor(RED, dialog, msg) : own;
	if (operation === undefined) throw badInput(RED._('error.noOperation'));
	// Those of another operation mean nothing to this one.
	const base = operation === own ? await parametersFor(RED, node, operation, dialog, msg) : {};
	const fromMessage = overrides === 'none' ? undefined : msg.parameters;
	const items = operation.together ? await itemsFor(RED, node, operation, dialog, msg) : undefined;
	if (operation.together && Array.isArray(fromMessage)) {
		return { operation, many: merged(RED, operation, dialog, base, fromMessage) };
	}
	const [given] = merged(RED, operation, dialog, base, [fromMessage ?? {}]);
	if (items === undefined) return { operation, given: given! };
	return { operation, many: merged(RED, operation, dialog, given!, items) };
}

function operationFor(RED: NodeAPI, dialog: RequestParameters, msg: Asking): Operation {
	const resource = String(msg.resource ?? dialog.resource ?? '');
	const name = String(msg.operation ?? dialog.operation ?? '');
	const found = operationOf(resource, name);
	if (found !== undefined) return found;
	throw badInput(RED._('error.unknownOperation', { resource, operation: name }));
}

async function parametersFor(
	RED: NodeAPI,
	node: Node,
	{ parameters }: Operation,
	dialog: RequestParameters,
	msg: Asking,
): Promise<Record<string, unknown>> {
	const read = Object.entries(dialog.parameters ?? {}).map(async ([name, input]) => {
		const { label = name, type } = Object.hasOwn(parameters, name) ? parameters[name]! : {};
		return [
			name,
			await readTypedInput(RED, node, Object(input) as TypedInput, msg, { label, type }),
		];
	});
	return Object.fromEntries(await Promise.all(read)) as Record<string, unknown>;
}

async function itemsFor(
	RED: NodeAPI,
	node: Node,
	{ action }: Operation,
	{ items, itemsType = 'none' }: RequestParameters,
	msg: Asking,
): Promise<readonly unknown[] | undefined> {
	if (itemsType === 'none') return undefined;
	const label = action;
	const read = await readTypedInput(RED, node, { value: items, type: itemsType }, msg, { label });
	if (Array.isArray(read)) return read;
	throw badInput(RED._('error.noItems', { place: `${itemsType}: ${items ?? ''}` }));
}

/** Each entry on top of what all have in common; what destroys is confirmed by the dialog alone. */
function merged(
	RED: NodeAPI,
	{ destructive }: Operation,
	dialog: RequestParameters,
	common: Given,
	entries: readonly unknown[],
): Given[] {
	return entries.map((entry, index) => {
		if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
			throw badInput(RED._('error.noEntry', { n: index + 1 }));
		}
		const given: Record<string, unknown> = { ...common, ...entry };
		if (!destructive) return given;
		const confirm = dialog.confirm === true ? (given.confirm ?? true) : false;
		return { ...given, confirm, dryRun: dialog.dryRun === true ? true : given.dryRun };
	});
}

function badInput(message: string): Error {
	return Object.assign(new Error(message), { code: 'bad-input' });
}
