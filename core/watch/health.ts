import type { Failure } from '../pendo/failure';
import type { ReportName } from './event';
import { failingNotice, recoveredNotice, reportGoneNotice, type Notice } from './notice';
import type { PollResult } from './poll';

/** How a watch is doing: kept in memory by its host, never stored. */
export interface Health {
	/** Failed polls in a row. */
	readonly failures: number;
	/** When the first of them was, of `uptime`, as all times here. */
	readonly since: number;
	/** When each cause was last told to the person. */
	readonly told: Readonly<Partial<Record<Failure['code'], number>>>;
	/** When a notice last said that polls fail. */
	readonly noticedAt?: number;
}

export const HEALTHY: Health = { failures: 0, since: 0, told: {} };

const DAY = 86_400_000;
/** A passing failure is told when this many polls in a row have failed; a notice says so of any. */
const TELL_AT = 3;
/** Who polls once a day should not wait for the third day. */
const TELL_AFTER = 6 * 3_600_000;

/**
 * Counts a failed poll; `tell` where the person should see it as an error now.
 *
 * @param followed true where the report was read before, so that its absence is a change
 */
export function afterFailure(
	health: Health,
	failure: Failure,
	{ report, followed, now }: { report: ReportName; followed: boolean; now: number },
): { health: Health; tell: boolean; notices: readonly Notice[] } {
	const failures = health.failures + 1;
	const since = health.failures === 0 ? now : health.since;
	const last = health.told[failure.code];
	const due = last === undefined || now - last >= DAY;
	const lasts = failures >= TELL_AT || (failures > 1 && now - since >= TELL_AFTER);
	const tell = due && (!failure.transient || lasts);
	const told = tell ? { ...health.told, [failure.code]: now } : health.told;
	const noticeDue = health.noticedAt === undefined || now - health.noticedAt >= DAY;
	const isNoticed = lasts && noticeDue;
	const isGone = followed && failure.code === 'report-missing' && last === undefined;
	return {
		health: { failures, since, told, noticedAt: isNoticed ? now : health.noticedAt },
		tell,
		notices: [
			...(isGone ? [reportGoneNotice(report)] : []),
			...(isNoticed ? [failingNotice(report, failure, failures, now - since)] : []),
		],
	};
}

/** Of one watch, what was told while its settings could not be read, and what since. */
export function joined(one: Health, other: Health): Health {
	if (one.failures === 0) return other;
	if (other.failures === 0) return one;
	return {
		failures: Math.max(one.failures, other.failures),
		since: Math.min(one.since, other.since),
		told: { ...one.told, ...other.told },
		noticedAt: one.noticedAt ?? other.noticedAt,
	};
}

/** The notices of a poll that went well: a recovery is news where the failures had been told. */
export function afterSuccess(
	health: Health,
	{ detected, notices }: Pick<PollResult, 'detected' | 'notices'>,
	{ report, now }: { report: ReportName; now: number },
): readonly Notice[] {
	const wasTold = Object.keys(health.told).length > 0 || health.noticedAt !== undefined;
	return wasTold ? [recoveredNotice(report, now - health.since, detected), ...notices] : notices;
}
