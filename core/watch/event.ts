import { createHash } from 'node:crypto';
import { parseRow, type SubjectKind } from './rows';
import { rowOfSubject, subjectOf, type Follows } from './subject';

export type EventKind = 'entered' | 'left' | 'changed';

/** What a workflow receives for one subject. */
export interface WatchEvent {
	readonly event: EventKind;
	/** Stable: the same watch, subject, kind and occurrence give the same id, also when a crash repeats it. */
	readonly eventId: string;
	readonly subject: Subject;
	readonly report: ReportName;
	/** When the poll saw it, ISO 8601; for an event that was held, before it was held. */
	readonly detectedAt: string;
	/** Of `changed` alone: the followed fields that differ, with the old value where it was kept. */
	readonly changes?: Changes;
	/** All rows of the subject, where that was asked for. */
	readonly rows?: ReadonlyArray<Record<string, unknown>>;
	/** True for a row of a test, which is no event. */
	readonly sample?: true;
}

export interface Subject {
	readonly kind: SubjectKind;
	readonly id: string;
	/** Where each pair of visitor and account is followed on its own; null where the row names none. */
	readonly accountId?: string | null;
}

export type Changes = Readonly<Record<string, { readonly from?: unknown; readonly to: unknown }>>;

export interface ReportName {
	readonly id: string;
	readonly name: string;
}

/** A row of the report together with what the watch says of it. */
export interface DetectedRow {
	readonly row: Record<string, unknown>;
	readonly pendo: WatchEvent;
}

/** An event before it is handed over, as it is held: rows are still text. */
export interface RawEvent {
	readonly event: EventKind;
	/** As text: see `Follows`. */
	readonly subject: string;
	readonly eventId: string;
	/** Milliseconds since 1970. */
	readonly at: number;
	/** JSON of its rows; undefined where they were too many to keep and are read again at release. */
	readonly rows?: readonly string[];
	readonly changes?: Changes;
}

/** Names a watch and a moment in its life; two detections with equal ones give equal ids. */
export interface Moment {
	readonly occurrence: string;
	readonly now: number;
}

export function rawEvent(
	event: EventKind,
	subject: string,
	{ occurrence, now }: Moment,
	content: Pick<RawEvent, 'rows' | 'changes'>,
): RawEvent {
	const eventId = idOf(JSON.stringify([occurrence, event, subject]));
	return { event, subject, eventId, at: now, ...content };
}

/** The id of an event that would share one with another: of the same kind and subject, before anything was handed over. */
export function idAgain(eventId: string): string {
	return idOf(eventId);
}

function idOf(text: string): string {
	return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

export interface Telling extends Follows {
	readonly report: ReportName;
	/** Whether an event carries every row of its subject, or the first alone. */
	readonly rows: 'first' | 'all';
}

/** The event as it is handed over. A subject whose rows are gone has its id alone. */
export function told(raw: RawEvent, telling: Telling): DetectedRow {
	const { report, rows } = telling;
	const subject = subjectOf(raw.subject, telling);
	const all = (raw.rows ?? [rowOfSubject(raw.subject, telling)]).map(parseRow);
	return {
		row: all[0]!,
		pendo: {
			event: raw.event,
			eventId: raw.eventId,
			subject,
			report,
			detectedAt: new Date(raw.at).toISOString(),
			...(raw.changes && { changes: raw.changes }),
			...(rows === 'all' && raw.event !== 'left' && { rows: all }),
		},
	};
}
