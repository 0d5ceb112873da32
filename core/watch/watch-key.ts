import type { SubjectKind } from './rows';

/** What makes a watch the same watch: who is asked, for what kind of subject, in which report. */
export interface WatchIdentity {
	/** The region's host, as `app.pendo.io`. */
	readonly host: string;
	readonly kind: SubjectKind;
	/** Whether each pair of a visitor and an account is a subject of its own. */
	readonly pair: boolean;
	readonly reportId: string;
}

export function watchKey({ host, kind, pair, reportId }: WatchIdentity): string {
	return `${host} ${kind}${pair ? ' and account' : ''} ${reportId}`;
}
