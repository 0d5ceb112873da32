export interface Batch {
	readonly entries: readonly string[];
	/** The places of the lists that gave an entry of it. */
	readonly serves: readonly number[];
}

/** The entries of several lists, each once, in batches that know whom they serve. */
export function inBatches(lists: readonly (readonly string[])[], size: number): Batch[] {
	const owners = new Map<string, Set<number>>();
	lists.forEach((entries, place) => {
		for (const entry of entries) {
			const places = owners.get(entry) ?? new Set();
			owners.set(entry, places.add(place));
		}
	});
	const all = [...owners];
	return Array.from({ length: Math.ceil(all.length / size) }, (_, index) => {
		const part = all.slice(index * size, (index + 1) * size);
		const serves = new Set(part.flatMap(([, places]) => [...places]));
		return { entries: part.map(([entry]) => entry), serves: [...serves] };
	});
}
