/** One line of the table of reliability. */
export interface Row {
	name: string;
	/** What was measured. */
	value: number | string;
	/** What was wanted. */
	target: string;
	holds: boolean;
}

/** Something counted that must not happen. */
export function never(name: string, count: number): Row {
	return { name, value: count, target: '0', holds: count === 0 };
}

/** Of one of several trials. */
export interface Outcome {
	name: string;
	/** What was not as it must be. */
	problem?: string;
}

/** All of them must hold; names those that did not. */
export function allOf(name: string, outcomes: readonly Outcome[]): Row {
	const wrong = outcomes.filter(({ problem }) => problem !== undefined);
	const good = outcomes.length - wrong.length;
	const which = wrong.map((each) => `${each.name}: ${each.problem}`).join('; ');
	return {
		name,
		value: `${good} of ${outcomes.length}${which && ` (${which})`}`,
		target: 'all',
		holds: wrong.length === 0 && outcomes.length > 0,
	};
}

/** Nothing is claimed of what was not run. */
export function notRun(name: string, why: string): Row {
	return { name, value: `${NOT_RUN}${why}`, target: 'run', holds: false };
}

const NOT_RUN = 'not run: ';

/** Why it was not run on this machine, where that is so. */
export function whyNotRun({ value }: Row): string | undefined {
	const text = String(value);
	return text.startsWith(NOT_RUN) ? text.slice(NOT_RUN.length) : undefined;
}
