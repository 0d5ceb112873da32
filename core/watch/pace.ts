/** With what the host does in the same turn, as reading on from the socket, it stays below 12. */
const WORK_MILLISECONDS = 4;

/** Lets the polls of a process go on one after the other, each in a turn of the event loop of its own. */
export class Turns {
	private last: Promise<void> = Promise.resolve();

	/** @param pause gives the event loop back; only the host can */
	constructor(private readonly pause: () => Promise<void>) {}

	async next(): Promise<void> {
		this.last = this.last.then(this.pause, this.pause);
		await this.last;
	}
}

/** Gives the event loop back to the host after every 4 ms of work; one for all steps of a poll. */
export class Pace {
	private since = performance.now();

	/** @param pause gives the event loop back, and comes back when this poll may go on */
	constructor(private readonly pause: () => Promise<void>) {}

	get due(): boolean {
		return performance.now() - this.since >= WORK_MILLISECONDS;
	}

	async rest(): Promise<void> {
		await this.pause();
		this.since = performance.now();
	}
}
