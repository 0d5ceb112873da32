import fc from 'fast-check';
import { poll, readState, type PollOptions, type PollResult } from '../../../core/watch';
import { options, streamOf, visitors } from './watch.support';

/** What a watch should do, written with plain sets. */
interface Model {
	readonly present: ReadonlySet<string>;
	/** Who was present in the last read, while it is suspicious and no other has confirmed it. */
	readonly doubted?: ReadonlySet<string>;
	readonly seen?: ReadonlySet<string>;
	readonly handedOver: number;
}

interface Expected {
	readonly model: Model;
	readonly entered: readonly string[];
	readonly suspicious: boolean;
}

type Settings = Pick<PollOptions, 'firstPoll' | 'returning'>;

function expected(model: Model | undefined, rows: readonly string[], settings: Settings): Expected {
	const ids = new Set(rows);
	const once = settings.returning === 'firstTimeOnly';
	if (model === undefined) {
		return {
			model: { present: ids, ...(once && { seen: ids }), handedOver: 1 },
			entered: settings.firstPoll === 'everyone' ? [...ids] : [],
			suspicious: false,
		};
	}
	const { present, doubted } = model;
	const seenBefore = once ? model.seen : undefined;
	const entered = [...ids].filter(
		(id) => !present.has(id) && !doubted?.has(id) && !seenBefore?.has(id),
	);
	const lastRead = doubted ?? present;
	const missing = [...lastRead].filter((id) => !ids.has(id)).length;
	const suspicious =
		(ids.size === 0 && lastRead.size > 0) || (lastRead.size >= 20 && missing > lastRead.size / 2);
	return {
		model: {
			present: suspicious ? lastRead : ids,
			...(suspicious && { doubted: ids }),
			...(once && { seen: new Set([...(seenBefore ?? []), ...ids]) }),
			handedOver: model.handedOver + (entered.length > 0 || suspicious ? 1 : 0),
		},
		entered,
		suspicious,
	};
}

function isSame(one: Model, other: Model): boolean {
	const sets = (model: Model) =>
		[model.present, model.doubted, model.seen].map((set) => set && [...set].sort());
	return JSON.stringify(sets(one)) === JSON.stringify(sets(other));
}

const people = Array.from({ length: 44 }, (_, index) => `u-${index}`).concat('__proto__', 'ü');
const someone = fc.constantFrom(...people);
/** Small and large sets, so that both sides of every threshold are met; rows may repeat. */
const rows = fc.oneof(
	{ weight: 4, arbitrary: fc.array(someone, { maxLength: 6 }) },
	{ weight: 4, arbitrary: fc.array(someone, { minLength: 15, maxLength: 90 }) },
	{ weight: 3, arbitrary: fc.shuffledSubarray(people, { minLength: 18, maxLength: 46 }) },
	{ weight: 1, arbitrary: fc.constant([]) },
);

type Step =
	| { readonly do: 'read' | 'read and crash'; readonly rows: readonly string[] }
	| { readonly do: 'read the same again' }
	| { readonly do: 'read a part'; readonly rows: readonly string[]; readonly share: number }
	| { readonly do: 'break off'; readonly rows: readonly string[] }
	| { readonly do: 'switch returning' };

const step: fc.Arbitrary<Step> = fc.oneof(
	{ weight: 8, arbitrary: fc.record({ do: fc.constant('read' as const), rows }) },
	{ weight: 2, arbitrary: fc.record({ do: fc.constant('read and crash' as const), rows }) },
	{ weight: 3, arbitrary: fc.record({ do: fc.constant('read the same again' as const) }) },
	{
		weight: 1,
		arbitrary: fc.record({
			do: fc.constant('read a part' as const),
			rows,
			share: fc.double({ min: 0, max: 0.999, noNaN: true }),
		}),
	},
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('break off' as const), rows }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('switch returning' as const) }) },
);

const settings: fc.Arbitrary<Settings> = fc.record({
	firstPoll: fc.constantFrom('snapshot' as const, 'everyone' as const),
	returning: fc.constantFrom('everyTime' as const, 'firstTimeOnly' as const),
});

function lostMost(present: ReadonlySet<string>, rows: readonly string[]): boolean {
	return [...present].filter((id) => !rows.includes(id)).length > present.size / 2;
}

