import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Emulator } from '../../../emulator/server';
import { allOf, type Outcome, type Row } from '../support/row';
import { waitUntil } from '../support/wait';

const DAY = 86_400_000;
/** Three seconds before the clocks of Berlin are changed. */
const BEFORE_SUMMER_TIME = Date.UTC(2027, 2, 28, 0, 59, 57);
const BEFORE_WINTER_TIME = Date.UTC(2027, 9, 31, 0, 59, 57);

interface Jump {
	readonly name: string;
	/** By how much the clock is then away from the true one, in milliseconds. */
	readonly offset: () => number;
	/** Whether Pendo asked to be left alone for a while just before. */
	readonly refused?: true;
}

const JUMPS: readonly Jump[] = [
	{ name: 'three days ahead', offset: () => 3 * DAY },
	{ name: 'back to now', offset: () => 0, refused: true },
	{ name: 'ten years back', offset: () => -3_652 * DAY },
	{ name: 'into summer time', offset: () => BEFORE_SUMMER_TIME - Date.now() },
	{ name: 'into winter time', offset: () => BEFORE_WINTER_TIME - Date.now() },
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

/** Somebody enters a report after each jump of a clock, and must fire once. */
export async function jumpRow(
	{ host, clock, emulator, report }: Clocked,
	/** Waits for who entered last and for what might be repeated after; answers all who fired. */
	fired: (id: string) => Promise<string>,
): Promise<Row> {
	const outcomes: Outcome[] = [];
	const entered: string[] = [];
	for (const { name, offset, refused } of JUMPS) {
		if (refused) await refuse(emulator, report);
		clock.set(offset());
		await sleep(4_000);
		entered.push(name);
		emulator.control.enter(report, { rows: [{ visitorId: name }] });
		const problem = await fired(name).then(
			(all) => (all === entered.join() ? undefined : `fired ${all}`),
			(error: Error) => error.message,
		);
		outcomes.push({ name, problem });
	}
	return allOf(`State: ${host}: the clock jumps, and each newcomer fires once`, outcomes);
}

interface Clocked {
	readonly host: string;
	readonly clock: Clock;
	readonly emulator: Emulator;
	/** Its id. */
	readonly report: string;
}

/** A poll with all its tries is told to come back three seconds later. */
async function refuse({ control }: Emulator, report: string): Promise<void> {
	const match = { path: `/${report}/` };
	const from = control.requests().at(-1)?.id ?? 0;
	const fault = { type: 'status', status: 429, headers: { 'retry-after': '3' } } as const;
	const { id } = control.addFault({ match, times: 'always', fault });
	const refusals = () =>
		control.requests().filter((each) => each.id > from && each.status === 429 && each.done);
	await waitUntil('three refusals', () => refusals().length >= 3);
	await sleep(1_000);
	control.clearFaults(id);
}
