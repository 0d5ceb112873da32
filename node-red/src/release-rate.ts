/** How fast held events are released: so many a second, which may be a fraction. */
export class ReleaseRate {
	/** Milliseconds between two releases: a second, or as long as one event takes to be due. */
	readonly beat: number;
	private due = 0;

	constructor(private readonly perSecond: number) {
		this.beat = 1_000 * Math.max(1, 1 / perSecond);
	}

	/** How many events are due at this beat. */
	take(): number {
		this.due += this.within(this.beat);
		const whole = Math.floor(this.due + 1e-9);
		this.due -= whole;
		return whole;
	}

	within(milliseconds: number): number {
		return (this.perSecond * milliseconds) / 1_000;
	}
}
