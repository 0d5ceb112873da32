import { setImmediate as pause, setTimeout as sleep } from 'node:timers/promises';
import { Failure, reportResults, tooSlow, withAttempts } from '../../core/pendo';
import {
	afterFailure,
	afterSuccess,
	HEALTHY,
	isSameState,
	keyOf,
	poll,
	preview,
	readState,
	type DetectedRow,
	type Health,
	type Notice,
	type PollOptions,
	type PollResult,
	type WatchState,
} from '../../core/watch';
import { clampTimer } from './parameters';
import { PendoClient, type Account } from './pendo-client';
import type { WatchStore } from './watch-store';

/** How long one poll may take, tries and waiting included. */
const BUDGET = 300_000;

export interface WatcherSettings {
	readonly nodeId: string;
	readonly account: Account;
	readonly options: Omit<PollOptions, 'now' | 'pause' | 'host'>;
	/** Milliseconds between two polls. */
	readonly interval: number;
	readonly store: WatchStore;
}

/** What a watcher tells its node. */
export interface Listener {
	send(events: readonly DetectedRow[], notices: readonly Notice[]): void;
	/** A poll has begun. */
	polling(): void;
	/** A poll went well; the next one is at this time. */
	waiting(next: number, newcomers: number): void;
	failing(problem: unknown, since: number): void;
}

/** How a poll failed, and whether the person should hear of it now. */
export class PollFailed extends Error {
	constructor(
		readonly problem: unknown,
		private untold: boolean,
	) {
		super();
	}

	/** True for the first who asks: several may have waited for the same poll. */
	takeTurnToTell(): boolean {
		const first = this.untold;
		this.untold = false;
		return first;
	}
}

/** Outlives a deploy, so that a failure is told once and its recovery is news. */
const healths = new Map<string, Health>();

/** Follows one report: polls, hands over, saves, and polls again, one thing at a time. */
export class Watcher {
	private readonly client = new PendoClient();
	private readonly ending = new AbortController();
	private readonly healthKey: string;
	private timer: NodeJS.Timeout | undefined;
	/** The end of what runs and of all that waits for it. */
	private tail: Promise<unknown> = Promise.resolve();
	/** A poll that waits for its turn serves all who ask meanwhile. */
	private nextPoll: Promise<void> | undefined;
	private state: WatchState | undefined;
	private loaded = false;
	private saved = true;
	private lastProblem = '';
	/** How many the last good poll fired for. */
	private newcomers = 0;
	nextAt = 0;
	lastReadAt = 0;

	constructor(
		private readonly settings: WatcherSettings,
		private readonly listener: Listener,
		private readonly tell: (problem: unknown) => void,
	) {
		const { account, options } = settings;
		const { host } = account;
		this.healthKey = `${settings.nodeId} ${keyOf({ ...options, host })}`;
	}

	start(): void {
		// Several nodes, or copies of a flow, do not all ask in the same moment.
		this.schedule(Math.random() * Math.min(500, this.settings.interval));
	}

	get health(): Health {
		return healths.get(this.healthKey) ?? HEALTHY;
	}

	get isClosed(): boolean {
		return this.ending.signal.aborted;
	}

	/** @throws PollFailed */
	poll(): Promise<void> {
		this.nextPoll ??= this.inTurn(() => {
			this.nextPoll = undefined;
			return this.pollOnce(false);
		});
		return this.nextPoll;
	}

	/** Forgets who was present; a read that fails forgets nothing. */
	reset(): Promise<void> {
		return this.inTurn(() => this.pollOnce(true));
	}

	/** Who would fire now, or a few samples; nothing is stored. */
	test(): Promise<DetectedRow[]> {
		return this.inTurn(async () => {
			const stored = await this.load();
			return await this.read((results) => preview(stored, results, this.optionsNow()));
		});
	}

	/** When it is done, nothing of this watch runs any more, and what was handed over is saved. */
	async close(): Promise<void> {
		this.ending.abort();
		clearTimeout(this.timer);
		this.client.close();
		await this.tail;
	}

