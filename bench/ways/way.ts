/** One way to find who is new in a report. */
export interface Way {
	/**
	 * @param stored what the last poll returned, as the host wrote it to its database or file
	 */
	poll(stored: string | undefined, body: AsyncIterable<Uint8Array>): Promise<Outcome>;
}

export interface Outcome {
	/** What the host writes; undefined where nothing changed and nothing is written. */
	readonly stored: string | undefined;
	readonly newcomers: number;
}
