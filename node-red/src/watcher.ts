import { setImmediate as pause } from 'node:timers/promises';
import { Failure, uptime } from '../../core/pendo';
import {
	afterFailure,
	afterSuccess,
	discard,
	HEALTHY,
	heldCount,
	keyOf,
	LOOK_EVERY,
	Pace,
	poll,
	pollUnchanged,
	preview,
	release,
	reportNamed,
	startRelease,
	Turns,
	validatorFor,
	withListing,
	type DetectedRow,
	type HandOver,
	type Health,
	type LastRead,
	type Notice,
	type PollOptions,
	type PollResult,
	type ReportName,
	type WatchState,
} from '../../core/watch';
import { KeptState } from './kept-state';
import { clampTimer, type Choices } from './parameters';
import type { Account } from './pendo-client';
import { ReleaseRate } from './release-rate';
import { ReportReader } from './report-reader';
import type { WatchStore } from './watch-store';

export interface WatcherSettings {
	readonly nodeId: string;
	readonly account: Account;
	readonly options: Choices & Pick<PollOptions, 'kind' | 'report'>;
	/** Milliseconds between two polls. */
	readonly interval: number;
	readonly releasePerSecond: number;
	readonly store: WatchStore;
}

/** How a watch is doing between two polls. */
export interface Standing {
	/** When the next poll is due, milliseconds since 1970. */
	readonly next: number;
	/** How many events the last good poll sent. */
	readonly sent: number;
	readonly held: number;
	/** Whether what is held is being sent, one after the other. */
	readonly releasing: boolean;
}

const turns = new Turns(pause);

/** What a watcher tells its node. */
export interface Listener {
	send(events: readonly DetectedRow[], notices: readonly Notice[]): void;
	/** A poll has begun. */
	polling(): void;
	resting(standing: Standing): void;
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

/** Outlives a deploy: a failure is told once, its recovery is news, and deploys do not hurry a release. */
interface Memory {
	health: Health;
	lookedAt: number;
	releasedAt: number;
}

const memories = new Map<string, Memory>();

function memoryOf(watch: string): Memory {
	const memory = memories.get(watch) ?? {
		health: HEALTHY,
		lookedAt: -Infinity,
		releasedAt: -Infinity,
	};
	memories.set(watch, memory);
	return memory;
}

/** Follows one report: polls, hands over, saves, and polls again, one thing at a time. */
export class Watcher {
	private readonly reader: ReportReader;
	private readonly kept: KeptState;
	private readonly memory: Memory;
	private readonly rate: ReleaseRate;
	private pollTimer: NodeJS.Timeout | undefined;
	private releaseTimer: NodeJS.Timeout | undefined;
	/** The end of what runs and of all that waits for it. */
	private tail: Promise<unknown> = Promise.resolve();
	/** A poll that waits for its turn serves all who ask meanwhile. */
	private nextPoll: Promise<void> | undefined;
	/** Why nothing can be released before the next poll: its row is read there, or a problem shown mended. */
	private waitsFor: 'rows' | 'mending' | undefined;
	private failed: { readonly problem: unknown; readonly since: number } | undefined;
	private isAsked = false;
	private sent = 0;
	private lastRead: LastRead | undefined;
	nextAt = 0;
	lastReadAt = 0;

	constructor(
		private readonly settings: WatcherSettings,
		private readonly listener: Listener,
		private readonly tell: (problem: unknown) => void,
	) {
		const { account, options, store, nodeId } = settings;
		const watch = keyOf({ ...options, host: account.host });
		this.reader = new ReportReader(account, options.report, nodeId);
		this.kept = new KeptState(store, watch, options.words);
		this.memory = memoryOf(`${nodeId} ${watch}`);
		this.rate = new ReleaseRate(settings.releasePerSecond);
	}

	start(): void {
		// Several nodes, or copies of a flow, do not all ask in the same moment.
		this.schedule(Math.random() * Math.min(500, this.settings.interval));
	}

	get health(): Health {
		return this.memory.health;
	}

