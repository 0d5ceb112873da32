import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { isStateOf, readState, type WatchState } from '../../core/watch';
import { isDurable } from './engine';
import { WORDS } from './triggerSettings';

/**
 * n8n's default engine keeps a node's data under its name, so a renamed node starts without any, or
 * with what it had when it last had that name. A mark under its id, saved together with the state,
 * tells that it is not new, and how far it had come. Durable cursors are kept by id: where there is
 * one, it is right.
 *
 * A trigger that was changed and published gets a copy of the workflow's data of its own, while the other
 * triggers go on with theirs, and n8n saves the whole copy of each that fires: what another has saved
 * meanwhile is undone. So the marks in the other copies hold the state, too (`spread`).
 */
interface Mark {
	readonly watch: string;
	/** Of the state. */
	readonly revision: number;
	/** That the node had then. */
	readonly name: string;
	/** Only where the copy has no newer one under the node's name. */
	readonly state?: WatchState;
}

/** What the engine saved of a node. */
export interface Saved {
	readonly state: WatchState | undefined;
	/** How far this watch had come, also where its state stands under another name. */
	readonly revision: number | undefined;
	/** The node followed something before, and not this. */
	readonly isOfAnother: boolean;
}

/** @throws Failure `state-damaged` or `state-newer` */
export function savedOf(context: IPollFunctions, watch: string): Saved {
	const { watch: stored } = context.getWorkflowStaticData('node');
	const mark = markOf(context);
	if (!mark || !isKeptByName(context)) return savedIs(readState(stored, WORDS), mark, watch);
	const isOfThisName = mark.name === context.getNode().name;
	if (mark.watch === watch || isOfThisName) {
		const state = readState(mark.state ?? (isOfThisName ? stored : undefined), WORDS);
		return savedIs(state, mark, watch);
	}
	// Either the node was renamed and follows something else now, or a copy of it has the same id.
	const state = readState(stored, WORDS);
	const isOwn = state !== undefined && isStateOf(state, watch, WORDS);
	return savedIs(isOwn ? state : undefined, mark, watch);
}

function savedIs(state: WatchState | undefined, mark: Mark | undefined, watch: string): Saved {
	const isOwnMark = mark?.watch === watch;
	return {
		state,
		revision: state?.revision ?? (isOwnMark ? mark.revision : undefined),
		isOfAnother: state ? !isStateOf(state, watch, WORDS) : mark !== undefined && !isOwnMark,
	};
}

/** Notes how far a watch has come, to be saved together with the state. */
export function mark(context: IPollFunctions, watch: string, { revision }: WatchState): void {
	if (isDurable(context) && !isKeptByName(context)) return;
	const { name } = context.getNode();
	const before = markOf(context);
	const isSame = before?.watch === watch && before.revision === revision && before.name === name;
	if (isSame && before.state === undefined) return;
	context.getWorkflowStaticData('global')[keyOf(context)] = { watch, revision, name };
}

/** The data of a workflow that its triggers go on with, each copy of it. */
const copies = new Map<string, Set<WeakRef<IDataObject>>>();

/** Takes note of the copy that a trigger goes on with. */
export function noteCopy(context: IPollFunctions): void {
	// The durable scheduler makes a copy for each poll, and keeps none.
	if (isDurable(context)) return;
	const own = context.getWorkflowStaticData('global');
	if (copiesOf(context).includes(own)) return;
	copies.get(workflowOf(context))!.add(new WeakRef(own));
}

/** Notes in every other copy of the workflow's data what is certainly saved of a watch. */
export function spread(context: IPollFunctions, watch: string, state: WatchState): void {
	if (!isKeptByName(context)) return;
	const own = context.getWorkflowStaticData('global');
	const key = keyOf(context);
	const { name } = context.getNode();
	for (const copy of copiesOf(context)) {
		const before = copy[key] as Mark | undefined;
		if (copy === own || (before?.state === state && before.name === name)) continue;
		const value: Mark = { watch, revision: state.revision, name, state };
		// Unlike an assignment, this does not make n8n save a copy in which nothing else has changed.
		const open = { enumerable: true, configurable: true, writable: true };
		Object.defineProperty(copy, key, { value, ...open });
	}
}

function copiesOf(context: IPollFunctions): IDataObject[] {
	const known = copies.get(workflowOf(context)) ?? new Set();
	copies.set(workflowOf(context), known);
	const living: IDataObject[] = [];
	for (const reference of known) {
		const copy = reference.deref();
		if (copy) living.push(copy);
		else known.delete(reference);
	}
	return living;
}

function workflowOf(context: IPollFunctions): string {
	return context.getWorkflow().id ?? '';
}

/** n8n marks what belongs to the data of the workflow, to see whether it changes; a cursor is none of it. */
export function isKeptByName(context: IPollFunctions): boolean {
	return '__dataChanged' in context.getWorkflowStaticData('node');
}

function markOf(context: IPollFunctions): Mark | undefined {
	return context.getWorkflowStaticData('global')[keyOf(context)] as Mark | undefined;
}

function keyOf(context: IPollFunctions): string {
	return `pendo ${context.getNode().id}`;
}
