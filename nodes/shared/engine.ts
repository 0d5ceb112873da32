import type { IPollFunctions } from 'n8n-workflow';

/** n8n's default engine gives a poll five minutes; a durable one four fifths of what an administrator set. */
const DEFAULT_BUDGET = 300_000;

/** Milliseconds that n8n gives a poll before it gives it up. */
export function budgetOf(context: IPollFunctions): number {
	// Not every version of n8n has it.
	const { getPollBudgetMs } = context as { getPollBudgetMs?: () => number };
	return getPollBudgetMs?.() ?? DEFAULT_BUDGET;
}

/** Whether the durable scheduler made this poll: only it gives a poll another time than the default. */
export function isDurable(context: IPollFunctions): boolean {
	return budgetOf(context) !== DEFAULT_BUDGET;
}

/** Of each trigger, the activation that began the last poll. */
const latest = new Map<string, WeakRef<IPollFunctions>>();
const noted = new WeakSet<IPollFunctions>();

export function noteActivation(context: IPollFunctions): void {
	// The durable scheduler makes a context for each poll; the default engine one for all of an activation.
	if (isDurable(context)) return;
	latest.set(placeOf(context), new WeakRef(context));
	noted.add(context);
}

/** Whether the trigger was published anew, and polled something else, since this poll began: n8n drops what it finds. */
export function isSuperseded(context: IPollFunctions): boolean {
	return noted.has(context) && latest.get(placeOf(context))?.deref() !== context;
}

function placeOf(context: IPollFunctions): string {
	const { id, name } = context.getNode();
	return JSON.stringify([context.getWorkflow().id, id, name]);
}

const emits = new WeakMap<IPollFunctions, IPollFunctions['__emit']>();

/** Does something when n8n takes over what this poll returns, just before it saves. */
export function onceEmitted(context: IPollFunctions, work: () => void): void {
	const emit = emits.get(context) ?? context.__emit;
	emits.set(context, emit);
	context.__emit = (...output) => {
		context.__emit = emit;
		try {
			work();
		} finally {
			emit.apply(context, output);
		}
	};
}
