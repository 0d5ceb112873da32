import type { RawEvent, ReportName } from './event';
import { subjectOf, type Follows } from './subject';

export type NoticeName =
	| 'held'
	| 'released'
	| 'discarded'
	| 'suspicious'
	| 'failing'
	| 'recovered'
	| 'reset'
	| 'report-changed';

/** What the watch tells the person: one item, ready for a chat message or an email. */
export interface Notice {
	readonly notice: NoticeName;
	readonly title: string;
	readonly text: string;
	readonly severity: 'info' | 'warning';
	readonly report: ReportName;
	readonly counts: Readonly<Record<string, number>>;
	/** Ids of up to five subjects that it is about. */
	readonly samples: readonly string[];
	/** What to do next. */
	readonly next: string;
}

/** What a host says in its own words of its own editor. */
export interface HostWords {
	/** How a person releases or discards what is held. */
	readonly release: string;
	/** How a person begins anew, where the stored state is beyond repair. */
	readonly beginAnew: string;
}

export interface NoticeContext extends Follows {
	readonly report: ReportName;
	readonly words: HostWords;
}

const MINUTE = 60_000;
const SAMPLES = 5;

function inWords(milliseconds: number): string {
	const minutes = Math.max(1, Math.round(milliseconds / MINUTE));
	if (minutes < 120) return `${minutes} minute${minutes === 1 ? '' : 's'}`;
	const hours = Math.round(minutes / 60);
	return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}

function samplesOf(events: readonly RawEvent[], follows: Follows): string[] {
	const subjects = new Set(events.slice(0, 100).map(({ subject }) => subject));
	return [...subjects].slice(0, SAMPLES).map((subject) => subjectOf(subject, follows).id);
}

