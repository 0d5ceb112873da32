import { setTimeout as sleep } from 'node:timers/promises';
import type { Dice } from '../../../emulator/random';
import { toldTo, type Told } from '../support/told';
import { waitUntil } from '../support/wait';
import type { GivenUp, Victim } from './engine';
import { killAt, type Moment } from './moments';

/** What one kill of that engine came to. */
export interface KillRecord extends Round {
	victim: string;
	/** Hash of the code under test. */
	product: string;
}

/** For all watches of the engine together. */
export interface Round {
	moment: Moment;
	reached: boolean;
	/** Starts after it that the engine itself gave up. */
	failedStarts: number;
	date: string;
	/** Milliseconds from the end of the last read that showed them until the kill; null: never read. */
	gaps: (number | null)[];
	entered: number;
	delivered: number;
	/** Out of our hands, then neither delivered nor in an execution that the engine gave up. */
	lost: number;
	/** How long before the kill those had been read. */
	lostGaps: (number | null)[];
	/** Neither delivered nor ever handed over, or handed over and yet not in the state that was saved. */
	missed: number;
	/** In an execution that the engine gave up; and how many of these a retry delivered. */
	crashed: number;
	retried: number;
	/** Delivered again under the same event id; how long before the kill those had been read. */
	repeated: number;
	repeatedGaps: (number | null)[];
	/** Of those, how many although the state with them was saved. */
	repeatedSaved: number;
	/** Delivered again although they had been delivered before the poll that was killed. */
	repeatedLate: number;
	/** Delivered again under another event id. */
	repeatedAnew: number;
	/** Why it did not come to its end. */
	brokeOff?: string;
	/** Delivered although nothing had happened to them. */
	uncalledFor: number;
	/** Names of what went wrong, to look at. */
	who: string[];
}

/** Who left in an earlier round: what fired since has saved it. */
const SETTLED_AFTER = 5_000;
/** Milliseconds. */
const LONGEST_ARRIVAL = 20_000;

/** One watch's people, as the schedule moves them. */
class People {
	private made = 0;
	private readonly here: string[] = [];
	private readonly away: { id: string; since: number }[] = [];

	constructor(
		private readonly victim: Victim,
		readonly report: string,
		private readonly prefix: string,
	) {}

	/** Somebody new. */
	enter(count: number): string[] {
		const ids = Array.from({ length: count }, () => `${this.prefix}-${this.report}-${++this.made}`);
		this.show(ids);
		return ids;
	}

	/** Some of those who left, their absence being certainly saved. */
	comeBack(count: number): string[] {
		const settled = Date.now() - SETTLED_AFTER;
		const ids = this.away
			.filter(({ since }) => since <= settled)
			.slice(0, count)
			.map(({ id }) => id);
		for (const id of ids)
			this.away.splice(
				this.away.findIndex((each) => each.id === id),
				1,
			);
		this.show(ids);
		return ids;
	}

	leave(count: number): void {
		const ids = this.here.splice(0, Math.max(0, Math.min(count, this.here.length - 2)));
		if (ids.length > 0) this.victim.emulator.control.leave(this.report, { ids });
		for (const id of ids) this.away.push({ id, since: Date.now() });
	}

	private show(ids: readonly string[]): void {
		this.here.push(...ids);
		const rows = ids.map((visitorId) => ({ visitorId, plan: 'trial' }));
		this.victim.emulator.control.enter(this.report, { rows });
	}
}

/** Kills one engine again and again, while people come, go and return. */
export class Rounds {
	private readonly people: People[];
	/** Every event id that was ever delivered. */
	private readonly known = new Set<string>();
	private from = 0;
	/** So many events had left the triggers before. */
	private leftFrom = 0;
	/** Messages of the far end that were judged. */
	private judged = 0;
	/** Delivered between two rounds although nobody was due. */
	private strays: string[] = [];

	constructor(
		private readonly victim: Victim,
		private readonly dice: Dice,
		seed: number,
	) {
		this.people = victim.reports.map((report) => new People(victim, report, `s${seed}`));
	}

