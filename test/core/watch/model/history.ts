import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
	canDoWithoutRows,
	discard,
	poll,
	pollUnchanged,
	readState,
	release,
	startRelease,
	type DetectedRow,
	type HandOver,
	type PollOptions,
	type WatchState,
} from '../../../../core/watch';
import { options, start, streamOf } from '../watch.support';
import {
	discardAll,
	read,
	releaseSome,
	startReleasing,
	textOf,
	type Choices,
	type Outcome,
	type Reference,
	type ReferenceEvent,
	type Row,
} from './reference-watch';

export type Step =
	| { readonly do: 'read' | 'read and crash'; readonly rows: readonly Row[] }
	| { readonly do: 'read the same again'; readonly shuffle: readonly number[] }
	| { readonly do: 'read a part'; readonly rows: readonly Row[]; readonly share: number }
	| { readonly do: 'break off'; readonly rows: readonly Row[] }
	| { readonly do: 'choose'; readonly choices: Partial<Choices> }
	| { readonly do: 'release'; readonly count: number }
	| { readonly do: 'start releasing' | 'discard' | 'begin anew' | 'find it unchanged' };

export interface History {
	readonly choices: Choices;
	readonly steps: readonly Step[];
}

const values = fc.constantFrom<readonly unknown[]>(
	[undefined, null],
	['free'],
	['paid'],
	[1, 2],
	[''],
	[
		{ a: 1, b: [null] },
		{ b: [null], a: 1 },
	],
	[['a', 'b']],
);
/** The same value, in one of the ways in which a server may write it. */
const value = fc.tuple(values, fc.nat(1)).map(([ways, at]) => ways[at % ways.length]);

function rowsOf(people: readonly string[]): fc.Arbitrary<Row> {
	return fc
		.record({ visitorId: fc.constantFrom(...people), plan: value, seats: value })
		.map(({ visitorId, plan, seats }) => ({
			visitorId,
			...(plan !== undefined && { plan }),
			...(seats !== undefined && { seats }),
		}));
}

export const few = ['a', 'b', 'c', 'd', '__proto__', 'ü'];
const many = Array.from({ length: 26 }, (_, index) => `u-${index}`);

/** A few people with several rows each, in any order. */
export const smallReport = fc.array(rowsOf(few), { maxLength: 8 });
/** Sets on both sides of what is suspicious. */
const largeReport = fc
	.tuple(
		fc.shuffledSubarray(many, { minLength: 8, maxLength: 26 }),
		fc.array(rowsOf(many), { maxLength: 3 }),
	)
	.map(([people, more]): Row[] => [...people.map((visitorId) => ({ visitorId })), ...more]);

const changedFields = fc.constantFrom(['plan'], ['seats', 'plan'], ['plan', 'seats']);
const events = fc
	.subarray(['entered', 'changed', 'left'] as const, { minLength: 1 })
	.map((list) => list as Choices['events']);
const choices: fc.Arbitrary<Choices> = fc.record({
	events: fc.oneof(events, fc.constant(['entered', 'changed', 'left'] as const)),
	changedFields,
	oldValues: fc.boolean(),
	rows: fc.constantFrom('first' as const, 'all' as const),
	firstPoll: fc.constantFrom('snapshot' as const, 'everyone' as const),
	returning: fc.constantFrom('everyTime' as const, 'everyTime' as const, 'firstTimeOnly' as const),
	mode: fc.constantFrom(
		'hold' as const,
		'hold' as const,
		'gradual' as const,
		'all' as const,
		'discard' as const,
	),
	threshold: fc.constantFrom(1, 2, 3, 5, 100),
	releaseNow: fc.constantFrom(0, 1, 2, 5),
	keepLeavers: fc.boolean(),
});

function stepOf(rows: fc.Arbitrary<Row[]>): fc.Arbitrary<Step> {
	const always = <Text extends string>(text: Text) => fc.record({ do: fc.constant(text) });
	const share = fc.double({ min: 0, max: 0.999, noNaN: true });
	const another = choices.chain((all) =>
		fc
			.subarray(Object.keys(all) as Array<keyof Choices>, { minLength: 1, maxLength: 3 })
			.map((names) => Object.fromEntries(names.map((name) => [name, all[name]]))),
	);
	return fc.oneof(
		{ weight: 12, arbitrary: fc.record({ do: fc.constant('read' as const), rows }) },
		{ weight: 2, arbitrary: fc.record({ do: fc.constant('read and crash' as const), rows }) },
		{
			weight: 3,
			arbitrary: fc.record({
				do: fc.constant('read the same again' as const),
				shuffle: fc.array(fc.nat(99), { minLength: 9, maxLength: 9 }),
			}),
		},
		{ weight: 1, arbitrary: fc.record({ do: fc.constant('read a part' as const), rows, share }) },
		{ weight: 1, arbitrary: fc.record({ do: fc.constant('break off' as const), rows }) },
		{
			weight: 3,
			arbitrary: fc.record({ do: fc.constant('choose' as const), choices: another }),
		},
		{
			weight: 2,
			arbitrary: fc.record({
				do: fc.constant('release' as const),
				count: fc.integer({ min: 1, max: 4 }),
			}),
		},
		{ weight: 2, arbitrary: always('start releasing' as const) },
		{ weight: 1, arbitrary: always('discard' as const) },
		{ weight: 1, arbitrary: always('begin anew' as const) },
		{ weight: 2, arbitrary: always('find it unchanged' as const) },
	);
}

