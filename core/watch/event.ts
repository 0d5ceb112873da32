import { createHash } from 'node:crypto';
import { parseRow, type SubjectKind } from './rows';

export type EventKind = 'entered';

/** What a workflow receives for one subject. */
export interface WatchEvent {
	readonly event: EventKind;
	/** Stable: the same watch, subject, kind and occurrence give the same id, also when a crash repeats it. */
	readonly eventId: string;
	readonly subject: { readonly kind: SubjectKind; readonly id: string };
	readonly report: ReportName;
	/** When the poll saw it, ISO 8601. */
	readonly detectedAt: string;
	/** True for a row of a test, which is no event. */
	readonly sample?: true;
}

export interface ReportName {
	readonly id: string;
	readonly name: string;
}

/** A row of the report together with what the watch says of it. */
export interface DetectedRow {
	readonly row: Record<string, unknown>;
	readonly pendo: WatchEvent;
}

export interface Detection {
	readonly kind: SubjectKind;
	readonly report: ReportName;
	readonly now: number;
	/** Names this watch and this moment in its life; two detections with equal ones give equal ids. */
	readonly occurrence: string;
}

export function detected(id: string, text: string, from: Detection): DetectedRow {
	const event = 'entered';
	const eventId = createHash('sha256')
		.update(JSON.stringify([from.occurrence, event, id]))
		.digest('base64url')
		.slice(0, 22);
	return {
		row: parseRow(text),
		pendo: {
			event,
			eventId,
			subject: { kind: from.kind, id },
			report: from.report,
			detectedAt: new Date(from.now).toISOString(),
		},
	};
}
