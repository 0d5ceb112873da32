import { Failure } from '../../../core/pendo';
import { Pace } from '../../../core/watch/pace';
import { poll, type PollOptions, type PollResult } from '../../../core/watch';

export const start = Date.UTC(2026, 4, 1, 12);

export const options: PollOptions = {
	host: 'app.pendo.io',
	kind: 'visitor',
	report: { id: '_Q7hZr0aT2kLmN8vXcYbWdEfGiU', name: 'Trial users, week 1' },
	pair: false,
	events: ['entered'],
	changedFields: [],
	oldValues: false,
	rows: 'first',
	firstPoll: 'snapshot',
	returning: 'everyTime',
	flood: { mode: 'all', threshold: 100, releaseNow: 60, keepLeavers: false },
	words: { release: 'Choose another mode.', beginAnew: 'Duplicate this trigger.' },
	now: start,
	pace: new Pace(async () => {}),
};

export async function* streamOf(
	body: string | Uint8Array,
	size = Infinity,
): AsyncGenerator<Uint8Array> {
	const bytes = typeof body === 'string' ? Buffer.from(body) : body;
	for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export function visitors(...ids: unknown[]): string {
	return JSON.stringify(ids.map((visitorId) => ({ visitorId })));
}

export function crowd(count: number, prefix = 'u-'): string[] {
	return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
}

export interface Read extends PollResult {
	/** Ids of those who entered, in order. */
	readonly entered: readonly string[];
}

/** `left kim`: what was told, in order. */
export function toldBy({ events }: Pick<PollResult, 'events'>): string[] {
	return events.map(({ pendo }) => `${pendo.event} ${pendo.subject.id}`);
}

export function noticesOf({ notices }: Pick<PollResult, 'notices'>): string[] {
	return notices.map(({ notice }) => notice);
}

/** A host that keeps what a poll returns, as JSON, for the next one. */
export class Host {
	stored: string | undefined;

	constructor(private readonly settings: Partial<PollOptions> = {}) {}

	get state(): unknown {
		return this.stored === undefined ? undefined : (JSON.parse(this.stored) as unknown);
	}

	/** Polls and keeps nothing, as if the host died before it saved. */
	async pollAndDie(body: string | Uint8Array, changes: Partial<PollOptions> = {}): Promise<Read> {
		const result = await poll(this.state, streamOf(body), {
			...options,
			...this.settings,
			...changes,
		});
		return { ...result, entered: result.events.map(({ pendo }) => pendo.subject.id) };
	}

	async poll(body: string | Uint8Array, changes: Partial<PollOptions> = {}): Promise<Read> {
		const read = await this.pollAndDie(body, changes);
		this.stored = JSON.stringify(read.state);
		return read;
	}

	/** The failure of a poll that must fail. */
	async failure(body: string | Uint8Array, changes: Partial<PollOptions> = {}): Promise<Failure> {
		return await failureOf(this.pollAndDie(body, changes));
	}
}

export async function failureOf(work: Promise<unknown>): Promise<Failure> {
	const reason: unknown = await work.then(
		() => 'it did not fail',
		(error: unknown) => error,
	);
	expect(reason).toBeInstanceOf(Failure);
	return reason as Failure;
}
