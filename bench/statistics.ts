export function median(values: readonly number[]): number {
	const sorted = [...values].sort((one, other) => one - other);
	const middle = (sorted.length - 1) / 2;
	return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

/** Pair by pair, so that a machine whose speed drifts changes both sides alike; then the median. */
export function medianRatio(tops: readonly number[], bottoms: readonly number[]): number {
	const pairs = Math.min(tops.length, bottoms.length);
	return median(tops.slice(0, pairs).map((top, pair) => top / bottoms[pair]!));
}
