// A year of polls, one every five minutes: 10,000 rows, of whom some leave and others come.
import { poll } from '../../core/watch';
import { runCase } from '../case';
import { WATCH } from '../watch';

export interface YearCase {
	readonly polls: number;
}

export interface Year {
	readonly polls: number;
	readonly seconds: number;
	readonly events: number;
	/** Memory of the last tenth above that of the second tenth, the lowest of each after a garbage collection, MB. */
	readonly grownMegabytes: number;
	/** Longest state of the last tenth above that of the second, characters. */
	readonly grownCharacters: number;
}

const ROWS = 10_000;
const CHURN = 5;
const SAMPLES = 200;

/** A body whose ids have a fixed width, so that who is in it changes without building it anew. */
class ChangingBody {
	private readonly bytes: Buffer;
	private readonly idAt: number[] = [];
	private next = ROWS;
	private turn = 0;

	constructor() {
		let text = '[';
		for (let index = 0; index < ROWS; index++) {
			text += '{"visitorId":"';
			this.idAt.push(text.length);
			text += `${idOf(index)}","visitor_agent_plan":"team","daysActive":${index % 7}}`;
			text += index === ROWS - 1 ? ']' : ',';
		}
		this.bytes = Buffer.from(text);
	}

	/** As many leave as come. */
	replace(count: number): void {
		for (let index = 0; index < count; index++) {
			const row = (this.turn++ * 7919) % ROWS;
			this.bytes.write(idOf(this.next++), this.idAt[row]!, 'latin1');
		}
	}

	async *read(): AsyncGenerator<Uint8Array> {
		yield this.bytes;
	}
}

function idOf(number: number): string {
	return `visitor-${String(number).padStart(9, '0')}`;
}

runCase(async ({ polls }: YearCase): Promise<Year> => {
	const body = new ChangingBody();
	const collectGarbage = globalThis.gc;
	if (!collectGarbage) throw new Error('Run with --expose-gc');
	const start = performance.now();
	let stored: string | undefined;
	let events = 0;
	let expected = 0;
	const memory: number[] = [];
	const lengths: number[] = [];
	const every = Math.max(1, Math.floor(polls / SAMPLES));
	for (let index = 0; index < polls; index++) {
		// Through JSON, as a host stores it.
		const state: unknown = stored === undefined ? undefined : JSON.parse(stored);
		const result = await poll(state, body.read(), { ...WATCH, now: index * 300_000 });
		stored = JSON.stringify(result.state);
		events += result.events.length;
		// Nobody comes or goes in one poll of four.
		const count = index % 4 === 3 ? 0 : CHURN;
		if (index < polls - 1) {
			body.replace(count);
			expected += count;
		}
		if (index % every !== 0) continue;
		collectGarbage();
		const { heapUsed, arrayBuffers } = process.memoryUsage();
		memory.push(heapUsed + arrayBuffers);
		lengths.push(stored.length);
	}
	if (events !== expected) throw new Error(`${events} events instead of ${expected}`);
	return {
		polls,
		seconds: (performance.now() - start) / 1000,
		events,
		grownMegabytes: (lowest(lastTenth(memory)) - lowest(secondTenth(memory))) / 1e6,
		grownCharacters: Math.max(...lastTenth(lengths)) - Math.max(...secondTenth(lengths)),
	};
});

function lowest(values: readonly number[]): number {
	return Math.min(...values);
}

function secondTenth(values: readonly number[]): number[] {
	return values.slice(values.length / 10, values.length / 5);
}

function lastTenth(values: readonly number[]): number[] {
	return values.slice((values.length / 10) * 9);
}