	get standing(): Standing {
		const { nextAt: next, sent, isReleasing: releasing } = this;
		return { next, sent, held: heldCount(this.kept.current?.held), releasing };
	}

	/** The report, by the name that it had in Pendo's list when that was last looked at. */
	get report(): ReportName {
		return reportNamed(this.settings.options.report, this.kept.current);
	}

	get isClosed(): boolean {
		return this.reader.isClosed;
	}

	/**
	 * @param isAsked true where somebody asks for the report as it is at this moment
	 * @throws PollFailed
	 */
	poll(isAsked: boolean): Promise<void> {
		this.isAsked ||= isAsked;
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
			const stored = await this.kept.load();
			return await this.reader.readNow((results) => preview(stored, results, this.optionsNow()));
		});
	}

	/** Begins to send what is held, one after the other; answers how many wait. */
	release(): Promise<number> {
		return this.inTurn(async () => {
			const state = await this.kept.loadOwn();
			const held = heldCount(state?.held);
			if (held === 0) return 0;
			this.kept.take(startRelease(state!));
			await this.kept.save();
			this.keepReleasing();
			this.show();
			return held;
		});
	}

	/** Drops what is held; answers how many that was. */
	discard(): Promise<number> {
		return this.inTurn(async () => {
			const state = await this.kept.loadOwn();
			const held = heldCount(state?.held);
			if (held === 0) return 0;
			await this.handOver(await discard(state!, this.settings.options));
			this.show();
			return held;
		});
	}

	/** When it is done, nothing of this watch runs any more, and what was handed over is saved. */
	async close(): Promise<void> {
		this.reader.close();
		clearTimeout(this.pollTimer);
		clearTimeout(this.releaseTimer);
		await this.tail;
		await this.kept.save();
	}

	private inTurn<T>(work: () => Promise<T>): Promise<T> {
		const result = this.tail.then(() => {
			if (this.isClosed) throw new PollFailed(undefined, false);
			return work();
		});
		this.tail = result.catch(() => undefined);
		return result;
	}

	/** Tells the person what goes wrong with something that nobody waits for. */
	private alone(work: Promise<void>): Promise<void> {
		return work.catch((error: unknown) => {
			if (error instanceof PollFailed && error.takeTurnToTell()) this.tell(error.problem);
		});
	}

	private schedule(milliseconds: number): void {
		clearTimeout(this.pollTimer);
		if (this.isClosed) return;
		this.nextAt = Date.now() + milliseconds;
		this.pollTimer = setTimeout(() => void this.alone(this.poll(false)), milliseconds);
	}

	private async pollOnce(anew: boolean): Promise<void> {
		clearTimeout(this.pollTimer);
		this.listener.polling();
		const problem = await problemOf(() => this.readAndHandOver(anew));
		if (this.isClosed) return;
		const asked = problem instanceof Failure ? (problem.answer.retryAfterMs ?? 0) : 0;
		const { interval } = this.settings;
		// Up to a tenth earlier: polls of many nodes drift apart.
		this.schedule(clampTimer(Math.max(interval * (1 - Math.random() / 10), asked)));
		if (problem === undefined) this.failed = undefined;
		// Most of what is held needs no report to be sent.
		this.keepReleasing();
		if (problem !== undefined) this.fail(problem);
		this.show();
	}

	private async readAndHandOver(anew: boolean): Promise<void> {
		const from = anew ? await this.kept.loadAnything() : await this.kept.load();
		const options = { ...this.optionsNow(), anew };
		const started = uptime();
		let { lastRead } = this;
		const { isAsked } = this;
		this.isAsked = false;
		// A new watch begins with the report as it is now.
		const how = {
			validator: validatorFor(from, this.lastRead, options, started),
			shares: from !== undefined && !anew && !isAsked,
		};
		const read = await this.reader.read(how, async (body) => {
			if (body === undefined) return pollUnchanged(from as WatchState);
			lastRead = { at: started, validator: body.validator };
			return await poll(from, body.bytes, options);
		});
		const result = await this.lookAtReport(read);
		if (this.isClosed) return;
		this.lastRead = lastRead && { ...lastRead, state: result.state };
		const { report } = this;
		const notices = afterSuccess(this.health, result, { report, now: uptime() });
		this.memory.health = HEALTHY;
		this.sent = result.events.length;
		this.lastReadAt = Date.now();
		await this.handOver({ ...result, notices });
		this.waitsFor = undefined;
	}

	/** Now and then also looks whether the report itself was changed in Pendo. */
	private async lookAtReport(result: PollResult): Promise<PollResult> {
		const now = uptime();
		if (this.isClosed || now - this.memory.lookedAt < LOOK_EVERY) return result;
		this.memory.lookedAt = now;
		return await withListing(result, this.report, () => this.reader.list());
	}

	/** Sends before it saves: a crash in between repeats events with the same ids, and loses none. */
	private async handOver({ state, events, notices }: HandOver): Promise<void> {
		if (this.isClosed) return;
		if (events.length > 0 || notices.length > 0) {
			this.listener.send(events, notices);
			// Node-RED delivers in the next turn of its loop; a flow that ended by then got nothing.
			await pause();
			if (this.isClosed) return;
		}
		this.kept.take(state);
		await this.kept.save();
	}

	private get isReleasing(): boolean {
		const held = this.kept.current?.held;
		const { mode } = this.settings.options.flood;
		return heldCount(held) > 0 && (mode === 'gradual' || held!.releasing === true);
	}

	private keepReleasing(): void {
		if (this.isClosed || this.releaseTimer || this.waitsFor || !this.isReleasing) return;
		const due = this.memory.releasedAt + this.rate.beat - uptime();
		const wait = Math.min(Math.max(due, 0), this.rate.beat);
		this.releaseTimer = setTimeout(() => {
			void this.alone(this.inTurn(() => this.releaseSome())).then(() => {
				this.releaseTimer = undefined;
				this.keepReleasing();
			});
		}, wait);
	}

	private async releaseSome(): Promise<void> {
		this.memory.releasedAt = uptime();
		const problem = await problemOf(async () => {
			const state = await this.kept.loadOwn();
			this.waitsFor = state === undefined ? 'mending' : undefined;
			if (state === undefined || !this.isReleasing) return;
			const { needsRead, ...next } = await release(state, this.rate.take(), this.settings.options);
			if (needsRead) this.waitsFor = 'rows';
			await this.handOver(next);
		});
		if (this.isClosed) return;
		if (problem !== undefined) {
			this.waitsFor = 'mending';
			this.fail(problem);
		}
		this.show();
	}

	private show(): void {
		if (this.failed) this.listener.failing(this.failed.problem, this.failed.since);
		else this.listener.resting(this.standing);
	}

	private fail(problem: unknown): never {
		const now = uptime();
		let tell: boolean;
		if (problem instanceof Failure) {
			const { report } = this;
			const followed = this.kept.current !== undefined;
			const after = afterFailure(this.health, problem, { report, followed, now });
			this.memory.health = after.health;
			tell = after.tell;
			if (after.notices.length > 0) this.listener.send([], after.notices);
		} else {
			tell = String(problem) !== String(this.failed?.problem);
		}
		this.failed = { problem, since: Date.now() - (now - (this.health.since || now)) };
		this.show();
		throw new PollFailed(problem, tell);
	}

	private optionsNow(): PollOptions {
		const { options, account, interval } = this.settings;
		// Between two polls the watcher itself releases, except what only a poll can.
		const releaseNow = Math.max(1, Math.floor(this.rate.within(interval)));
		return {
			...options,
			flood: { ...options.flood, releaseNow: this.waitsFor === 'rows' ? releaseNow : 0 },
			host: account.host,
			now: Date.now(),
			pace: new Pace(() => turns.next()),
		};
	}
}

async function problemOf(work: () => Promise<void>): Promise<unknown> {
	try {
		await work();
	} catch (error) {
		return error ?? new Error('an unknown error');
	}
	return undefined;
}