function historyOf(rows: fc.Arbitrary<Row[]>, maxLength: number): fc.Arbitrary<History> {
	return fc.record({ choices, steps: fc.array(stepOf(rows), { minLength: 2, maxLength }) });
}

export const smallHistory = historyOf(smallReport, 12);
export const largeHistory = historyOf(
	fc.oneof({ weight: 6, arbitrary: largeReport }, { weight: 1, arbitrary: fc.constant<Row[]>([]) }),
	8,
);

/** How often something happened in all histories, so that a test can tell that it proves something. */
export const met = {
	polls: 0,
	entered: 0,
	changed: 0,
	left: 0,
	crashes: 0,
	failures: 0,
	unchanged: 0,
	quiet: 0,
	severalRows: 0,
	heldTwice: 0,
	releasedBetween: 0,
	reset: 0,
	suspicious: 0,
	held: 0,
	released: 0,
	discarded: 0,
	leftAgain: 0,
};

/** One watch and its reference, side by side. The host keeps the state as JSON, as a restart does. */
export class Run {
	private reference: Reference | undefined;
	private stored: string | undefined;
	private lastRows: readonly Row[] = [];
	private now = start;
	/** How often the watch began. */
	private life = 0;
	private readonly idsByKey = new Map<string, string>();
	private readonly keysById = new Map<string, string>();
	private readonly told = new Set<string>();

	constructor(private choices: Choices) {}

	async take(step: Step): Promise<void> {
		switch (step.do) {
			case 'choose':
				this.choices = { ...this.choices, ...step.choices };
				return;
			case 'read a part': {
				const body = Buffer.from(JSON.stringify(step.rows));
				return await this.fail(streamOf(body.subarray(0, Math.floor(body.length * step.share))));
			}
			case 'break off':
				return await this.fail(breakingOff(JSON.stringify(step.rows)));
			case 'read the same again': {
				const order = (row: Row) => step.shuffle[this.lastRows.indexOf(row) % 9]!;
				const rows = [...this.lastRows].sort((one, other) => order(one) - order(other));
				return await this.read(rows, true);
			}
			case 'read':
				return await this.read(step.rows, true);
			case 'read and crash':
				return await this.read(step.rows, false);
			case 'begin anew':
				return await this.read(this.lastRows, true, true);
			case 'find it unchanged': {
				const { state } = this;
				if (state === undefined || !canDoWithoutRows(state, this.options())) return;
				this.now += 60_000;
				const result = pollUnchanged(state);
				const should = read(this.reference, this.lastRows, this.choices, this.now);
				met.unchanged++;
				return this.compare(result, should, true);
			}
			case 'start releasing':
				if (this.reference === undefined) return;
				this.reference = startReleasing(this.reference);
				this.stored = JSON.stringify(startRelease(this.state!));
				return;
			case 'release': {
				if (this.reference === undefined) return;
				const result = await release(this.state!, step.count, this.options());
				assert.equal(result.needsRead, false);
				const should = releaseSome(this.reference, step.count);
				met.releasedBetween += should.events.length;
				return this.compare(result, should, true);
			}
			case 'discard':
				if (this.reference === undefined) return;
				return this.compare(
					await discard(this.state!, this.options()),
					discardAll(this.reference),
					true,
				);
		}
	}

	private get state(): WatchState | undefined {
		return this.stored === undefined ? undefined : (JSON.parse(this.stored) as WatchState);
	}

	private options(anew = false): PollOptions {
		const { mode, threshold, releaseNow, keepLeavers, ...choices } = this.choices;
		const flood = { mode, threshold, releaseNow, keepLeavers };
		return { ...options, ...choices, flood, anew, now: this.now };
	}

