import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { MOMENTS, type Moment } from './moments';
import type { KillRecord } from './round';

/** The kills of one host and mode, in this run and, where there is a file, in earlier ones of the same product. */
export class KillRecords {
	readonly all: KillRecord[];
	private readonly begun: Moment[];

	constructor(
		private readonly victim: string,
		private readonly product: string,
		private readonly file?: string,
	) {
		this.all = file === undefined ? [] : this.earlier(file);
		this.begun = this.all.map(({ moment }) => moment);
	}

	/** The one that was tried least so far; undefined when as many were begun as are wanted. */
	nextMoment(wanted: number): Moment | undefined {
		if (this.begun.length >= wanted) return undefined;
		const count = (moment: Moment) => this.begun.filter((each) => each === moment).length;
		const moment = MOMENTS.reduce((least, each) => (count(each) < count(least) ? each : least));
		this.begun.push(moment);
		return moment;
	}

	/** Written at once and in one piece, so that an end of this program at any time leaves it whole. */
	keep(record: KillRecord): void {
		this.all.push(record);
		if (this.file === undefined) return;
		mkdirSync(dirname(this.file), { recursive: true });
		// A line that a crash of the machine cut short must not take this one with it.
		appendFileSync(this.file, `\n${JSON.stringify(record)}\n`, { flush: true });
	}

	private earlier(file: string): KillRecord[] {
		if (!existsSync(file)) return [];
		return readFileSync(file, 'utf8')
			.split('\n')
			.flatMap(parse)
			.filter(({ victim, product }) => victim === this.victim && product === this.product);
	}
}

function parse(line: string): KillRecord[] {
	try {
		return [JSON.parse(line) as KillRecord];
	} catch {
		return [];
	}
}
