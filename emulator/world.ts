import { REPORT_IDS, buildReports } from './catalogue';
import { Clock } from './clock';
import { Faults } from './faults';
import { Inbox } from './inbox';
import { Keys } from './keys';
import { Living } from './living';
import { RequestLog } from './log';
import type { Region } from './regions';
import type { Report } from './reports';
import { Subscription, type Delays } from './subscription/subscription';
import { defaultVariants, type Variants } from './variants';

export interface WorldOptions {
	/** The same seed gives the same reports, people and events. */
	seed?: number;
	region?: Region;
	/** Living reports stand still until the clock is advanced or resumed. */
	paused?: boolean;
	/** Monotonic milliseconds. */
	clock?: () => number;
	/** Epoch milliseconds that the clock's zero stands for. */
	startedAt?: number;
}

const NEW_VISITOR_EVERY = 20_000;
const NEW_ACCOUNT_EVERY = 60_000;

/** Everything that the emulated Pendo knows. */
export class World {
	readonly keys = new Keys();
	readonly faults = new Faults();
	readonly log = new RequestLog();
	readonly inbox = new Inbox();
	readonly variants: Variants = defaultVariants();
	readonly reports: Map<string, Report>;
	readonly clock: Clock;
	readonly seed: number;
	region: Region;
	readonly delays: Delays = {
		segmentReadyAfter: 2000,
		exportReadyAfter: 2000,
		deletionReadyAfter: 5000,
	};
	private readonly startedAt: number;
	private readonly lives: Living[];
	private customer: Subscription | undefined;

	constructor(options: WorldOptions) {
		this.seed = options.seed ?? 1;
		this.region = options.region ?? 'us';
		this.clock = new Clock(options.clock ?? (() => performance.now()), options.paused ?? false);
		this.reports = new Map(buildReports(this.seed).map((report) => [report.id, report]));
		this.startedAt = options.startedAt ?? Date.now();
		const life = (id: string, every: number, lastVisitField: string, seed: number) =>
			new Living(
				this.reports.get(id) as Report,
				{ every, crowd: 60, lastVisitField },
				this.startedAt,
				seed,
			);
		this.lives = [
			life(REPORT_IDS.livingVisitors, NEW_VISITOR_EVERY, 'visitor_auto_lastvisit', this.seed),
			life(REPORT_IDS.livingAccounts, NEW_ACCOUNT_EVERY, 'account_auto_lastvisit', this.seed + 1),
		];
	}

	/** Lets happen what was due by now. */
	catchUp(): void {
		const time = this.clock.time();
		for (const life of this.lives) life.catchUp(time);
		this.customer?.catchUp(this.now());
	}

	/** Epoch milliseconds on the emulator's clock. */
	now(): number {
		return Math.round(this.startedAt + this.clock.time());
	}

	/** Made when it is first asked for: who only reads reports need not wait for it. */
	get subscription(): Subscription {
		this.customer ??= new Subscription(this.seed, this.reports, this.startedAt);
		return this.customer;
	}

	get livingReports(): Report[] {
		return this.lives.map(({ report }) => report).filter(({ id }) => this.reports.has(id));
	}
}