async function* breakingOff(text: string): AsyncGenerator<Uint8Array> {
	yield Buffer.from(text);
	throw new Error('socket hang up');
}

const met = {
	sequences: 0,
	polls: 0,
	events: 0,
	crashes: 0,
	failures: 0,
	doubts: 0,
	confirmed: 0,
	quiet: 0,
};

class Run {
	private model: Model | undefined;
	/** As a host keeps it. */
	private stored: string | undefined;
	private lastRows: readonly string[] = [];
	/** The id of each event by what it stands for: who entered, and how often something was handed over before. */
	private readonly eventIds = new Map<string, string>();

	constructor(private settings: Settings) {}

	async take(step: Step): Promise<void> {
		switch (step.do) {
			case 'switch returning': {
				const { firstPoll, returning } = this.settings;
				const other = returning === 'everyTime' ? 'firstTimeOnly' : 'everyTime';
				this.settings = { firstPoll, returning: other };
				return;
			}
			case 'read a part': {
				const body = Buffer.from(visitors(...step.rows));
				const part = body.subarray(0, Math.floor(body.length * step.share));
				return await this.fail(streamOf(part));
			}
			case 'break off':
				return await this.fail(breakingOff(visitors(...step.rows)));
			case 'read the same again':
				return await this.read(this.lastRows, true);
			case 'read':
				return await this.read(step.rows, true);
			case 'read and crash':
				return await this.read(step.rows, false);
		}
	}

	private get state(): unknown {
		return this.stored === undefined ? undefined : (JSON.parse(this.stored) as unknown);
	}

	private async read(rows: readonly string[], isSaved: boolean): Promise<void> {
		const state = this.state;
		const result = await poll(state, streamOf(visitors(...rows), 1_000), {
			...options,
			...this.settings,
		});
		expect(JSON.stringify(state)).toBe(this.stored);
		const should = expected(this.model, rows, this.settings);
		expect(result.events.map(({ pendo }) => pendo.subject.id)).toEqual(should.entered);
		expect(result.notices.map(({ notice }) => notice)).toEqual(
			should.suspicious ? ['suspicious'] : [],
		);
		expect(readState(result.state, options.words)!.revision).toBe(should.model.handedOver);
		this.compareEventIds(result);
		const isQuiet = this.model !== undefined && isSame(this.model, should.model);
		if (this.model !== undefined) expect(result.state === state).toBe(isQuiet);

		met.polls++;
		met.events += result.events.length;
		met.doubts += should.suspicious ? 1 : 0;
		met.confirmed += this.model?.doubted && lostMost(this.model.present, rows) ? 1 : 0;
		met.quiet += isQuiet ? 1 : 0;
		if (!isSaved) {
			met.crashes++;
			return;
		}
		this.lastRows = rows;
		this.stored = JSON.stringify(result.state);
		this.model = should.model;
	}

	/** The same entering has one id, however often a crash repeats it; no two enterings share one. */
	private compareEventIds(result: PollResult): void {
		for (const { pendo } of result.events) {
			const entering = JSON.stringify([pendo.subject.id, this.model?.handedOver ?? 'first']);
			const known = this.eventIds.get(entering);
			if (known === undefined) {
				expect([...this.eventIds.values()]).not.toContain(pendo.eventId);
				this.eventIds.set(entering, pendo.eventId);
			} else {
				expect(pendo.eventId).toBe(known);
			}
		}
	}

	private async fail(results: AsyncIterable<Uint8Array>): Promise<void> {
		const state = this.state;
		await expect(poll(state, results, { ...options, ...this.settings })).rejects.toThrow();
		expect(JSON.stringify(state)).toBe(this.stored);
		met.failures++;
	}
}

test('over thousands of histories a watch does just what plain sets would', async () => {
	await fc.assert(
		fc.asyncProperty(
			settings,
			fc.array(step, { minLength: 1, maxLength: 16 }),
			async (how, steps) => {
				const run = new Run(how);
				met.sequences++;
				for (const each of steps) await run.take(each);
			},
		),
		{ numRuns: 2_500 },
	);
	expect(met.sequences).toBeGreaterThanOrEqual(2_500);
	// Each kind of history was met often enough to mean something.
	for (const count of Object.values(met)) expect(count).toBeGreaterThan(200);
}, 300_000);
