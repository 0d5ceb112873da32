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
	/** Finding where texts end or need a closer look, four bytes at a time, and nothing else. */
	readonly textEnds: number;
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

const EVERY_BYTE = 0x01010101;
const TOP_BITS = 0x80808080;

/** The test of the scanner for a quote, a backslash, a control character or one beyond ASCII. */
function findTextEnds(words: DataView): number {
	const last = words.byteLength - 4;
	let found = 0;
	for (let at = 0; at <= last; ) {
		const word = words.getInt32(at, true);
		const marks =
			(((word ^ (0x02 * EVERY_BYTE)) - 0x21 * EVERY_BYTE) |
				((word ^ (0x5c * EVERY_BYTE)) - EVERY_BYTE) |
				word) &
			TOP_BITS;
		if (marks === 0) at += 4;
		else {
			found++;
			at += ((31 - Math.clz32(marks & -marks)) >> 3) + 1;
		}
	}
	return found;
}

runCase(async ({ place }: ScanCase): Promise<ScanSpeed> => {
	const open = await loadBody(place, 'body');
	const key = FingerprintKey.create();
	const pieces: Uint8Array[] = [];
	for await (const piece of open()) pieces.push(piece);
	const whole = Buffer.concat(pieces);
	const words = new DataView(whole.buffer, whole.byteOffset, whole.length);
	const speeds = { scan: [] as number[], touch: [] as number[], textEnds: [] as number[] };
	const sums = new Set<number>();
	for (let run = 0; run < WARM_UP + RUNS; run++) {
		const start = performance.now();
		if ((await scan(open(), key)) !== place.rows) throw new Error('Rows are missing');
		const scanned = performance.now();
		// Kept, so that the loops cannot be left out as useless.
		sums.add(touch(whole));
		const touched = performance.now();
		sums.add(-findTextEnds(words));
		const found = performance.now();
		if (run < WARM_UP) continue;
		speeds.scan.push(whole.length / 1000 / (scanned - start));
		speeds.touch.push(whole.length / 1000 / (touched - scanned));
		speeds.textEnds.push(whole.length / 1000 / (found - touched));
	}
	if (sums.size !== 2) throw new Error('The bytes changed');
	return {
		scan: median(speeds.scan),
		touch: median(speeds.touch),
		textEnds: median(speeds.textEnds),
	};
});