	/** So many complete reads of every watch that began after this call. */
	async reads(times: number): Promise<void> {
		const { control } = this.victim.emulator;
		const from = control.requests().at(-1)?.id ?? 0;
		await waitUntil(`${times} reads of every watch`, () =>
			this.victim.reports.every(
				(report) =>
					control
						.requests()
						.filter(
							({ id, path, done, status, aborted }) =>
								id > from && path.includes(`/${report}/`) && done && status === 200 && !aborted,
						).length >= times,
			),
		);
	}

	async next(moment: Moment): Promise<Round> {
		const { victim, dice } = this;
		await this.calmStep();
		const expected = new Map<string, string[]>();
		const change = () => {
			for (const people of this.people) {
				const ids = [...people.comeBack(dice.below(3)), ...people.enter(1 + dice.below(4))];
				expected.set(people.report, ids);
			}
		};
		const before = this.states();
		const changedAt = Date.now();
		const { at, reached, ended } = await killAt(victim, moment, dice, change);
		await ended;
		const after = this.states();
		const saved = new Set(
			victim.reports.filter((report) => before.get(report) !== after.get(report)),
		);
		const gaps = this.gaps(changedAt, at);
		const late = new Map(
			this.people.map((people) => [people.report, people.enter(dice.below(2))] as const),
		);
		const failedStarts = await victim.startAgain();
		await this.reads(2);
		await this.arrival([...expected.values(), ...late.values()].flat());
		await this.reads(1);
		await victim.rest();
		await sleep(500);
		return await this.account({
			moment,
			reached,
			failedStarts,
			gaps,
			saved,
			expected,
			late,
		});
	}

	/** A busy engine hands over late; who is not there after a while never comes. */
	private async arrival(due: readonly string[]): Promise<void> {
		const areThere = async () => {
			const told = new Set(this.told().map(({ subject }) => subject));
			const missing = due.filter((id) => !told.has(id));
			if (missing.length === 0) return true;
			const givenUp = await this.victim.givenUp();
			return missing.every((id) => givenUp.some((each) => holds(each, id)));
		};
		await waitUntil('all who are due', areThere, LONGEST_ARRIVAL, 250).catch(() => undefined);
	}

	/** Somebody leaves and somebody else enters; what fires for the latter saves the absence of the former. */
	private async calmStep(): Promise<void> {
		const markers = this.people.map((people) => {
			people.leave(this.dice.below(3));
			return people.enter(1)[0]!;
		});
		await waitUntil(`markers ${markers.join()}`, () => {
			const subjects = new Set(this.told().map(({ subject }) => subject));
			return markers.every((id) => subjects.has(id));
		});
		await this.reads(1);
		await this.victim.rest();
		const all = toldTo(this.victim.emulator);
		const between = all.slice(this.judged).filter(({ from }) => from === 'event');
		this.strays = between
			.filter(
				({ subject }, index) =>
					!markers.includes(subject!) ||
					between.findIndex((each) => each.subject === subject) !== index,
			)
			.map(({ subject }) => subject!);
		this.from = all.length;
		this.leftFrom = this.victim.left?.().length ?? 0;
		for (const { eventId } of all) this.known.add(eventId!);
	}

	private told(): (Told & { time: number })[] {
		return toldTo(this.victim.emulator)
			.slice(this.from)
			.filter(({ from }) => from === 'event');
	}

	private states(): Map<string, string> {
		return new Map(this.victim.reports.map((report) => [report, this.victim.stateOf(report)]));
	}

	/** For each watch, how long before the kill the changed report had been read to its end. */
	private gaps(changedAt: number, killedAt: number): Map<string, number | null> {
		const all = this.victim.emulator.control.requests();
		return new Map(
			this.victim.reports.map((report) => {
				const ends = all
					.filter(({ time, path }) => time >= changedAt && path.includes(`/${report}/`))
					.filter(({ done, status, aborted }) => done && status === 200 && !aborted)
					.map(({ time, milliseconds }) => time + milliseconds!)
					.filter((end) => end <= killedAt + 5);
				return [report, ends.length > 0 ? Math.max(0, killedAt - ends[0]!) : null] as const;
			}),
		);
	}

