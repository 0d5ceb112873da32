import type { Emulator } from '../../emulator/server';

/** A real engine that holds many watches, each with a report of its own, all switched off at first. */
export interface WatchingEngine {
	readonly name: 'n8n' | 'Node-RED';
	readonly pid: number;
	readonly emulator: Emulator;
	switchOn(): Promise<void>;
	/** `<report> <visitor>` for each event so far. */
	told(): string[];
	close(): Promise<void>;
}

export interface EngineSetup {
	readonly reports: readonly string[];
	/** Seconds between two polls of a watch; a divisor of 60. */
	readonly interval: number;
	readonly env: Record<string, string>;
}

export const FEWEST = 500;
export const MOST = 1000;

/** From the smallest to the largest in even steps. */
export function createReports({ control }: Emulator, reports: readonly string[]): void {
	const step = (MOST - FEWEST) / Math.max(1, reports.length - 1);
	reports.forEach((id, index) =>
		control.createReport({ id, name: id, generated: FEWEST + Math.round(index * step) }),
	);
}
