import { unknown } from '../refusal';

export interface Job<Facts> {
	id: string;
	/** On the emulator's clock. */
	startedAt: number;
	doneAt: number;
	facts: Facts;
}

/** Work that Pendo does later. */
export class Jobs<Facts> {
	private readonly book = new Map<string, Job<Facts>>();

	constructor(private readonly prefix: string) {}

	start(facts: Facts, now: number, takes: number): Job<Facts> {
		const id = `${this.prefix}-${this.book.size + 1}`;
		const job = { id, startedAt: now, doneAt: now + takes, facts };
		this.book.set(id, job);
		return job;
	}

	get(id: string): Job<Facts> {
		const job = this.book.get(id);
		if (!job) throw unknown('job');
		return job;
	}

	all(): Job<Facts>[] {
		return [...this.book.values()];
	}
}
