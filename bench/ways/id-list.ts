import type { Outcome } from './way';

/** The state of a streaming parser's user: a set while reading, an array of ids when stored. */
export class IdList {
	private readonly known: ReadonlySet<string> | undefined;
	private readonly ids: string[] = [];
	private newcomers = 0;

	constructor(stored: string | undefined) {
		this.known = stored === undefined ? undefined : new Set(JSON.parse(stored) as string[]);
	}

	add(row: unknown): void {
		const { visitorId } = row as { visitorId: string };
		if (this.known?.has(visitorId) === false) this.newcomers++;
		this.ids.push(visitorId);
	}

	outcome(): Outcome {
		return { stored: JSON.stringify(this.ids), newcomers: this.newcomers };
	}
}
