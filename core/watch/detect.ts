import type { Comparison } from './compare';
import { rawEvent, type Moment, type RawEvent } from './event';
import type { Known } from './known';
import { keyOf, shapeOf, type PollOptions } from './options';
import { snapshotKeyText } from './snapshot';
import type { WatchState } from './state';
import { subjectOfLeftRow } from './subject';

/** Sets smaller than this may empty by half without suspicion. */
const SMALLEST_SUSPECT = 20;

export interface Detected {
	readonly events: readonly RawEvent[];
	/** How many were present at the last read, and how many of them are missing now. */
	readonly before: number;
	readonly lost: number;
	/** Whether so many are missing that a second read must confirm it. */
	readonly shrunk: boolean;
}

/** What a read says against what is known, in the order: entered, changed, left. */
export function detect(
	{ members }: Known,
	read: Comparison,
	moment: Moment,
	options: PollOptions,
): Detected {
	const before = members[0]!.snapshot.count;
	const lost = before - read.present[0]!.count;
	const shrunk =
		read.fingerprints.size === 0 ? before > 0 : before >= SMALLEST_SUSPECT && lost > before / 2;
	const entered = options.events.includes('entered') ? [...read.newcomers] : [];
	const changed = read.follower?.changed() ?? [];
	const left = options.events.includes('left') ? leftRows(members, read, shrunk, options) : [];
	const events = [
		...entered.map(([subject, rows]) => rawEvent('entered', subject, moment, { rows })),
		...changed.map(({ subject, ...content }) => rawEvent('changed', subject, moment, content)),
		...left.map(([subject, row]) => rawEvent('left', subject, moment, { rows: [row] })),
	];
	return { events, before, lost, shrunk };
}

/** Who has left, with what is left of its row, by id. Who is missing from a suspicious read has not, yet. */
function leftRows(
	members: Known['members'],
	{ present }: Comparison,
	shrunk: boolean,
	options: PollOptions,
): Array<[string, string]> {
	const left = new Map<string, string>();
	const isDoubtedBefore = members.length === 2;
	// Without the ids of the read before, nobody can be told apart who is missing for the first time.
	if (shrunk && !(isDoubtedBefore && members[0]!.details.leftRows)) return [];
	members.forEach(({ details }, set) => {
		details.leftRows?.forEach((row, position) => {
			if (!present[set]!.has(position)) left.set(subjectOfLeftRow(row, options), row);
		});
	});
	// Who was in the suspicious read before this one is missing for the first time.
	if (shrunk) {
		for (const row of members[0]!.details.leftRows!) left.delete(subjectOfLeftRow(row, options));
	}
	return [...left].sort(([one], [other]) => (one < other ? -1 : 1));
}

/** What a read is held against. */
export function setsOf(known: Known | undefined, options: PollOptions) {
	const members = known?.members ?? [];
	const sets = members.map(({ snapshot }) => snapshot);
	return {
		known: known?.seen ? [...sets, known.seen] : sets,
		details: { shape: shapeOf(options), known: members },
	};
}

/** Equal for two detections of the same moment in the life of a watch, also when a crash repeats it. */
export function momentOf(state: WatchState | undefined, options: PollOptions): Moment {
	const key = keyOf(options);
	const { now } = options;
	if (state === undefined) return { occurrence: key, now };
	return { occurrence: `${key} ${snapshotKeyText(state.snapshot)} ${state.revision}`, now };
}