function counted(count: number, what: string): string {
	return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** `is` or `are`, `was` or `were` */
function verb(count: number, one: string, many: string): string {
	return count === 1 ? one : many;
}

function leftAgainText(leftAgain: number, follows: Follows): string {
	if (leftAgain === 0) return '';
	return ` ${counted(leftAgain, follows.kind)} left the report again before the release and ${verb(leftAgain, 'was', 'were')} dropped.`;
}

/** `3 entered, 1 left` */
function kindsOf(events: readonly RawEvent[]): string {
	return (['entered', 'changed', 'left'] as const)
		.map((kind) => ({ kind, count: events.filter(({ event }) => event === kind).length }))
		.filter(({ count }) => count > 0)
		.map(({ kind, count }) => `${count} ${kind}`)
		.join(', ');
}

export function heldNotice(
	context: NoticeContext,
	fresh: readonly RawEvent[],
	{ events }: { readonly events: readonly RawEvent[] },
	leftAgain: number,
	/** Whether they are released one after the other without anybody asking. */
	isReleasing: boolean,
): Notice {
	const { report, words } = context;
	const what = isReleasing
		? 'they are released a few at a time, in order'
		: 'they are held, each with its row, in order';
	return {
		notice: 'held',
		title: `${counted(fresh.length, 'event')} of "${report.name}" ${verb(fresh.length, 'is', 'are')} held`,
		text: `In "${report.name}" ${kindsOf(fresh)} at once. So that nobody is flooded, ${what}.${leftAgainText(leftAgain, context)} ${events.length} ${verb(events.length, 'waits', 'wait')} now.`,
		severity: 'warning',
		report,
		counts: { detected: fresh.length, held: events.length, leftAgain },
		samples: samplesOf(fresh, context),
		next: isReleasing ? 'Nothing to do: a notice says when all are through.' : words.release,
	};
}

export function releasedNotice(
	context: NoticeContext,
	released: number,
	leftAgain: number,
): Notice {
	const { report } = context;
	return {
		notice: 'released',
		title: `Nothing is held for "${report.name}" any more`,
		text: `${counted(released, 'held event')} ${verb(released, 'was', 'were')} released.${leftAgainText(leftAgain, context)}`,
		severity: 'info',
		report,
		counts: { released, held: 0, leftAgain },
		samples: [],
		next: 'If you changed the flood protection for this release, change it back, so that the next flood is held again.',
	};
}

export function discardedNotice(
	context: NoticeContext,
	events: readonly RawEvent[],
	leftAgain: number,
): Notice {
	const { report } = context;
	return {
		notice: 'discarded',
		title: `${counted(events.length, 'event')} of "${report.name}" ${verb(events.length, 'was', 'were')} discarded`,
		text: `${kindsOf(events)}: as the flood protection says, they are not told one by one.${leftAgainText(leftAgain, context)}`,
		severity: 'warning',
		report,
		counts: { discarded: events.length, held: 0, leftAgain },
		samples: samplesOf(events, context),
		next: 'Nothing to do. Who was discarded is known now and fires only after leaving and coming back.',
	};
}

/** @param dropped how many held events of another watch went with its state */
export function resetNotice(report: ReportName, present: number, dropped: number): Notice {
	return {
		notice: 'reset',
		title: `Now following "${report.name}"`,
		text: `A new snapshot was taken with ${present} in the report. Nobody of them fires; whoever appears from now on does.${dropped > 0 ? ` ${counted(dropped, 'event')} that ${verb(dropped, 'was', 'were')} held for what was followed before ${verb(dropped, 'is', 'are')} gone.` : ''}`,
		severity: dropped > 0 ? 'warning' : 'info',
		report,
		counts: { present, ...(dropped > 0 && { dropped }) },
		samples: [],
		next: 'Nothing to do. The trigger was pointed at another report or region, or was copied, renamed or reset.',
	};
}

export function suspiciousNotice(report: ReportName, known: number, missing: number): Notice {
	return {
		notice: 'suspicious',
		title: `"${report.name}" suddenly lost most of its rows`,
		text: `${missing} of ${known} are missing from the report. They are remembered until a second poll confirms it, so that nobody fires twice if this was a hiccup.`,
		severity: 'warning',
		report,
		counts: { known, missing },
		samples: [],
		next: 'If you changed the filter or segment of the report, nothing to do. Otherwise look at the report in Pendo.',
	};
}

/** @param gap milliseconds since the first failed poll */
export function failingNotice(
	report: ReportName,
	failure: { readonly message: string; readonly why: string; readonly next: string },
	failures: number,
	gap: number,
): Notice {
	return {
		notice: 'failing',
		title: `"${report.name}" cannot be read`,
		text: `${failures} polls in a row have failed, for ${inWords(gap)} now: ${failure.message}. ${failure.why} Nothing is lost: whoever appears meanwhile fires when it works again.`,
		severity: 'warning',
		report,
		counts: { failures, gapSeconds: Math.round(gap / 1000) },
		samples: [],
		next: failure.next,
	};
}

/** @param gap milliseconds since the first failed poll */
export function recoveredNotice(report: ReportName, gap: number, events: number): Notice {
	return {
		notice: 'recovered',
		title: `"${report.name}" is read again`,
		text: `After ${inWords(gap)} of failed polls the report was read completely. ${events === 0 ? 'Nobody new appeared meanwhile.' : `It brought ${counted(events, 'event')}.`}`,
		severity: 'info',
		report,
		counts: { gapSeconds: Math.round(gap / 1000), events },
		samples: [],
		next: 'Nothing to do.',
	};
}

/** @param changes what is different, each as a sentence */
export function reportChangedNotice(report: ReportName, changes: readonly string[]): Notice {
	return {
		notice: 'report-changed',
		title: `The report "${report.name}" was changed in Pendo`,
		text: changes.join(' '),
		severity: 'warning',
		report,
		counts: { changes: changes.length },
		samples: [],
		next: 'Check that the workflow still does what you want. Columns decide which fields an event has, segment and filter decide who enters.',
	};
}

export function reportGoneNotice(report: ReportName): Notice {
	return {
		...reportChangedNotice(report, [
			'Pendo does not have it any more for this key: it was deleted, or it is private now.',
		]),
		title: `The report "${report.name}" is gone`,
		next: 'Share it with everyone again in Pendo, or choose another report. Whoever was in it is remembered.',
	};
}
