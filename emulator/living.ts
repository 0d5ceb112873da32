import type { Row } from './people';
import { Dice } from './random';
import type { Report } from './reports';
import { subjectId } from './roster';

interface Life {
	/** Mean milliseconds between newcomers. */
	every: number;
	/** Above this many people, more leave than come. */
	crowd: number;
	lastVisitField: string;
}

/** Lets people come, go, come back and change in one report, always the same way for the same seed. */
export class Living {
	private readonly dice: Dice;
	private nextStep: number;

	constructor(
		readonly report: Report,
		private readonly life: Life,
		private readonly startedAt: number,
		seed: number,
	) {
		this.dice = new Dice(seed);
		this.nextStep = this.untilNext();
	}

	/** Does everything that was due until then. */
	catchUp(time: number): void {
		while (this.nextStep <= time) {
			this.step(this.nextStep);
			this.nextStep += this.untilNext();
		}
	}

	private untilNext(): number {
		return Math.round(this.life.every * (0.6 + 0.8 * this.dice.next()));
	}

	private step(time: number): void {
		const { roster } = this.report;
		const visit: Row = { [this.life.lastVisitField]: this.startedAt + time };
		const change = this.dice.next();
		roster.enterNewcomers(1);
		roster.change(roster.count - 1, visit);
		if (change < 0.15 && roster.recentLeavers.length > 0) {
			roster.enterAgain([subjectId(this.dice.pick(roster.recentLeavers))]);
			roster.change(roster.count - 1, visit);
		} else if (change < 0.5 || roster.count > this.life.crowd) {
			this.leaveSomeone();
			if (roster.count > this.life.crowd) this.leaveSomeone();
		} else if (change < 0.7) {
			roster.change(this.dice.below(roster.count), {
				...visit,
				daysActive: 1 + this.dice.below(7),
			});
		}
	}

	private leaveSomeone(): void {
		const { roster } = this.report;
		// The latest newcomer stays a while: who comes and goes between two polls is never seen.
		const before = roster.newest(roster.count).slice(0, -1);
		if (before.length > 0) roster.leave([subjectId(this.dice.pick(before))]);
	}
}
