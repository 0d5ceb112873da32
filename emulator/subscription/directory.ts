import { REPORT_IDS, buildReports } from '../catalogue';
import { accountRow, visitorInAccountsRow, visitorRow, type Row } from '../people';
import type { Report } from '../reports';
import type { Roster } from '../roster';
import {
	lastVisitOf,
	newSubject,
	namesOfRow,
	setValue,
	subjectsOfRow,
	valueOf,
	withVisits,
	type Subject,
	type SubjectKind,
} from './subjects';

/** How many visitors and accounts there are beside those of the reports. */
const VISITORS = 1_200;
const ACCOUNTS = 400;
const IN_SEVERAL_ACCOUNTS = 300;
/** Of larger reports only the first people are known, as everybody in them is made by the same rule. */
const LARGEST_INDEXED = 10_000;

/** Every visitor and account: a population of its own, and whoever is in a report. */
export class Directory {
	private readonly known = book();
	/** Found in a large report when somebody asked for them: asking must not change who is listed. */
	private readonly aside = book();
	private readonly erased: Record<SubjectKind, Set<string>> = {
		visitor: new Set(),
		account: new Set(),
	};
	private readonly seen = new WeakMap<Roster, number>();

	constructor(
		private readonly seed: number,
		private readonly reports: ReadonlyMap<string, Report>,
		private readonly startedAt: number,
	) {
		for (let index = 0; index < VISITORS; index++)
			this.meetRow(withVisits(visitorRow(seed, index), seed, index, startedAt));
		for (let index = 0; index < IN_SEVERAL_ACCOUNTS; index++)
			this.meetRow(visitorInAccountsRow(seed, index));
		for (let index = 0; index < ACCOUNTS; index++)
			this.meetRow(withVisits(accountRow(seed, index), seed, index, startedAt));
	}

	find(kind: SubjectKind, id: string): Subject | undefined {
		return this.known[kind].get(id) ?? this.aside[kind].get(id) ?? this.findInReports(kind, id);
	}

	/** In the order in which they became known. */
	all(kind: SubjectKind): Subject[] {
		this.meetReports();
		return [...this.known[kind].values()];
	}

	/** Who is not there yet is made. */
	add(kind: SubjectKind, id: string): Subject {
		const subject = this.find(kind, id) ?? newSubject(kind, id);
		this.erased[kind].delete(id);
		this.aside[kind].delete(id);
		this.known[kind].set(id, subject);
		return subject;
	}

	joinAccount(visitor: Subject, accountId: string): void {
		this.add('account', accountId);
		if (!visitor.accountIds.includes(accountId)) visitor.accountIds.unshift(accountId);
	}

	/** For good: a report may still show them, the directory does not. */
	erase(kind: SubjectKind, id: string): void {
		this.known[kind].delete(id);
		this.aside[kind].delete(id);
		this.erased[kind].add(id);
	}

	private findInReports(kind: SubjectKind, id: string): Subject | undefined {
		this.meetReports();
		const met = this.known[kind].get(id);
		if (met || this.erased[kind].has(id)) return met;
		const place = placesIn(this.seed).get(`${kind}:${id}`);
		if (place) {
			const [reportId, slot] = place;
			const report = this.reports.get(reportId);
			const row = report?.roster.view().at(slot);
			if (report && row)
				this.meetRow(withVisits(row as Row, report.seed, slot, this.startedAt), this.aside);
		} else if (kind === 'visitor') this.meetByNumber(id);
		return this.aside[kind].get(id);
	}

	/** Whoever is in a report whose rows are held one by one. */
	private meetReports(): void {
		for (const { roster } of this.reports.values()) {
			if (this.seen.get(roster) === roster.revision) continue;
			this.seen.set(roster, roster.revision);
			for (const row of roster.rowsHeld) this.meetRow(row);
		}
	}

	/** Ordinary ids carry the index that they were made from. */
	private meetByNumber(id: string): void {
		const index = Number(/\.(\d{1,6})@/.exec(id)?.[1]);
		if (!(index < (this.reports.get(REPORT_IDS.visitors1m)?.roster.rowsMade ?? 0))) return;
		const row = visitorRow(this.seed, index);
		if (row.visitorId === id)
			this.meetRow(withVisits(row, this.seed, index, this.startedAt), this.aside);
	}

	private meetRow(row: unknown, into = this.known): void {
		const subjects = subjectsOfRow(row);
		for (const subject of subjects) {
			const { kind, id } = subject;
			if (this.erased[kind].has(id)) continue;
			const present = this.known[kind].get(id) ?? into[kind].get(id);
			if (!present) {
				into[kind].set(id, subject);
				continue;
			}
			for (const accountId of subject.accountIds)
				if (!present.accountIds.includes(accountId)) present.accountIds.push(accountId);
			learn(present, subject);
		}
	}
}

type Places = ReadonlyMap<string, [reportId: string, slot: number]>;

const placesBySeed = new Map<number, Places>();

/** Where in the reports everybody was at the start; a seed decides it once for all. */
function placesIn(seed: number): Places {
	const known = placesBySeed.get(seed);
	if (known) return known;
	const places = new Map<string, [string, number]>();
	for (const { id, kind, roster } of buildReports(seed)) {
		if (kind === 'other' || roster.rowsMade > LARGEST_INDEXED) continue;
		const view = roster.view();
		for (let slot = 0; slot < roster.rowsMade; slot++)
			for (const name of namesOfRow(view.at(slot)))
				if (!places.has(name)) places.set(name, [id, slot]);
	}
	placesBySeed.set(seed, places);
	return places;
}

function book(): Record<SubjectKind, Map<string, Subject>> {
	return { visitor: new Map(), account: new Map() };
}

/** Values that were set since must stay; what was not known before, and a later visit, are news. */
function learn(present: Subject, { metadata }: Subject): void {
	for (const [group, values] of Object.entries(metadata))
		for (const [field, value] of Object.entries(values))
			if (
				valueOf(present, group, field) === undefined ||
				isLaterVisit(group, field, value, present)
			)
				setValue(present, group, field, value);
}

function isLaterVisit(group: string, field: string, value: unknown, present: Subject): boolean {
	return group === 'auto' && field === 'lastvisit' && Number(value) > lastVisitOf(present);
}
