import type { IPollFunctions } from 'n8n-workflow';
import { isSameState, originOf, type WatchState } from '../../core/watch';
import { isDurable } from './engine';
import { WORDS } from './triggerSettings';

/**
 * n8n's default engine keeps a node's data under its name, so a renamed node starts without any, or
 * with what it had when it last had that name. A mark under its id, saved together with the state,
 * tells that it is not new, and how far it had come. Durable cursors are kept by id and need none;
 * theirs may be behind, since only the poll of publishing writes one.
 */
interface Mark {
	readonly watch: string;
	/** Of the state, and so is the revision. */
	readonly origin: string;
	readonly revision: number;
	/** That the node had then. */
	readonly name: string;
}

/** What the engine saved of a watch. */
export interface Saved {
	/** Where there is one under the name of the node. */
	readonly state: WatchState | undefined;
	/** That of the state, also where it stands under another name. */
	readonly revision: number | undefined;
}

/**
 * @param state what stands under the name of the node
 * @throws Failure `state-damaged` or `state-newer`
 */
export function savedOf(
	context: IPollFunctions,
	watch: string,
	state: WatchState | undefined,
): Saved {
	const mark = markOf(context, watch);
	const isOfEarlierName =
		!isDurable(context) &&
		state !== undefined &&
		mark !== undefined &&
		mark.name !== context.getNode().name &&
		(mark.revision > state.revision || mark.origin !== originOf(state, WORDS));
	return isOfEarlierName
		? { state: undefined, revision: mark.revision }
		: { state, revision: (state ?? mark)?.revision };
}

/** Notes how far a watch has come, to be saved together with the state. */
export function mark(context: IPollFunctions, watch: string, state: WatchState): void {
	if (isDurable(context)) return;
	const { revision } = state;
	const now: Mark = {
		watch,
		origin: originOf(state, WORDS),
		revision,
		name: context.getNode().name,
	};
	if (isSameState(now, markOf(context, watch))) return;
	context.getWorkflowStaticData('global')[keyOf(context)] = now;
}

function markOf(context: IPollFunctions, watch: string): Mark | undefined {
	const mark = context.getWorkflowStaticData('global')[keyOf(context)] as Mark | undefined;
	return mark?.watch === watch ? mark : undefined;
}

function keyOf(context: IPollFunctions): string {
	return `pendo ${context.getNode().id}`;
}
