import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { Snapshot, SnapshotDamaged } from '../../../core/watch/snapshot';
import { apply, damage, documentText, membersInAnyOrder } from '../../core/watch/json-documents';
import { judge, judgeByReading } from '../../core/watch/json-parse-oracle';
import { cutInto } from '../../core/watch/read-results';
import { encode, unpaced, random } from '../../core/watch/snapshot.support';

const RUNS = 500;

export interface Tally {
	runs: number;
	slowest: number;
	wrong?: string;
}

/** Each for so many minutes, with a seed of its own at each run. */
export async function fuzz(minutes: number): Promise<{ documents: Tally; snapshots: Tally }> {
	return {
		documents: await repeat(documentTrial, minutes),
		snapshots: await repeat(await snapshotTrial(), minutes),
	};
}

/** Throws where something is wrong. */
type Trial = () => fc.IAsyncProperty<unknown>;

async function repeat(trial: Trial, minutes: number): Promise<Tally> {
	const tally: Tally = { runs: 0, slowest: 0 };
	const end = performance.now() + minutes * 60_000;
	slowest = 0;
	while (performance.now() < end && tally.wrong === undefined) {
		const result = await fc.check(trial(), { numRuns: RUNS });
		tally.runs += result.numRuns;
		if (result.failed)
			tally.wrong = `seed ${result.seed}, ${JSON.stringify(result.counterexample).slice(0, 300)}: ${String(result.errorInstance).slice(0, 200)}`;
	}
	return { ...tally, slowest };
}

let slowest = 0;

/** By processor time: on a busy machine the clock says nothing of the work. */
async function timed(work: () => Promise<void>): Promise<void> {
	const before = process.threadCpuUsage();
	await work();
	const { user, system } = process.threadCpuUsage(before);
	slowest = Math.max(slowest, (user + system) / 1_000);
}

function documentTrial() {
	const damages = fc.array(damage, { maxLength: 4 });
	return fc.asyncProperty(
		fc.oneof(documentText, membersInAnyOrder),
		damages,
		fc.integer({ min: 1, max: 64 }),
		async (text, changes, size) => {
			const body = changes.reduce<Buffer>(apply, Buffer.from(text));
			await timed(async () => {
				if (!isDeepStrictEqual(await judgeByReading(cutInto(body, size)), judge(body)))
					throw new Error(`reads ${body.toString('base64')} otherwise than JSON.parse`);
			});
		},
	) as fc.IAsyncProperty<unknown>;
}

/** Damaged snapshots are refused in one of the known ways, and never decode to other members. */
async function snapshotTrial(): Promise<Trial> {
	const texts = await Promise.all(
		[0, 1, 3, 40, 1_000].flatMap((count) =>
			(['compact', 'full'] as const).map(async (layout) => {
				const { text } = await encode(random(count), layout);
				return text;
			}),
		),
	);
	return () =>
		fc.asyncProperty(
			fc.constantFrom(...texts),
			fc.array(damage, { maxLength: 4 }),
			async (text, changes) => {
				const bytes = changes.reduce<Buffer>(apply, Buffer.from(text));
				await timed(async () => {
					const damaged = bytes.toString('latin1');
					const accepted = await Snapshot.decode(damaged, unpaced).then(
						() => true,
						(error: unknown) => {
							if (!(error instanceof SnapshotDamaged)) throw error;
							return false;
						},
					);
					if (accepted !== (damaged === text))
						throw new Error(accepted ? `accepts ${damaged}` : `refuses ${text}`);
				});
			},
		) as fc.IAsyncProperty<unknown>;
}
