import { LearnedMembers } from './learned-members';
import { parseRow } from './parse-row';
import { Byte, NEED_MORE, type Scanner } from './scanner';
import type { Window } from './window';

export type SubjectKind = 'visitor' | 'account';

/** Which member holds the id, best first. The first that is there and not null counts. */
const enum Rank {
	Exact,
	OtherCase,
	Automatic,
	None,
}

/** `null`, lowest byte first. */
const NULL = 0x6c6c756e;

const OTHER_KIND = { visitor: 'account', account: 'visitor' } as const;

/** Scans one row and remembers where its subject's id is. */
export class RowScanner {
	/** The id's JSON, when scan() found one; idStart is -1 when the id is null or ''. */
	idStart = -1;
	idEnd = -1;
	idHasEscape = false;

	private readonly idKey: Buffer;
	private readonly lowerIdKey: Buffer;
	private readonly automaticKey: Buffer;
	// What the row has at each rank; a key that comes twice counts the last time, as for JSON.parse.
	private readonly starts = new Int32Array(Rank.None);
	private readonly ends = new Int32Array(Rank.None);
	private readonly escaped = new Uint8Array(Rank.None);
	private readonly learned: LearnedMembers;
	/** What member() came upon. */
	private rank = Rank.None;
	private isAtEnd = false;

	constructor(
		private readonly window: Window,
		private readonly scanner: Scanner,
		private readonly kind: SubjectKind,
		private readonly fail: (at: number, reason: string, looksLike?: SubjectKind) => never,
	) {
		this.learned = new LearnedMembers(window);
		this.idKey = Buffer.from(`${kind}Id`);
		this.lowerIdKey = Buffer.from(`${kind}id`);
		this.automaticKey = Buffer.from(`${kind}_auto_id`);
	}

	/**
	 * The position after the row that begins here, or NEED_MORE. This is the innermost loop of a poll:
	 * it is one function, since V8 puts a function of this length into no other, and then has room to
	 * put into it those that it calls.
	 */
	scan(start: number): number {
		const { bytes, words } = this.window;
		const { scanner, learned, starts } = this;
		starts[Rank.Exact] = starts[Rank.OtherCase] = starts[Rank.Automatic] = -1;
		scanner.lastEscape = -1;
		// Each `| 0` tells the engine that a function returned an integer; else it keeps unwrapping it.
		let at = start | 0;
		for (let slot = 0; ; slot = LearnedMembers.after(slot)) {
			let rank: Rank;
			let found = slot;
			if (!learned.stands(slot, at)) found = learned.insteadOf(slot, at) | 0;
			// What begins with the brace of a row is right nowhere else.
			if (found >= 0 && (bytes[at] !== Byte.OpenBrace || at === start)) {
				slot = found;
				rank = learned.ranks[slot]!;
				at += learned.lengths[slot]!;
			} else {
				const gapStart = at;
				at = this.member(start, at) | 0;
				if (at === NEED_MORE || this.isAtEnd) return at;
				rank = this.rank;
				slot = learned.learn(slot, gapStart, at, rank);
			}
			let valueStart = at;
			at = -1;
			const first = bytes[valueStart]!;
			// The commonest values take the shortest way.
			if (first === Byte.Quote) at = scanner.string(valueStart) | 0;
			else if (first >= Byte.One && first <= Byte.Nine) {
				const end = scanner.digitsEnd(valueStart) | 0;
				// Else a fraction, an exponent or the end of the window follows.
				if (bytes[end] === Byte.Comma || bytes[end] === Byte.CloseBrace) at = end;
			} else if (first === Byte.LowerN && words.getInt32(valueStart, true) === NULL) {
				at = valueStart + 4;
			}
			if (at < 0) {
				// The row that was learned from may have had less space before its value.
				if (first <= Byte.Space) valueStart = scanner.space(valueStart) | 0;
				at = scanner.value(valueStart, 1) | 0;
			}
			if (at === NEED_MORE) return at;
			if (rank !== Rank.None) {
				starts[rank] = valueStart;
				this.ends[rank] = at;
				this.escaped[rank] = scanner.lastEscape > valueStart ? 1 : 0;
			}
			if (bytes[at] === Byte.CloseBrace) return this.finish(start, at + 1);
		}
	}

