import { senseless } from '../refusal';
import type { Expression, Moment } from './expression';

const PERIODS: Record<string, number> = {
	minutes: 60_000,
	hours: 3_600_000,
	days: 86_400_000,
	weeks: 7 * 86_400_000,
};
const STARTS: Record<string, number> = { hourly: 3_600_000, daily: 86_400_000 };

type Implementation = (args: readonly unknown[], moment: Moment) => unknown;

const FUNCTIONS = new Map<string, [parameters: number, Implementation]>([
	['now', [0, (_, { now }) => now]],
	['isNull', [1, ([value]) => value === undefined || value === null]],
	['isNil', [1, ([value]) => value === undefined || value === null]],
	['contains', [2, ([whole, part]) => contains(whole, part)]],
	['startsWith', [2, ([text, start]) => String(text ?? '').startsWith(String(start))]],
	['len', [1, ([value]) => (value as { length?: number } | undefined)?.length ?? 0]],
	['if', [3, ([condition, yes, no]) => (condition ? yes : no)]],
	['dateAdd', [3, ([time, count, unit]) => Number(time) + Number(count) * millisecondsOf(unit)]],
	['startOfPeriod', [2, ([period, time]) => startOf(period, Number(time))]],
]);

/** A function of the language, applied. */
export function call(name: string, args: readonly Expression[], moment: Moment): Expression {
	const known = FUNCTIONS.get(name);
	if (!known) throw senseless(`unknown function ${name}`);
	const [parameters, implementation] = known;
	if (args.length !== parameters) throw senseless(`${name} takes ${parameters} values`);
	return (row) =>
		implementation(
			args.map((argument) => argument(row)),
			moment,
		);
}

function millisecondsOf(unit: unknown): number {
	const length = PERIODS[String(unit)];
	if (length === undefined) throw senseless(`unknown unit ${String(unit)}`);
	return length;
}

function startOf(period: unknown, time: number): number {
	const length = STARTS[String(period)];
	if (length === undefined) throw senseless(`unknown period ${String(period)}`);
	return Math.floor(time / length) * length;
}

export function contains(whole: unknown, part: unknown): boolean {
	if (Array.isArray(whole)) return whole.includes(part);
	return typeof whole === 'string' && typeof part === 'string' && whole.includes(part);
}
