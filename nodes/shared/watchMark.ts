import type { IPollFunctions } from 'n8n-workflow';
import type { WatchState } from '../../core/watch';
import { isDurable } from './engine';

/**
 * n8n's default engine keeps a node's data under its name, so a renamed node starts without any, or
 * with what it had when it last had that name. A mark under its id, saved together with the state,
 * tells that it is not new, and how far it had come.
 */
interface Mark {
	readonly watch: string;
	/** Of the state. */
	readonly revision: number;
}

/** What the engine saved of a watch. */
export interface Saved {
	/** Where there is one under the name of the node. */
	readonly state: WatchState | undefined;
	/** That of the state, also where it stands under another name. */
	readonly revision: number | undefined;
}

/** @param state what stands under the name of the node */
export function savedOf(
	context: IPollFunctions,
	watch: string,
	state: WatchState | undefined,
): Saved {
	const mark = markOf(context, watch);
	const isOfEarlierName = state && mark && mark.revision > state.revision;
	return isOfEarlierName
		? { state: undefined, revision: mark.revision }
		: { state, revision: (state ?? mark)?.revision };
}

/** Notes how far a watch has come, to be saved together with the state. */
export function mark(context: IPollFunctions, watch: string, { revision }: WatchState): void {
	if (isDurable(context) || markOf(context, watch)?.revision === revision) return;
	context.getWorkflowStaticData('global')[nameOf(context)] = { watch, revision };
}

function markOf(context: IPollFunctions, watch: string): Mark | undefined {
	const mark = context.getWorkflowStaticData('global')[nameOf(context)] as Mark | undefined;
	return mark?.watch === watch ? mark : undefined;
}

function nameOf(context: IPollFunctions): string {
	return `pendo ${context.getNode().id}`;
}
