import { makeReport, NEWCOMERS, type ReportShape } from '../../bench/reports';
import { WATCH } from '../../bench/watch';
import { poll } from '../../core/watch';

const ROWS = 1000;

describe.each<ReportShape>(['plain', 'nasty'])('a report of %s rows', (shape) => {
	const { body, before } = makeReport(shape, ROWS);

	it('is JSON in which nobody comes twice', () => {
		const rows = JSON.parse(Buffer.concat(body).toString()) as { visitorId: string }[];
		expect(new Set(rows.map(({ visitorId }) => visitorId)).size).toBe(ROWS);
	});

	it('has five newcomers, whom the watch finds', async () => {
		const { state } = await poll(undefined, streamOf(before), WATCH);
		const { events } = await poll(state, streamOf(body), WATCH);
		expect(events).toHaveLength(NEWCOMERS);
	});
});

async function* streamOf(pieces: readonly Buffer[]): AsyncGenerator<Uint8Array> {
	yield* pieces;
}