	private async account({
		moment,
		reached,
		failedStarts,
		gaps,
		saved,
		expected,
		late,
	}: {
		moment: Moment;
		reached: boolean;
		failedStarts: number;
		gaps: Map<string, number | null>;
		/** Reports whose state was saved between the change and the kill. */
		saved: ReadonlySet<string>;
		expected: Map<string, string[]>;
		late: Map<string, string[]>;
	}): Promise<Round> {
		const record: Round = {
			...emptyRound(moment),
			...{ reached, failedStarts, gaps: [...gaps.values()], repeatedLate: this.strays.length },
			who: this.strays.map((id) => `not due ${id}`),
		};
		const left = this.victim.left && new Set(this.victim.left().slice(this.leftFrom));
		const told = this.told();
		const toRetry = new Map<string, string[]>();
		const givenUp = await this.victim.givenUp();
		for (const report of this.victim.reports) {
			const due = [...expected.get(report)!, ...late.get(report)!];
			const mine = told.filter((each) => each.report === report);
			for (const id of due) {
				record.entered++;
				const gap = late.get(report)!.includes(id) ? null : gaps.get(report)!;
				const fresh = mine.filter(
					({ subject, eventId }) => subject === id && !this.known.has(eventId!),
				);
				if (fresh.length > 0) {
					record.delivered++;
					const kinds = new Set(fresh.map(({ eventId }) => eventId)).size;
					record.repeated += fresh.length - kinds;
					record.repeatedAnew += kinds - 1;
					if (fresh.length > kinds) {
						record.repeatedGaps.push(gap);
						if (saved.has(report)) record.repeatedSaved++;
					}
					if (fresh.length > 1) record.who.push(`repeated ${id}`);
					continue;
				}
				const holder = givenUp.find((each) => each.report === report && holds(each, id));
				if (holder) {
					record.crashed++;
					toRetry.set(holder.id, [...(toRetry.get(holder.id) ?? []), id]);
				} else if (left ? left.has(id) : saved.has(report) && !late.get(report)!.includes(id)) {
					record.lost++;
					record.lostGaps.push(gap);
					record.who.push(`lost ${id}`);
				} else {
					record.missed++;
					record.who.push(`missed ${id}`);
				}
			}
			for (const { subject, eventId } of mine) {
				if (this.known.has(eventId!)) record.repeatedLate++;
				else if (!due.includes(subject!)) record.uncalledFor++;
				else continue;
				record.who.push(`not due ${subject}`);
			}
		}
		for (const { eventId } of told) this.known.add(eventId!);
		for (const [execution, ids] of toRetry) record.retried += await this.retry(execution, ids);
		this.judged = toldTo(this.victim.emulator).length;
		return record;
	}

	private async retry(execution: string, ids: readonly string[]): Promise<number> {
		await this.victim.retry(execution);
		const arrived = () => {
			const subjects = new Set(this.told().map(({ subject }) => subject));
			return ids.filter((id) => subjects.has(id)).length;
		};
		await waitUntil('a retry', () => arrived() === ids.length, 60_000).catch(() => undefined);
		return arrived();
	}
}

/** What a round that broke off came to, too. */
export function emptyRound(moment: Moment): Round {
	return {
		...{ moment, reached: true, failedStarts: 0, date: new Date().toISOString(), gaps: [] },
		...{ entered: 0, delivered: 0, lost: 0, lostGaps: [], missed: 0, crashed: 0, retried: 0 },
		...{ repeated: 0, repeatedGaps: [], repeatedSaved: 0, repeatedLate: 0, repeatedAnew: 0 },
		...{ uncalledFor: 0, who: [] },
	};
}

function holds({ text }: GivenUp, id: string): boolean {
	return text.includes(JSON.stringify(id));
}
