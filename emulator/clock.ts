export interface ClockChange {
	paused?: boolean;
	/** 1 is real time. */
	speed?: number;
	/** Milliseconds to jump ahead, also while paused. */
	advance?: number;
}

const LONGEST_JUMP = 7 * 86_400_000;
const HIGHEST_SPEED = 1000;

/** Time as the living reports see it: milliseconds since the start, pausable and adjustable. */
export class Clock {
	private elapsed = 0;
	private readAt: number;

	constructor(
		private readonly monotonic: () => number,
		public paused: boolean,
		public speed = 1,
	) {
		this.readAt = monotonic();
	}

	time(): number {
		const now = this.monotonic();
		if (!this.paused) this.elapsed += (now - this.readAt) * this.speed;
		this.readAt = now;
		return this.elapsed;
	}

	change({ paused, speed, advance }: ClockChange): void {
		this.time();
		if (speed !== undefined) this.speed = within('speed', speed, HIGHEST_SPEED);
		if (advance !== undefined) this.elapsed += within('advance', advance, LONGEST_JUMP);
		if (paused !== undefined) this.paused = paused;
	}
}

function within(name: string, value: number, highest: number): number {
	if (Number.isFinite(value) && value >= 0 && value <= highest) return value;
	throw new RangeError(`${name} must be a number from 0 to ${highest}`);
}