	private async read(rows: readonly Row[], isSaved: boolean, anew = false): Promise<void> {
		this.now += 60_000;
		const state = this.state;
		const before = anew ? undefined : this.reference;
		const result = await poll(state, streamOf(JSON.stringify(rows), 1_000), this.options(anew));
		assert.equal(JSON.stringify(state), this.stored);
		const dropped = anew ? (this.reference?.held.length ?? 0) : undefined;
		const should = read(before, rows, this.choices, this.now, dropped);
		assert.equal(result.detected, should.detected);
		if (before !== undefined) {
			const isQuiet = textOf(plain(before)) === textOf(plain(should.after));
			assert.equal(result.state === state, isQuiet, 'the state is the same just where all is');
			met.quiet += isQuiet ? 1 : 0;
		}
		if (anew && isSaved) this.life++;
		this.compare(result, should, isSaved);
		if (isSaved) this.lastRows = rows;
		else met.crashes++;
		this.count(rows, should);
	}

	private compare(result: HandOver, should: Outcome, isSaved: boolean): void {
		assert.deepEqual(result.events.map(asTold), should.events.map(this.asExpected, this));
		assert.deepEqual(
			result.notices.map(({ notice, counts }) => ({ notice, counts })),
			should.notices,
		);
		result.events.forEach((event, index) => {
			const { key } = should.events[index]!;
			this.compareIds(event.pendo.eventId, `${this.life} ${key}`, isSaved);
			this.compareOldValues(event, should.events[index]!);
		});
		assert.equal(readState(result.state, options.words)!.revision, should.after.handedOver);
		if (!isSaved) return;
		this.stored = JSON.stringify(result.state);
		this.reference = should.after;
	}

	private asExpected({ kind, id, at, rows, changes }: ReferenceEvent) {
		const to = Object.entries(changes).map(([field, change]) => [field, change.to]);
		return {
			kind,
			id,
			at: new Date(at).toISOString(),
			row: rows[0],
			to: kind === 'changed' ? Object.fromEntries(to) : undefined,
			rows: this.choices.rows === 'all' && kind !== 'left' ? rows : undefined,
		};
	}

	/** One event has one id, however often a crash repeats it; no two share one; none is told twice. */
	private compareIds(id: string, key: string, isSaved: boolean): void {
		assert.equal(this.idsByKey.get(key) ?? id, id);
		assert.equal(this.keysById.get(id) ?? key, key);
		this.idsByKey.set(key, id);
		this.keysById.set(id, key);
		if (!isSaved) return;
		assert.ok(!this.told.has(id), 'an event was told twice');
		this.told.add(id);
	}

	private compareOldValues({ pendo }: DetectedRow, { changes }: ReferenceEvent): void {
		for (const [field, { from }] of Object.entries(changes)) {
			const told = pendo.changes![field]!;
			assert.equal('from' in told, from !== undefined);
			if (from !== undefined) assert.ok(from.includes(textOf(told.from)), 'the old value is wrong');
		}
	}

	private async fail(results: AsyncIterable<Uint8Array>): Promise<void> {
		const state = this.state;
		await assert.rejects(poll(state, results, this.options()));
		assert.equal(JSON.stringify(state), this.stored);
		met.failures++;
	}

	private count(rows: readonly Row[], { events, notices, after }: Outcome): void {
		met.polls++;
		for (const { kind } of events) met[kind]++;
		for (const { notice, counts } of notices) {
			met[notice as 'held']++;
			met.leftAgain += counts['leftAgain'] ?? 0;
		}
		if (new Set(rows.map(({ visitorId }) => visitorId)).size < rows.length) met.severalRows++;
		if (new Set(after.held.map(({ id }) => id)).size < after.held.length) met.heldTwice++;
	}
}

function asTold({ row, pendo }: DetectedRow) {
	const { event, subject, detectedAt, changes, rows } = pendo;
	const to = changes && Object.entries(changes).map(([field, change]) => [field, change.to]);
	return {
		kind: event,
		id: subject.id,
		at: detectedAt,
		row,
		to: to && Object.fromEntries(to as Array<[string, unknown]>),
		rows,
	};
}

/** As JSON: sets and people in order, and fields in the order in which they were chosen. */
function plain(value: unknown): unknown {
	if (value instanceof Set) return [...(value as Set<unknown>)].sort();
	if (value instanceof Map) {
		const entries = [...(value as Map<string, unknown>)].map(([name, of]) => [name, plain(of)]);
		const holdsPeople = [...value.values()].some((of) => of instanceof Set);
		return holdsPeople ? entries.sort() : entries;
	}
	if (Array.isArray(value)) return value.map(plain);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, of]) => [name, plain(of)]));
}

async function* breakingOff(text: string): AsyncGenerator<Uint8Array> {
	yield Buffer.from(text);
	throw new Error('socket hang up');
}
