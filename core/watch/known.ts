import { decodeDetails, type Details } from './details';
import type { KnownDetails } from './follower';
import { FingerprintKey } from './fingerprint';
import { decodeHeld, type Held } from './held';
import { keyOf, type PollOptions } from './options';
import { Snapshot } from './snapshot';
import { asDamage, isStateOf, readState, stateFailure, type WatchState } from './state';

/** What is stored of a watch, read. */
export interface Known {
	readonly key: FingerprintKey;
	/** Who was present at the last complete read, the suspicious one where there was one; then all who are remembered. */
	readonly members: readonly KnownDetails[];
	readonly seen?: Snapshot;
	readonly held: Held;
}

const WITHOUT: Details = { fields: [], hashes: new Uint32Array() };

/**
 * What is stored, unless it is that of another watch.
 *
 * @throws Failure `state-damaged` or `state-newer`
 */
export async function ownState(
	stored: unknown,
	options: PollOptions,
): Promise<WatchState | undefined> {
	const state = readState(stored, options.words);
	if (state === undefined || isStateOf(state, keyOf(options), options.words)) return state;
	// Where only the name of the watch is damaged, it looks like another watch's.
	await orFailure(options, async () => await Snapshot.decode(state.snapshot, options.pace));
	return undefined;
}

/** @throws Failure `state-damaged` or `state-newer` */
export async function readKnown(state: WatchState, options: PollOptions): Promise<Known> {
	return await orFailure(options, async () => {
		const { suspicion } = state;
		const snapshot = await Snapshot.decode(state.snapshot, options.pace);
		const members = [{ snapshot, details: await detailsOf(state, snapshot) }];
		if (suspicion !== undefined) {
			const doubted = await Snapshot.decode(suspicion.present, options.pace);
			members.unshift({ snapshot: doubted, details: await detailsOf(suspicion, doubted) });
		}
		const remembersSeen = state.seen !== undefined && options.returning === 'firstTimeOnly';
		return {
			key: FingerprintKey.decode(snapshot.keyText),
			members,
			seen: remembersSeen ? await Snapshot.decode(state.seen, options.pace) : undefined,
			held: await decodeHeld(state.held),
		};
	});
}

async function detailsOf(
	{ details }: Pick<WatchState, 'details'>,
	{ count }: Snapshot,
): Promise<Details> {
	return details === undefined ? WITHOUT : await decodeDetails(details, count);
}

/** Reads a part of a stored state; damage becomes a failure in words. */
export async function orFailure<T>(
	{ words }: Pick<PollOptions, 'words'>,
	read: () => Promise<T>,
): Promise<T> {
	let problem: unknown;
	try {
		return await read();
	} catch (error) {
		problem = error;
	}
	const damage = asDamage(problem);
	if (damage === undefined) throw problem;
	throw stateFailure(damage.reason === 'newer-version' ? 'newer-version' : 'damaged', words);
}
