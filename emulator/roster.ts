import type { Row } from './people';

export type Generate = (index: number) => Row;

/** A fixed look at who is in a report, safe to stream while the roster goes on changing. */
export interface RosterView {
	readonly slots: number;
	/** undefined where somebody left. */
	at(slot: number): unknown;
}

const LEAVERS_REMEMBERED = 200;

/** Who is in a report: rows made on the fly by index, then rows that are held one by one. */
export class Roster {
	private readonly goneSlots = new Set<number>();
	private readonly leavers: unknown[] = [];
	private held: unknown[] = [];
	private newcomers = 0;
	/** Another one after each change. */
	revision = 0;

	constructor(
		private generated: number,
		private readonly generate: Generate,
		private readonly firstNewcomer = 0,
	) {}

	get count(): number {
		return this.generated - this.goneSlots.size + this.held.length;
	}

	get rowsHeld(): readonly unknown[] {
		return this.held;
	}

	/** How many are made on the fly, those who left among them. */
	get rowsMade(): number {
		return this.generated;
	}

	get recentLeavers(): readonly unknown[] {
		return this.leavers;
	}

	view(): RosterView {
		const { generated, generate } = this;
		const gone = new Set(this.goneSlots);
		const held = this.held.slice();
		return {
			slots: generated + held.length,
			at: (slot) =>
				slot >= generated ? held[slot - generated] : gone.has(slot) ? undefined : generate(slot),
		};
	}

	/** The last rows first-come order, at most `limit` of them. */
	newest(limit: number): unknown[] {
		const view = this.view();
		const rows: unknown[] = [];
		for (let slot = view.slots - 1; slot >= 0 && rows.length < limit; slot--) {
			const row = view.at(slot);
			if (row !== undefined) rows.unshift(row);
		}
		return rows;
	}

	replace(rows: readonly unknown[]): void {
		this.generated = 0;
		this.goneSlots.clear();
		this.held = rows.slice();
		this.revision++;
	}

	enter(rows: readonly unknown[]): void {
		for (const row of rows) this.held.push(row);
		this.revision++;
	}

	/** New people, made by this report's own generator. */
	enterNewcomers(count: number): unknown[] {
		this.revision++;
		const rows: unknown[] = [];
		for (let made = 0; made < count; made++) {
			if (this.generated > 0) rows.push(this.generate(this.generated++));
			else rows.push(this.generate(this.firstNewcomer + this.newcomers++));
		}
		if (this.generated === 0) this.enter(rows);
		return rows;
	}

	/** People who left a moment ago, with the row they had. */
	enterAgain(ids: readonly string[]): unknown[] {
		const wanted = new Set(ids);
		const rows = this.leavers.filter((row) => wanted.has(subjectId(row)));
		for (const row of rows) this.leavers.splice(this.leavers.indexOf(row), 1);
		this.enter(rows);
		return rows;
	}

	/** Every row of these subjects goes; returns how many rows that were. */
	leave(ids: readonly string[]): number {
		this.revision++;
		const wanted = new Set(ids);
		const before = this.count;
		for (let slot = 0; slot < this.generated; slot++) {
			if (this.goneSlots.has(slot)) continue;
			const row = this.generate(slot);
			if (!wanted.has(subjectId(row))) continue;
			this.goneSlots.add(slot);
			this.remember(row);
		}
		const kept: unknown[] = [];
		for (const row of this.held) {
			if (wanted.has(subjectId(row))) this.remember(row);
			else kept.push(row);
		}
		this.held = kept;
		return before - this.count;
	}

	/** The first `count` rows go. */
	leaveFirst(count: number): number {
		this.revision++;
		const before = this.count;
		for (let slot = 0; slot < this.generated && before - this.count < count; slot++) {
			if (this.goneSlots.has(slot)) continue;
			this.goneSlots.add(slot);
			this.remember(this.generate(slot));
		}
		const rest = count - (before - this.count);
		if (rest > 0) for (const row of this.held.splice(0, rest)) this.remember(row);
		return before - this.count;
	}

	/** One held row gets other values, as when somebody's metadata changes. */
	change(index: number, values: Row): void {
		const row = this.held[index];
		if (typeof row !== 'object' || row === null) return;
		this.held[index] = { ...row, ...values };
		this.revision++;
	}

	private remember(row: unknown): void {
		this.leavers.push(row);
		if (this.leavers.length > LEAVERS_REMEMBERED) this.leavers.shift();
	}
}

export function subjectId(row: unknown): string {
	if (typeof row !== 'object' || row === null) return '';
	const { visitorId, accountId, account_auto_id: autoId } = row as Row;
	return String(visitorId ?? accountId ?? autoId ?? '');
}
