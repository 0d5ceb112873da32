import type { Report } from './reports';

/** How long after its beginning a list serves others, in milliseconds. */
const SERVES_FOR = 10_000;

interface Reading {
	readonly at: number;
	readonly list: Promise<readonly Report[]>;
}

/** Many watches that start together look at the list of reports at once: one reads it for all. */
export class SharedLists {
	private readonly readings = new Map<string, Reading>();

	constructor(
		private readonly host: { now(): number; sleep(milliseconds: number): Promise<unknown> },
	) {}

	/**
	 * @param what the list: see `whatIsRead`
	 * @param id a report; where a list that somebody else read does not have it, it may be younger, and
	 * the list is read anew
	 */
	async read(
		{ what, id }: { readonly what: string; readonly id: string },
		read: () => Promise<readonly Report[]>,
	): Promise<readonly Report[]> {
		const running = this.readings.get(what);
		if (running && this.host.now() - running.at <= SERVES_FOR) {
			// Who read it may have been closed meanwhile.
			const list = await running.list.catch(() => undefined);
			if (list?.some((report) => report.id === id)) return list;
		}
		return await this.begin(what, read);
	}

	private async begin(
		what: string,
		read: () => Promise<readonly Report[]>,
	): Promise<readonly Report[]> {
		const reading = { at: this.host.now(), list: read() };
		const letGo = () => {
			if (this.readings.get(what) === reading) this.readings.delete(what);
		};
		this.readings.set(what, reading);
		reading.list.catch(letGo);
		void this.host.sleep(SERVES_FOR).then(letGo);
		return await reading.list;
	}
}
