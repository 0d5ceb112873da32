const WORK_MILLISECONDS = 8;

/** Gives the event loop back to the host after every 8 ms of work. */
export class Pace {
	private since = performance.now();

	constructor(private readonly pause: () => Promise<void>) {}

	get due(): boolean {
		return performance.now() - this.since >= WORK_MILLISECONDS;
	}

	async rest(): Promise<void> {
		await this.pause();
		this.since = performance.now();
	}
}
