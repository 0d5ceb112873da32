import { isObject } from '../refusal';
import type { Row } from '../people';
import { mix } from '../random';

export type SubjectKind = 'visitor' | 'account';
export type Metadata = Record<string, Record<string, unknown>>;

/** A visitor or an account, as Pendo keeps it. */
export interface Subject {
	id: string;
	kind: SubjectKind;
	metadata: Metadata;
	/** Of a visitor; the latest first. */
	accountIds: string[];
}

const DAY = 86_400_000;
const BROWSERS = ['Chrome', 'Edge', 'Firefox', 'Safari'];
const SYSTEMS = ['Windows', 'macOS', 'Linux', 'iOS', 'Android'];

/** The visitor and the account that a row of a report is about. */
export function subjectsOfRow(row: unknown): Subject[] {
	if (!isObject(row)) return [];
	const accountId = idOf(row.accountId ?? row.account_auto_id);
	const visitorId = idOf(row.visitorId);
	const subjects: Subject[] = [];
	if (visitorId) {
		const visitor = newSubject('visitor', visitorId, accountId ? [accountId] : []);
		subjects.push(withValues(visitor, row));
	}
	if (accountId) subjects.push(withValues(newSubject('account', accountId), row));
	return subjects;
}

/** The same subjects by kind and id, as one text each. */
export function namesOfRow(row: unknown): string[] {
	if (!isObject(row)) return [];
	const accountId = idOf(row.accountId ?? row.account_auto_id);
	const visitorId = idOf(row.visitorId);
	return [
		...(visitorId ? [`visitor:${visitorId}`] : []),
		...(accountId ? [`account:${accountId}`] : []),
	];
}

export function newSubject(kind: SubjectKind, id: string, accountIds: string[] = []): Subject {
	return { id, kind, accountIds, metadata: { auto: { id }, agent: {}, custom: {}, pendo: {} } };
}

/** When a made-up person came first and last, seen from the start of the emulator: some today, some long ago. */
export function withVisits(row: Row, seed: number, index: number, startedAt: number): Row {
	const last = startedAt - (mix(seed, index, 61) % (60 * DAY));
	return {
		...row,
		[`${row.visitorId === undefined ? 'account' : 'visitor'}_auto_lastvisit`]: last,
		...(row.visitorId === undefined
			? { account_auto_firstvisit: last - (mix(seed, index, 62) % (400 * DAY)) }
			: {
					visitor_auto_firstvisit: last - (mix(seed, index, 62) % (400 * DAY)),
					visitor_auto_lastbrowsername: BROWSERS[mix(seed, index, 63) % BROWSERS.length],
					visitor_auto_lastoperatingsystem: SYSTEMS[mix(seed, index, 64) % SYSTEMS.length],
					visitor_auto__323232_lastvisit: last,
					visitor_custom_score: mix(seed, index, 65) % 101,
				}),
	};
}

// {visitor|account}_{group}_{field}; the groups of single apps are called auto__ and the app's number.
function withValues(subject: Subject, row: Row): Subject {
	for (const [column, value] of Object.entries(row)) {
		const match = /^(visitor|account)_(auto__\d+|[a-z]+)_(\w+)$/.exec(column);
		if (!match || match[1] !== subject.kind || value === undefined) continue;
		const [, , group = '', field = ''] = match;
		setValue(subject, group, field, value);
	}
	return subject;
}

export function setValue(subject: Subject, group: string, field: string, value: unknown): void {
	const values = Object.hasOwn(subject.metadata, group) ? subject.metadata[group] : undefined;
	// A field may be called __proto__.
	if (!values) subject.metadata[group] = Object.fromEntries([[field, value]]);
	else
		Object.defineProperty(values, field, {
			value,
			enumerable: true,
			configurable: true,
			writable: true,
		});
}

export function valueOf({ metadata }: Subject, group: string, field: string): unknown {
	const values = Object.hasOwn(metadata, group) ? metadata[group] : undefined;
	return values && Object.hasOwn(values, field) ? values[field] : undefined;
}

export function lastVisitOf(subject: Subject): number {
	return Number(subject.metadata.auto?.lastvisit ?? 0);
}

export function isAnonymous(visitorId: string): boolean {
	return visitorId.startsWith('_PENDO_T_');
}

function idOf(value: unknown): string {
	return value === null || value === undefined ? '' : String(value);
}
