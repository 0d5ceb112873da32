// Run in a process of its own: reads a million generated rows and prints what that cost.
import { FingerprintKey } from '../../../../core/watch/fingerprint';
import { Pace } from '../../../../core/watch/pace';
import { readRows } from '../../../../core/watch/rows';

const ROWS = 1_000_000;
const ROWS_A_CHUNK = 200;

const ROW = Buffer.from(
	',{"visitorId":"user-0000000@example.test","visitor_agent_email":"kim@example.test","visitor_agent_name":"Kim Müller","visitor_auto_lastvisit":1746090000000,"account_auto_id":"acme","account_agent_name":"Acme Corporation","daysActive":12,"eventCount":3456,"usageTrending":-3,"visitor_agent_role":"administrator","visitor_agent_plan":"enterprise"}',
);
const DIGITS = 7;
const DIGITS_AT = ROW.indexOf('0000000');

/** Only the digits of the ids change from chunk to chunk, so that the generator leaves next to no garbage. */
async function* generate(rows: number): AsyncGenerator<Uint8Array> {
	const chunk = Buffer.concat(Array<Buffer>(ROWS_A_CHUNK).fill(ROW));
	yield Buffer.from('[');
	for (let first = 0; first < rows; first += ROWS_A_CHUNK) {
		for (let index = 0; index < ROWS_A_CHUNK; index++) {
			const digits = String(first + index).padStart(DIGITS, '0');
			chunk.write(digits, index * ROW.length + DIGITS_AT, 'latin1');
		}
		yield first === 0 ? chunk.subarray(1) : chunk;
	}
	yield Buffer.from(']');
}

async function read(rows: number): Promise<void> {
	let residentBytes = process.memoryUsage.rss();
	const before = residentBytes;
	let bodyBytes = 0;
	const body = generate(rows);
	const counted = async function* () {
		for await (const piece of body) {
			bodyBytes += piece.length;
			yield piece;
		}
	};
	const summary = await readRows(counted(), {
		kind: 'visitor',
		key: FingerprintKey.create(),
		onBatch: () => {},
		pace: new Pace(async () => {
			residentBytes = Math.max(residentBytes, process.memoryUsage.rss());
			await new Promise((resolve) => setImmediate(resolve));
		}),
	});
	const grownBytes = residentBytes - before;
	process.stdout.write(`${JSON.stringify({ rows: summary.rows, bodyBytes, grownBytes })}\n`);
}

// The first reads settle what the process itself needs: compiled code and the generator's garbage.
void read(50_000).then(async () => await read(ROWS));