	private inTurn<T>(work: () => Promise<T>): Promise<T> {
		const result = this.tail.then(() => {
			if (this.isClosed) throw new PollFailed(undefined, false);
			return work();
		});
		this.tail = result.catch(() => undefined);
		return result;
	}

	private schedule(milliseconds: number): void {
		clearTimeout(this.timer);
		if (this.isClosed) return;
		this.nextAt = Date.now() + milliseconds;
		this.timer = setTimeout(() => {
			this.poll().catch((error: unknown) => {
				if (error instanceof PollFailed && error.takeTurnToTell()) this.tell(error.problem);
			});
		}, milliseconds);
	}

	private async pollOnce(anew: boolean): Promise<void> {
		clearTimeout(this.timer);
		this.listener.polling();
		let problem: unknown;
		let failed = false;
		try {
			const from = anew ? undefined : await this.load();
			const result = await this.read((results) =>
				poll(from, results, { ...this.optionsNow(), anew }),
			);
			if (this.isClosed) return;
			this.handOver(result);
			await this.save();
		} catch (error) {
			failed = true;
			problem = error;
		}
		if (this.isClosed) return;
		const asked = problem instanceof Failure ? (problem.answer.retryAfterMs ?? 0) : 0;
		const { interval } = this.settings;
		// Up to a tenth earlier: polls of many nodes drift apart.
		this.schedule(clampTimer(Math.max(interval * (1 - Math.random() / 10), asked)));
		if (failed) this.fail(problem);
		this.listener.waiting(this.nextAt, this.newcomers);
	}

	/** Sends before it saves: a crash in between repeats events with the same ids, and loses none. */
	private handOver(result: PollResult): void {
		const { state, events } = result;
		const now = Date.now();
		const { report } = this.settings.options;
		const all = afterSuccess(this.health, result, { report, now });
		healths.delete(this.healthKey);
		this.newcomers = events.length;
		this.lastReadAt = now;
		this.saved &&= isSameState(this.state, state);
		this.state = state;
		this.loaded = true;
		if (events.length > 0 || all.length > 0) this.listener.send(events, all);
	}

	private async save(): Promise<void> {
		if (!this.saved) await this.settings.store.save(this.state!);
		this.saved = true;
		this.lastProblem = '';
	}

	/** Once loaded, memory is the newest: only this node writes. */
	private async load(): Promise<WatchState | undefined> {
		if (!this.loaded) {
			this.state = readState(await this.settings.store.load(), this.settings.options.words);
			this.loaded = true;
		}
		return this.state;
	}

	private fail(problem: unknown): never {
		let tell: boolean;
		if (problem instanceof Failure) {
			const { report } = this.settings.options;
			const followed = this.state !== undefined;
			const after = afterFailure(this.health, problem, { report, followed, now: Date.now() });
			healths.set(this.healthKey, after.health);
			tell = after.tell;
			if (after.notices.length > 0) this.listener.send([], after.notices);
		} else {
			const words = String(problem);
			tell = words !== this.lastProblem;
			this.lastProblem = words;
		}
		this.listener.failing(problem, this.health.since || Date.now());
		throw new PollFailed(problem, tell);
	}

	private read<T>(use: (results: AsyncIterable<Uint8Array>) => Promise<T>): Promise<T> {
		const { account, options } = this.settings;
		const request = reportResults(options.report.id);
		const deadline = Date.now() + BUDGET;
		const { signal } = this.ending;
		const pace = {
			now: Date.now,
			random: Math.random,
			sleep: (milliseconds: number) => sleep(milliseconds, undefined, { signal }),
		};
		const tryOnce = () => {
			signal.throwIfAborted();
			const milliseconds = deadline - Date.now();
			const report = options.report.name;
			if (milliseconds <= 0) throw tooSlow({ host: account.host, report }, BUDGET);
			return this.client.read(account, request, { milliseconds, report }, use);
		};
		return withAttempts(async () => await tryOnce(), deadline, pace);
	}

	private optionsNow(): PollOptions {
		const { options, account } = this.settings;
		return { ...options, host: account.host, now: Date.now(), pause: () => pause() };
	}
}
