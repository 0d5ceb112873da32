export type DamageReason = 'damaged' | 'newer-version' | 'not-a-snapshot';

/** A stored snapshot that cannot be used; the message says what happened, the caller adds the way out. */
export class SnapshotDamaged extends Error {
	override readonly name = 'SnapshotDamaged';

	constructor(
		readonly reason: DamageReason,
		message: string,
	) {
		super(message);
	}
}

export function damaged(finding: string): SnapshotDamaged {
	return new SnapshotDamaged('damaged', `The snapshot of this watch is damaged: ${finding}.`);
}
