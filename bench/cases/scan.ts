// The reader alone beside a loop that does nothing but touch every byte.
import { FingerprintKey } from '../../core/watch/fingerprint';
import { Pace } from '../../core/watch/pace';
import { readRows } from '../../core/watch/rows';
import { loadBody, type Body, type Place } from '../body';
import { runCase } from '../case';
import { median } from '../statistics';

export interface ScanCase {
	readonly place: Place;
}

export interface ScanSpeed {
	/** MB of 10^6 bytes a second. */
	readonly scan: number;
	readonly touch: number;
}

const WARM_UP = 6;
const RUNS = 15;

async function scan(body: Body, key: FingerprintKey): Promise<number> {
	let rows = 0;
	await readRows(body, {
		kind: 'visitor',
		key,
		onBatch: ({ count }) => (rows += count),
		pace: new Pace(async () => {}),
	});
	return rows;
}

function touch(bytes: Uint8Array): number {
	let mixed = 0;
	for (let at = 0; at < bytes.length; at++) mixed ^= bytes[at]!;
	return mixed;
}

runCase(async ({ place }: ScanCase): Promise<ScanSpeed> => {
	const open = await loadBody(place, 'body');
	const key = FingerprintKey.create();
	const pieces: Uint8Array[] = [];
	for await (const piece of open()) pieces.push(piece);
	const whole = Buffer.concat(pieces);
	const scans: number[] = [];
	const touches: number[] = [];
	const sums = new Set<number>();
	for (let run = 0; run < WARM_UP + RUNS; run++) {
		const start = performance.now();
		if ((await scan(open(), key)) !== place.rows) throw new Error('Rows are missing');
		const between = performance.now();
		// Kept, so that the loop cannot be left out as useless.
		sums.add(touch(whole));
		const end = performance.now();
		if (run < WARM_UP) continue;
		scans.push(whole.length / 1000 / (between - start));
		touches.push(whole.length / 1000 / (end - between));
	}
	if (sums.size !== 1) throw new Error('The bytes changed');
	return { scan: median(scans), touch: median(touches) };
});
