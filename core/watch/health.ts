import type { Failure } from '../pendo/failure';

/** How a watch is doing: kept in memory by its host, never stored. */
export interface Health {
	/** Failed polls in a row. */
	readonly failures: number;
	/** When the first of them was, milliseconds since 1970. */
	readonly since: number;
	/** When each cause was last told to the person. */
	readonly told: Readonly<Partial<Record<Failure['code'], number>>>;
}

export const HEALTHY: Health = { failures: 0, since: 0, told: {} };

const DAY = 86_400_000;
/** A passing failure is told when this many polls in a row have failed. */
const TELL_AT = 3;

/** Counts a failed poll; `tell` where the person should hear of it now. */
export function afterFailure(
	health: Health,
	failure: Failure,
	now: number,
): { health: Health; tell: boolean } {
	const failures = health.failures + 1;
	const since = health.failures === 0 ? now : health.since;
	const last = health.told[failure.code];
	const due = last === undefined || now - last >= DAY;
	const tell = due && (!failure.transient || failures >= TELL_AT);
	const told = tell ? { ...health.told, [failure.code]: now } : health.told;
	return { health: { failures, since, told }, tell };
}

/** Milliseconds since the first failed poll, where the failures had been told and a recovery is news. */
export function toldGap(health: Health, now: number): number | undefined {
	return Object.keys(health.told).length > 0 ? now - health.since : undefined;
}
