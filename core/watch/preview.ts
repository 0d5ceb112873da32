import { detect, momentOf, setsOf } from './detect';
import { rawEvent, told, type DetectedRow } from './event';
import { FingerprintKey } from './fingerprint';
import { ownState, readKnown } from './known';
import { checkOptions, contextOf, type PollOptions } from './options';
import { readResults, refuseEmpty } from './read-results';

/** As many as a person can look through. */
const MOST_PREVIEWED = 50;

/** What a test shows: who would fire now, or else a few rows of the report. Nothing is stored. */
export async function preview(
	stored: unknown,
	results: AsyncIterable<Uint8Array>,
	options: PollOptions,
): Promise<DetectedRow[]> {
	checkOptions(options);
	const state = await ownState(stored, options);
	const known = state && (await readKnown(state, options));
	const read = await readResults(results, options, {
		key: known?.key ?? FingerprintKey.create(),
		...setsOf(known, options),
		findNewcomers: known !== undefined,
		samples: 3,
	});
	const moment = momentOf(state, options);
	const telling = contextOf(options, state);
	const wouldFire = known ? detect(known, read, moment, options).events : [];
	if (wouldFire.length > 0) {
		return wouldFire.slice(0, MOST_PREVIEWED).map((event) => told(event, telling));
	}
	refuseEmpty(read, options);
	return [...read.samples]
		.map(([subject, rows]) => told(rawEvent('entered', subject, moment, { rows }), telling))
		.map(({ row, pendo }) => ({ row, pendo: { ...pendo, sample: true } }));
}
