// What a host does with the state of a million subjects, whatever a package does: it reads and writes one text.
import { readFileSync } from 'node:fs';
import { runCase } from '../case';

export interface StateTextCase {
	/** Where a state is. */
	readonly file: string;
}

/** Milliseconds, each the first time in its process. */
export interface StateTextCost {
	readonly parse: number;
	readonly stringify: number;
	/** Writing once to as much memory as the text has bytes, fresh from the system. */
	readonly freshMemory: number;
}

function timeOf(work: () => unknown): number {
	const start = performance.now();
	work();
	return performance.now() - start;
}

runCase(async ({ file }: StateTextCase): Promise<StateTextCost> => {
	const text = readFileSync(file, 'utf8');
	let state: unknown;
	const parse = timeOf(() => (state = JSON.parse(text)));
	const stringify = timeOf(() => JSON.stringify(state));
	const freshMemory = timeOf(() => new Uint8Array(text.length).fill(1));
	return await Promise.resolve({ parse, stringify, freshMemory });
});
