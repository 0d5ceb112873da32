import type { Row } from './operation';

interface HowMany {
	readonly returnAll: boolean;
	readonly limit: number;
}

/** The number of rows that were asked for. */
export function mostOf({ returnAll, limit }: HowMany): number {
	return returnAll ? Infinity : limit;
}

/** The first rows, as many as were asked for; the source is left as soon as they are there. */
export async function* take(
	rows: Iterable<Row> | AsyncIterable<Row>,
	howMany: HowMany,
): AsyncGenerator<Row> {
	let left = mostOf(howMany);
	if (left <= 0) return;
	for await (const row of rows) {
		yield row;
		if (--left <= 0) return;
	}
}