	/** Reads on from the row's brace or the end of a member: to the next value, or to the row's end. */
	private member(start: number, at: number): number {
		const { bytes } = this.window;
		const { scanner } = this;
		const isFirst = at === start;
		at = scanner.space(isFirst ? at + 1 : at);
		this.isAtEnd = bytes[at] === Byte.CloseBrace;
		if (this.isAtEnd) return this.finish(start, at + 1);
		if (!isFirst) {
			if (bytes[at] !== Byte.Comma) return scanner.unexpected(at, 'a comma or a closing bracket');
			at = scanner.space(at + 1);
		}
		const keyStart = at;
		at = scanner.key(at);
		if (at !== NEED_MORE) this.rank = this.rankOf(keyStart, scanner.keyEnd);
		return at;
	}

	private finish(start: number, end: number): number {
		const { bytes } = this.window;
		let isPresent = false;
		this.idStart = -1;
		for (let rank: number = Rank.Exact; rank < Rank.None; rank++) {
			const at = this.starts[rank]!;
			if (at < 0) continue;
			isPresent = true;
			const first = bytes[at]!;
			if (first === Byte.LowerN) continue;
			if (
				first === Byte.OpenBrace ||
				first === Byte.OpenBracket ||
				first === Byte.LowerT ||
				first === Byte.LowerF
			) {
				this.fail(at, `has a ${this.kind}Id that is neither text nor a number`);
			}
			const isEmpty = first === Byte.Quote && bytes[at + 1] === Byte.Quote;
			if (!isEmpty) this.idStart = at;
			this.idEnd = this.ends[rank]!;
			this.idHasEscape = this.escaped[rank] === 1;
			break;
		}
		if (!isPresent) this.failWithoutId(start, end);
		return end;
	}

	private failWithoutId(start: number, end: number): never {
		const other = OTHER_KIND[this.kind];
		const otherKeys = [`${other}id`, `${other}_auto_id`];
		const row = parseRow(this.window.bytes.toString('utf8', start, end));
		const isOther = Object.keys(row).some((key) => otherKeys.includes(key.toLowerCase()));
		const hint = isOther
			? `; this looks like ${other === 'account' ? 'an account' : 'a visitor'} report`
			: '';
		const reason = `has a row without ${this.kind}Id${hint}`;
		return this.fail(start, reason, isOther ? other : undefined);
	}

	private rankOf(keyStart: number, keyEnd: number): Rank {
		const { bytes } = this.window;
		if (this.scanner.lastEscape > keyStart) {
			const key = Buffer.from(JSON.parse(bytes.toString('utf8', keyStart, keyEnd)) as string);
			return this.rankOfName(key, 0, key.length);
		}
		return this.rankOfName(bytes, keyStart + 1, keyEnd - 1);
	}

	private rankOfName(bytes: Buffer, start: number, end: number): Rank {
		const { idKey, automaticKey } = this;
		if (end - start === idKey.length && matchesInAnyCase(bytes, start, this.lowerIdKey)) {
			return bytes.compare(idKey, 0, idKey.length, start, end) === 0 ? Rank.Exact : Rank.OtherCase;
		}
		if (end - start === automaticKey.length && matchesInAnyCase(bytes, start, automaticKey)) {
			return Rank.Automatic;
		}
		return Rank.None;
	}
}

function matchesInAnyCase(bytes: Uint8Array, start: number, lower: Uint8Array): boolean {
	for (let index = 0; index < lower.length; index++) {
		const byte = bytes[start + index]!;
		const isUpper = byte >= 0x41 && byte <= 0x5a;
		if ((isUpper ? byte | 0x20 : byte) !== lower[index]) return false;
	}
	return true;
}
