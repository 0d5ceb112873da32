import { randomUUID } from 'node:crypto';

import { listItem, type ListItem } from './items';
import { ACCOUNT_FIELDS, VISITOR_FIELDS, accountRow, visitorRow, type Field } from './people';
import { Roster, type Generate } from './roster';

export type Kind = 'visitor' | 'account' | 'other';

export interface ReportDescription {
	id: string;
	name: string;
	/** Pendo's own word: Visitor, Account, Path, Funnel, Saved Reports, or nothing at all. */
	type: string;
	seed: number;
	shared?: boolean;
	/** Rows made on the fly. */
	generated?: number;
	generate?: Generate;
	firstNewcomer?: number;
	/** Rows held as they are; null makes the whole answer null. */
	rows?: readonly unknown[] | null;
	fields?: readonly Field[];
	/** Replaces properties of the list item. */
	item?: ListItem;
	/** Worth a line of its own on the page. */
	notable?: boolean;
}

/** A saved report. */
export class Report {
	readonly id: string;
	/** Tells it from one that had this id before. */
	readonly instance = randomUUID();
	readonly name: string;
	readonly type: string;
	readonly kind: Kind;
	readonly seed: number;
	readonly fields: readonly Field[];
	readonly roster: Roster;
	readonly notable: boolean;
	shared: boolean;
	isNull: boolean;
	private readonly itemChanges: ListItem;

	constructor(description: ReportDescription) {
		this.id = description.id;
		this.name = description.name;
		this.type = description.type;
		this.seed = description.seed;
		this.kind = kindOf(description.type);
		this.shared = description.shared ?? true;
		this.notable = description.notable ?? false;
		this.fields = description.fields ?? fieldsOf(this.kind);
		this.itemChanges = description.item ?? {};
		this.isNull = description.rows === null;
		this.roster = new Roster(
			description.generated ?? 0,
			description.generate ?? generatorOf(this.kind, description.seed),
			description.firstNewcomer,
		);
		if (description.rows) this.roster.enter(description.rows);
	}

	item(): ListItem {
		return { ...listItem(this), ...this.itemChanges };
	}

	setRows(rows: readonly unknown[] | null): void {
		this.isNull = rows === null;
		this.roster.replace(rows ?? []);
	}
}

function kindOf(type: string): Kind {
	const word = type.toLowerCase();
	return word === 'visitor' || word === 'account' ? word : 'other';
}

function fieldsOf(kind: Kind): readonly Field[] {
	if (kind === 'other') return [];
	return kind === 'account' ? ACCOUNT_FIELDS : VISITOR_FIELDS;
}

function generatorOf(kind: Kind, seed: number): Generate {
	return kind === 'account'
		? (index) => accountRow(seed, index)
		: (index) => visitorRow(seed, index);
}
