import type { ClockChange } from './clock';
import type { ActiveFault, FaultRule } from './faults';
import type { InboxMessage } from './inbox';
import type { Key } from './keys';
import type { RequestRecord } from './log';
import { asRegion, type Region } from './regions';
import { Report, type ReportDescription } from './reports';
import type { FeedbackItem } from './subscription/feedback';
import type { GuideReset } from './subscription/guides';
import { shownAccount, shownVisitor } from './subscription/shown';
import type { SubjectKind } from './subscription/subjects';
import type { Delays, Subscription } from './subscription/subscription';
import type { TrackedEvent } from './subscription/tracked';
import { setVariants, type Variants } from './variants';
import type { World } from './world';

/** What was asked for is not there. */
export class NotFound extends Error {}

export interface NewReport
	extends Pick<ReportDescription, 'id' | 'rows' | 'generated' | 'fields' | 'item' | 'shared'> {
	name?: string;
	type?: string;
}
/** Rows as they are, this many newcomers, or people who left a moment ago. */
export interface Entering {
	rows?: unknown[];
	count?: number;
	ids?: string[];
}
/** These subjects, or the first so many rows. */
export interface Leaving {
	ids?: string[];
	count?: number;
}
const SHOWN_ROWS = 60;
const MOST_PEOPLE = 1_000_000;

/** The handles behind the scenes: for tests in the same process, and for the HTTP routes under /emulator. */
export class Control {
	constructor(private readonly world: World) {}

	state() {
		this.world.catchUp();
		const { world } = this;
		const { clock } = world;
		const reports = [...world.reports.values()];
		return {
			region: world.region,
			seed: world.seed,
			clock: { time: Math.round(clock.time()), paused: clock.paused, speed: clock.speed },
			variants: { ...world.variants },
			keys: world.keys.list(),
			faults: world.faults.list(),
			reportCount: reports.length,
			reports: reports.filter(({ notable }) => notable).map(summary),
			living: world.livingReports.map((report) => ({
				...summary(report),
				newest: report.roster.newest(SHOWN_ROWS),
			})),
			requestCount: world.log.total,
			inboxCount: world.inbox.list().length,
			/** Bytes that this process holds. */
			memory: process.memoryUsage().rss,
		};
	}

	/** Makes a report, or replaces the one with this id. */
	createReport(report: NewReport) {
		if (typeof report.id !== 'string' || report.id === '') throw new RangeError('id must be text');
		if (report.rows) asList('rows', report.rows);
		asCount('generated', report.generated);
		const made = new Report({
			name: report.id,
			type: 'Visitor',
			seed: this.world.seed,
			notable: true,
			...report,
		});
		this.world.reports.set(made.id, made);
		return summary(made);
	}

	rows(id: string, limit = SHOWN_ROWS): unknown[] {
		return this.find(id).roster.newest(limit);
	}

	setRows(id: string, rows: unknown[] | null): void {
		this.find(id).setRows(rows === null ? null : asList('rows', rows));
	}

	enter(id: string, { rows, count, ids }: Entering): { entered: unknown[] } {
		const { roster } = this.find(id);
		const newcomers = roster.enterNewcomers(asCount('count', count));
		if (rows) roster.enter(asList('rows', rows));
		const returned = ids ? roster.enterAgain(asList('ids', ids)) : [];
		return { entered: [...newcomers, ...(rows ?? []), ...returned] };
	}

	leave(id: string, { ids, count }: Leaving): { left: number } {
		const { roster } = this.find(id);
		const named = ids ? roster.leave(asList('ids', ids)) : 0;
		return { left: named + roster.leaveFirst(asCount('count', count)) };
	}

	deleteReport(id: string): void {
		this.find(id);
		this.world.reports.delete(id);
	}

	deleteAllReports(): void {
		this.world.reports.clear();
	}

	/** Its creator makes it private; share() makes it visible to everyone again. */
	unshare(id: string): void {
		this.find(id).shared = false;
	}

	share(id: string): void {
		this.find(id).shared = true;
	}

	changeClock(change: ClockChange): void {
		this.world.catchUp();
		this.world.clock.change(change);
		this.world.catchUp();
	}

	setRegion(region: Region): void {
		this.world.region = asRegion(region);
	}

	setKey(key: string, change: Partial<Key>): void {
		if (typeof key !== 'string' || key === '') throw new RangeError('key must be text');
		if (change.region !== undefined) asRegion(change.region);
		this.world.keys.set(key, change);
	}

	deleteKey(key: string): void {
		if (!this.world.keys.remove(key)) throw new NotFound('no such key');
	}

	setVariants(changes: Partial<Variants>): Variants {
		setVariants(this.world.variants, changes);
		return { ...this.world.variants };
	}

	addFault(rule: FaultRule): ActiveFault {
		return this.world.faults.add(rule);
	}

	clearFaults(id?: number): void {
		this.world.faults.clear(id);
	}

	requests(): readonly RequestRecord[] {
		return this.world.log.list();
	}

	clearRequests(): void {
		this.world.log.clear();
	}

	inbox(): readonly InboxMessage[] {
		return this.world.inbox.list();
	}

	clearInbox(): void {
		this.world.inbox.clear();
	}

	/** As Pendo's own API shows the visitor. */
	visitor(id: string): object {
		return shownVisitor(this.subject('visitor', id));
	}

	account(id: string): object {
		return shownAccount(this.subject('account', id));
	}

	/** The ids in a segment that was made from ids; an upload that is not ready yet is not among them. */
	segmentVisitors(id: string): string[] {
		const segment = this.subscription.segments.all().find((known) => known.id === id);
		if (!segment) throw new NotFound(`no segment has the id ${id}`);
		return [...segment.visitors];
	}

	/** Events that were tracked, dropped ones included. */
	tracked(): readonly TrackedEvent[] {
		return this.subscription.tracked;
	}

	guideResets(): readonly GuideReset[] {
		return this.subscription.guides.resets;
	}

	feedback(): readonly FeedbackItem[] {
		return this.subscription.feedback.all();
	}

	/** For work that starts from now on. */
	setDelays(changes: Partial<Delays>): Delays {
		const { delays } = this.world;
		for (const [name, value] of Object.entries(changes)) {
			if (!Object.hasOwn(delays, name)) throw new RangeError(`no delay is called ${name}`);
			asCount(name, value);
		}
		return { ...Object.assign(delays, changes) };
	}

	private get subscription(): Subscription {
		this.world.catchUp();
		return this.world.subscription;
	}

	private subject(kind: SubjectKind, id: string) {
		const found = this.subscription.directory.find(kind, id);
		if (!found) throw new NotFound(`no ${kind} has the id ${id}`);
		return found;
	}

	private find(id: string): Report {
		this.world.catchUp();
		const report = this.world.reports.get(id);
		if (!report) throw new NotFound(`no report has the id ${id}`);
		return report;
	}
}

function summary({ id, name, type, kind, shared, isNull, roster }: Report) {
	return { id, name, type, kind, shared, isNull, count: roster.count };
}

function asList<T>(name: string, value: readonly T[]): T[] {
	if (Array.isArray(value)) return value;
	throw new RangeError(`${name} must be a list`);
}

function asCount(name: string, value = 0): number {
	if (Number.isInteger(value) && value >= 0 && value <= MOST_PEOPLE) return value;
	throw new RangeError(`${name} must be a whole number up to ${MOST_PEOPLE}`);
}
