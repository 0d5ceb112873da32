import { Failure } from '../pendo/failure';
import { belongsTo, SnapshotDamaged } from './snapshot';

/** What a host keeps between two polls: plain JSON, opaque to it. */
export interface WatchState {
	readonly version: 1;
	/** Grows by one whenever a poll hands something over. */
	readonly revision: number;
	/** Who was present at the last complete read. */
	readonly snapshot: string;
	/** Everyone who was ever present; only where returning subjects do not fire again. */
	readonly seen?: string;
	/** Set while a read that lost most subjects waits for a second one to confirm it. */
	readonly suspicion?: {
		/** Milliseconds since 1970. */
		readonly since: number;
		/** Who was present in the suspicious read. */
		readonly present: string;
	};
}

const WAY_OUT =
	'Duplicate this trigger, delete the old one and publish: the new one takes a new snapshot. Whoever appeared in between does not fire.';

export function stateFailure(reason: 'damaged' | 'newer-version'): Failure {
	return reason === 'newer-version'
		? new Failure('state-newer', {
				what: 'The stored snapshot was written by a newer version of this package',
				why: 'The package was downgraded. Guessing at its content could miss visitors or fire for all of them.',
				next: `Install the newer version again. ${WAY_OUT}`,
			})
		: new Failure('state-damaged', {
				what: 'The stored snapshot is damaged',
				why: 'It was cut short or changed outside this trigger. Nothing fires, since nobody can tell any more who is new.',
				next: `Restore it from a backup if you have one. ${WAY_OUT}`,
			});
}

function isText(value: unknown): value is string {
	return typeof value === 'string';
}

// Not instanceof: a host may have parsed it in a context with an Object of its own.
// Not instanceof: a host may have parsed it in a context with an Object of its own.
function isObject(value: unknown): value is object {
	return typeof value === 'object' && value !== null;
}

function isStateLike(value: object): value is WatchState {
	const { revision, snapshot, seen, suspicion } = value as Partial<WatchState>;
	return (
		Number.isSafeInteger(revision) &&
		isText(snapshot) &&
		(seen === undefined || isText(seen)) &&
		(suspicion === undefined ||
			(isObject(suspicion) && isText(suspicion.present) && Number.isFinite(suspicion.since)))
	);
}

/**
 * Reads what a host stored. Undefined where there is nothing yet; null is something else's leftover.
 *
 * @throws Failure `state-damaged` or `state-newer`
 */
export function readState(stored: unknown): WatchState | undefined {
	if (stored === undefined) return undefined;
	if (!isObject(stored)) throw stateFailure('damaged');
	const { version } = stored as { version?: unknown };
	if (typeof version === 'number' && version > 1) throw stateFailure('newer-version');
	if (version !== 1 || !isStateLike(stored)) throw stateFailure('damaged');
	return stored;
}

/** Whether a state was made for this watch, and not for the one that a copied node followed before. */
export function isStateOf(state: WatchState, key: string): boolean {
	let damage: SnapshotDamaged | undefined;
	try {
		return belongsTo(state.snapshot, key);
	} catch (error) {
		damage = asDamage(error);
	}
	throw stateFailure(damage?.reason === 'newer-version' ? 'newer-version' : 'damaged');
}

export function asDamage(error: unknown): SnapshotDamaged | undefined {
	return error instanceof SnapshotDamaged ? error : undefined;
}

/** Whether two states say the same, however they were copied. */
export function isSameState(one: WatchState | undefined, other: WatchState): boolean {
	return (
		one?.revision === other.revision &&
		one.snapshot === other.snapshot &&
		one.seen === other.seen &&
		one.suspicion?.present === other.suspicion?.present
	);
}
