import type { Emulator } from '../../../emulator/server';

/** A real engine that holds many watches, each with a report of its own, all switched off at first. */
export interface WatchingEngine {
	readonly name: 'n8n' | 'Node-RED';
	readonly pid: number;
	readonly emulator: Emulator;
	switchOn(): Promise<void>;
	switchOff(): Promise<void>;
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

/** Somebody new in that report; answers what `told` will say. */
export function enter({ emulator }: WatchingEngine, report: string): string {
	const { entered } = emulator.control.enter(report, { count: 1 });
	return `${report} ${(entered[0] as { visitorId: string }).visitorId}`;
}

/** Visitors who entered and were not told, or told more than once, or told without having entered. */
export function wronglyTold(entered: readonly string[], told: readonly string[]): number {
	const known = new Set(entered);
	const strange = told.filter((one) => !known.has(one)).length;
	const miscounted = entered.filter(
		(one) => told.filter((other) => other === one).length !== 1,
	).length;
	return strange + miscounted;
}
