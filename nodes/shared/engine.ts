import type { IPollFunctions } from 'n8n-workflow';

/** n8n's default engine gives a poll five minutes, a durable one under a minute. */
const DEFAULT_BUDGET = 300_000;

/** Milliseconds that n8n gives a poll before it gives it up. */
export function budgetOf(context: IPollFunctions): number {
	// Not every version of n8n has it.
	const { getPollBudgetMs } = context as { getPollBudgetMs?: () => number };
	return getPollBudgetMs?.() ?? DEFAULT_BUDGET;
}

/** Whether the durable scheduler made this poll: only it gives a poll less than the default time. */
export function isDurable(context: IPollFunctions): boolean {
	return budgetOf(context) < DEFAULT_BUDGET;
}
