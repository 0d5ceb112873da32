import { Failure } from '../pendo/failure';
import { canonical } from './canonical';
import type { StoredDetails } from './details';
import type { StoredHeld } from './held';
import type { ListedReport } from './listing';
import type { HostWords } from './notice';
import { checksumOf } from './sealed';
import { belongsTo, SnapshotDamaged } from './snapshot';

/** What a host keeps between two polls: plain JSON, opaque to it. */
export interface WatchState {
	readonly version: 1;
	/** Grows by one whenever a poll hands something over. */
	readonly revision: number;
	/** Who was present at the last complete read. */
	readonly snapshot: string;
	/** What is kept of the members of the snapshot, where `left` or `changed` needs it. */
	readonly details?: StoredDetails;
	/** Everyone who was ever present; only where returning subjects do not fire again. */
	readonly seen?: string;
	/** Set while a read that lost most subjects waits for a second one to confirm it. */
	readonly suspicion?: {
		/** Milliseconds since 1970. */
		readonly since: number;
		/** Who was present in the suspicious read. */
		readonly present: string;
		readonly details?: StoredDetails;
	};
	/** Events that flood protection keeps back. */
	readonly held?: StoredHeld;
	/** The report as it was listed last. */
	readonly report?: ListedReport;
	/** Of all that a part does not seal of itself, and of the parts' own checksums: see `sealState`. */
	readonly check?: string;
}

/** A state with its checksum, which every state that is handed out has. */
export function sealState(state: WatchState): WatchState {
	return { ...state, check: checkOf(state) };
}

const LONG = 1_000;
const HEAD = 200;

/** A long text stands for itself by its head, which holds its own checksum. */
function checkOf(state: WatchState): string {
	const short = (_name: string, value: unknown) =>
		isText(value) && value.length > LONG ? value.slice(0, HEAD) : value;
	return checksumOf(canonical(JSON.parse(JSON.stringify({ ...state, check: undefined }, short))));
}

export function stateFailure(
	reason: 'damaged' | 'newer-version',
	{ beginAnew }: Pick<HostWords, 'beginAnew'>,
): Failure {
	return reason === 'newer-version'
		? new Failure('state-newer', {
				what: 'The stored snapshot was written by a newer version of this package',
				why: 'The package was downgraded. Guessing at its content could miss visitors or fire for all of them.',
				next: `Install the newer version again. ${beginAnew}`,
			})
		: new Failure('state-damaged', {
				what: 'The stored snapshot is damaged',
				why: 'It was cut short or changed outside this trigger. Nothing fires, since nobody can tell any more who is new.',
				next: `Restore it from a backup if you have one. ${beginAnew}`,
			});
}

function isText(value: unknown): value is string {
	return typeof value === 'string';
}

// Not instanceof: a host may have parsed it in a context with an Object of its own.
function isObject(value: unknown): value is object {
	return typeof value === 'object' && value !== null;
}

function isStateLike(value: object): value is WatchState {
	const { revision, snapshot, details, seen, suspicion, held, report, check } =
		value as Partial<WatchState>;
	return (
		(check === undefined || check === checkOf(value as WatchState)) &&
		Number.isSafeInteger(revision) &&
		isText(snapshot) &&
		(details === undefined || isDetailsLike(details)) &&
		(seen === undefined || isText(seen)) &&
		(suspicion === undefined || isSuspicionLike(suspicion)) &&
		(held === undefined || isHeldLike(held)) &&
		(report === undefined || isListedLike(report))
	);
}

function isSuspicionLike(value: unknown): boolean {
	if (!isObject(value)) return false;
	const { since, present, details } = value as Partial<NonNullable<WatchState['suspicion']>>;
	return (
		isText(present) && Number.isFinite(since) && (details === undefined || isDetailsLike(details))
	);
}

function isDetailsLike(value: unknown): boolean {
	if (!isObject(value)) return false;
	const { leftRows, fields, hashes, values } = value as StoredDetails;
	return (
		[leftRows, hashes, values].every((part) => part === undefined || isText(part)) &&
		(fields === undefined || (Array.isArray(fields) && fields.every(isText)))
	);
}

function isListedLike(value: unknown): boolean {
	if (!isObject(value)) return false;
	const { listed, columns } = value as Partial<ListedReport>;
	return (
		typeof listed === 'boolean' &&
		(columns === undefined || (Array.isArray(columns) && columns.every(isText)))
	);
}

function isHeldLike(value: unknown): boolean {
	if (!isObject(value)) return false;
	const { events, done, count, released, leftAgain } = value as StoredHeld;
	return (
		isText(events) &&
		[done, count, released, leftAgain].every((number) => Number.isSafeInteger(number)) &&
		done <= count
	);
}

/**
 * Reads what a host stored. Undefined where there is nothing yet; null is something else's leftover.
 *
 * @throws Failure `state-damaged` or `state-newer`
 */
export function readState(stored: unknown, words: HostWords): WatchState | undefined {
	if (stored === undefined) return undefined;
	if (!isObject(stored)) throw stateFailure('damaged', words);
	const { version } = stored as { version?: unknown };
	if (typeof version === 'number' && version > 1) throw stateFailure('newer-version', words);
	if (version !== 1 || !isStateLike(stored)) throw stateFailure('damaged', words);
	return stored;
}

/** Whether a state was made for this watch, and not for the one that a copied node followed before. */
export function isStateOf(state: WatchState, key: string, words: HostWords): boolean {
	let damage: SnapshotDamaged | undefined;
	try {
		return belongsTo(state.snapshot, key);
	} catch (error) {
		damage = asDamage(error);
	}
	throw stateFailure(damage?.reason === 'newer-version' ? 'newer-version' : 'damaged', words);
}

export function asDamage(error: unknown): SnapshotDamaged | undefined {
	return error instanceof SnapshotDamaged ? error : undefined;
}

/** Whether two states say the same, however they were copied. */
export function isSameState(one: unknown, other: unknown): boolean {
	if (!isObject(one) || !isObject(other)) return one === other;
	const names = Object.keys(one).filter((name) => (one as never)[name] !== undefined);
	return (
		names.length === Object.values(other).filter((value) => value !== undefined).length &&
		names.every((name) => isSameState((one as never)[name], (other as never)[name]))
	);
}
