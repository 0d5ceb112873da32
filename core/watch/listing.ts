import type { Report } from '../pendo/reports';
import type { ReportName } from './event';
import { reportChangedNotice, type Notice } from './notice';
import type { PollResult } from './poll';
import { isSameState, sealState, type WatchState } from './state';

/** What is remembered of the report itself, so that a change is noticed. */
export interface ListedReport {
	/** False where the list did not have it: it is not shared with everyone. */
	readonly listed: boolean;
	readonly name?: string;
	readonly kind?: string;
	/** Fields of its columns. */
	readonly columns?: readonly string[];
}

/** How often a watch looks, in milliseconds. */
export const LOOK_EVERY = 3_600_000;

/** What a poll came to, with what the list of reports says of the report itself. */
export async function withListing(
	result: PollResult,
	report: ReportName,
	list: () => Promise<readonly Report[]>,
): Promise<PollResult> {
	try {
		const { state, notices } = compareListing(result.state, report, await list());
		return { ...result, state, notices: [...result.notices, ...notices] };
	} catch {
		// Who entered and left is known; that is what counts.
		return result;
	}
}

/** Holds what is remembered of a report against the list of reports as Pendo has it now. */
export function compareListing(
	state: WatchState,
	report: ReportName,
	list: readonly Report[],
): { state: WatchState; notices: readonly Notice[] } {
	const now = listedOf(list.find(({ id }) => id === report.id));
	const before = state.report;
	// Who shares it again finds its columns compared with what they were before.
	const kept = now.listed || before === undefined ? now : { ...before, listed: false };
	if (isSameState(before, kept)) return { state, notices: [] };
	const changes = before === undefined ? [] : changesOf(before, now);
	if (changes.length === 0) return { state: sealState({ ...state, report: kept }), notices: [] };
	return {
		state: sealState({ ...state, revision: state.revision + 1, report: kept }),
		notices: [reportChangedNotice({ ...report, name: now.name ?? report.name }, changes)],
	};
}

function listedOf(report: Report | undefined): ListedReport {
	if (report === undefined) return { listed: false };
	const { name, kind, columns } = report;
	return { listed: true, name, kind, columns: columns.map(({ field }) => field).sort() };
}

function changesOf(before: ListedReport, now: ListedReport): string[] {
	if (!now.listed) {
		return before.listed
			? ['It is no longer in the list of shared reports: it was deleted, or it is private now.']
			: [];
	}
	const changes = before.listed ? [] : ['It is in the list of shared reports again.'];
	if (before.name === undefined) return changes;
	if (before.name !== now.name) {
		changes.push(`It was renamed from "${before.name}" to "${now.name}".`);
	}
	if (before.kind !== now.kind) {
		changes.push(`It was of the kind ${before.kind} and is of the kind ${now.kind} now.`);
	}
	const added = now.columns!.filter((field) => !before.columns!.includes(field));
	const removed = before.columns!.filter((field) => !now.columns!.includes(field));
	if (added.length > 0) changes.push(`Columns were added: ${added.join(', ')}.`);
	if (removed.length > 0) changes.push(`Columns were removed: ${removed.join(', ')}.`);
	return changes;
}
