import { Failure } from '../pendo/failure';
import type { EventKind, ReportName, Telling } from './event';
import type { DetailsShape } from './details';
import type { Flood } from './flood';
import type { HostWords, NoticeContext } from './notice';
import type { Pace } from './pace';
import type { SubjectKind } from './rows';
import type { WatchState } from './state';
import { watchKey } from './watch-key';

export interface PollOptions {
	/** The region's host, as `app.pendo.io`. */
	readonly host: string;
	readonly kind: SubjectKind;
	/** Whether each pair of a visitor and an account is a subject of its own. */
	readonly pair: boolean;
	readonly report: ReportName;
	/** What is told. */
	readonly events: readonly EventKind[];
	/** Fields of a row whose changes are told, where `changed` is. */
	readonly changedFields: readonly string[];
	/** Whether a change tells the old values, which then must be kept. */
	readonly oldValues: boolean;
	/** Whether an event carries every row of its subject, or the first alone. */
	readonly rows: 'first' | 'all';
	/** What the first poll fires for: nobody, or everyone now in the report. */
	readonly firstPoll: 'snapshot' | 'everyone';
	/** True where what is stored is to be forgotten, or the host knows that it was lost. */
	readonly anew?: boolean;
	/** Whether someone who left and came back enters again. */
	readonly returning: 'everyTime' | 'firstTimeOnly';
	readonly flood: Flood;
	readonly words: HostWords;
	/** Milliseconds since 1970. */
	readonly now: number;
	/** Made for this poll. */
	readonly pace: Pace;
}

/** The watch that a poll is of. */
export type WatchOptions = Pick<PollOptions, 'host' | 'kind' | 'pair' | 'report'>;

export function keyOf({ host, kind, pair, report }: WatchOptions): string {
	return watchKey({ host, kind, pair, reportId: report.id });
}

export function shapeOf({ events, changedFields, oldValues }: PollOptions): DetailsShape {
	const fields = events.includes('changed') ? [...new Set(changedFields)] : [];
	return { leftRows: events.includes('left'), fields, values: oldValues && fields.length > 0 };
}

/** How events and notices speak: the report's name as it was listed last. */
export function contextOf(
	options: Pick<PollOptions, 'kind' | 'pair' | 'report' | 'rows' | 'words'>,
	state: WatchState | undefined,
): NoticeContext & Telling {
	const { kind, pair, report, rows, words } = options;
	return {
		kind,
		pair,
		rows,
		words,
		report: reportNamed(report, state),
	};
}

/** The report by the name that it had when Pendo's list was last looked at. */
export function reportNamed(report: ReportName, state: WatchState | undefined): ReportName {
	return { ...report, name: state?.report?.name ?? report.name };
}

/** @throws Failure `nothing-to-tell` where nothing could ever fire */
export function checkOptions({
	events,
	changedFields,
}: Pick<PollOptions, 'events' | 'changedFields'>): void {
	if (events.length === 0) {
		throw new Failure('nothing-to-tell', {
			what: 'No event is chosen',
			why: 'The trigger would never start anything.',
			next: 'Choose what to tell: who entered the report, who left it, or whose values changed.',
		});
	}
	if (events.includes('changed') && changedFields.length === 0) {
		throw new Failure('nothing-to-tell', {
			what: 'No field is chosen whose changes are to be told',
			why: 'A change is told for the fields that you choose.',
			next: 'Choose at least one field of the report, or do not ask for changes.',
		});
	}
}
