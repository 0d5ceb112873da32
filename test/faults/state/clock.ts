import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { allOf, type Outcome, type Row } from '../support/row';

const DAY = 86_400_000;
/** Three seconds before the clocks of Berlin are changed. */
const BEFORE_SUMMER_TIME = Date.UTC(2027, 2, 28, 0, 59, 57);
const BEFORE_WINTER_TIME = Date.UTC(2027, 9, 31, 0, 59, 57);

/** By how much the clock is then away from the true one, in milliseconds. */
const JUMPS: readonly (readonly [name: string, offset: () => number])[] = [
	['three days ahead', () => 3 * DAY],
	['back to now', () => 0],
	['ten years back', () => -3_652 * DAY],
	['into summer time', () => BEFORE_SUMMER_TIME - Date.now()],
	['into winter time', () => BEFORE_WINTER_TIME - Date.now()],
];

/** The clock of an engine, in Berlin, which can be set while the engine runs. */
export class Clock {
	private readonly folder = mkdtempSync(join(tmpdir(), 'pendo-nodes-clock-'));
	private readonly file = join(this.folder, 'offset');
	/** What the engine must be started with. */
	readonly env: Readonly<Record<string, string>> = {
		NODE_OPTIONS: `--require ${join(__dirname, 'shifted-clock.cjs')}`,
		CLOCK_OFFSET_FILE: this.file,
		TZ: 'Europe/Berlin',
	};

	constructor() {
		this.set(0);
	}

	set(offset: number): void {
		writeFileSync(this.file, String(offset));
	}

	close(): void {
		rmSync(this.folder, { recursive: true, force: true });
	}
}

/** Somebody enters after each jump of a clock, and must fire once. */
export async function jumpRow(
	host: string,
	clock: Clock,
	enter: (id: string) => void,
	/** Waits for who entered last and for what might be repeated after; answers all who fired. */
	fired: (id: string) => Promise<string>,
): Promise<Row> {
	const outcomes: Outcome[] = [];
	const entered: string[] = [];
	for (const [name, offset] of JUMPS) {
		clock.set(offset());
		await sleep(4_000);
		entered.push(name);
		enter(name);
		const problem = await fired(name).then(
			(all) => (all === entered.join() ? undefined : `fired ${all}`),
			(error: Error) => error.message,
		);
		outcomes.push({ name, problem });
	}
	return allOf(`State: ${host}: the clock jumps, and each newcomer fires once`, outcomes);
}
