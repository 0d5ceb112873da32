import type { FailureCode } from '../../../core/pendo';
import { sealState, type WatchState } from '../../../core/watch/state';

/** What may have become of a stored state, and what the user is told then. */
export interface Damage {
	name: string;
	/** @param text the state as JSON @param other that of another watch */
	damage(text: string, other: string): string;
	told: FailureCode | 'reset';
}

type Parts = Record<string, unknown> & { snapshot: string };

const changed =
	(change: (state: Parts) => unknown): Damage['damage'] =>
	(text) =>
		JSON.stringify(change(JSON.parse(text) as Parts));

const snapshotChanged = (change: (snapshot: string) => string) =>
	changed((state) => ({ ...state, snapshot: change(state.snapshot) }));

/** Those that need not be JSON: only a file can hold them. */
export const FILE_DAMAGES: readonly Damage[] = [
	{ name: 'emptied', damage: () => '', told: 'state-damaged' },
	{ name: 'cut-in-half', damage: (text) => text.slice(0, text.length / 2), told: 'state-damaged' },
	{ name: 'the-word-undefined', damage: () => 'undefined', told: 'state-damaged' },
	{ name: 'zero-bytes', damage: (text) => '\0'.repeat(text.length), told: 'state-damaged' },
	{ name: 'huge-file', damage: () => 'A'.repeat(64_000_000), told: 'state-damaged' },
];

export const DAMAGES: readonly Damage[] = [
	{ name: 'null', damage: () => 'null', told: 'state-damaged' },
	{ name: 'a-list', damage: () => '[]', told: 'state-damaged' },
	{ name: 'a-number', damage: () => '7', told: 'state-damaged' },
	{
		name: 'snapshot-cut',
		damage: snapshotChanged((snapshot) => snapshot.slice(0, -7)),
		told: 'state-damaged',
	},
	{
		name: 'snapshot-bit-flipped',
		damage: snapshotChanged((snapshot) => {
			const at = snapshot.length - 20;
			const flipped = String.fromCharCode(snapshot.charCodeAt(at) ^ 1);
			return snapshot.slice(0, at) + flipped + snapshot.slice(at + 1);
		}),
		told: 'state-damaged',
	},
	{
		name: 'snapshot-null',
		damage: changed((state) => ({ ...state, snapshot: null })),
		told: 'state-damaged',
	},
	{
		name: 'snapshot-huge',
		damage: snapshotChanged((snapshot) => snapshot + 'A'.repeat(16_000_000)),
		told: 'state-damaged',
	},
	{
		name: 'newer-state',
		damage: changed((state) => ({ ...state, version: 2 })),
		told: 'state-newer',
	},
	{
		name: 'newer-snapshot',
		damage: changed(({ snapshot, ...state }) =>
			sealState({
				...(state as unknown as WatchState),
				snapshot: snapshot.replace('pendo1.', 'pendo2.'),
			}),
		),
		told: 'state-newer',
	},
	{ name: 'of-another-watch', damage: (_, other) => other, told: 'reset' },
];
