// A poll in which nobody came and nobody left, though every row has changed its order and its visit.
import { poll } from '../../core/watch';
import { loadBody, type Place } from '../body';
import { runCase } from '../case';
import { WATCH } from '../watch';

runCase(async ({ place }: { place: Place }): Promise<{ bytes: number }> => {
	const pieces: Uint8Array[] = [];
	for await (const piece of (await loadBody(place, 'body'))()) pieces.push(piece);
	const rows = JSON.parse(Buffer.concat(pieces).toString()) as Record<string, unknown>[];
	const first = await poll(undefined, bodyOf(rows), WATCH);
	const later = rows.toReversed().map((row) => ({ ...row, visitor_auto_lastvisit: Date.now() }));
	const second = await poll(first.state, bodyOf(later), WATCH);
	const isSame = second.state === first.state;
	return { bytes: isSame ? 0 : JSON.stringify(second.state).length };
});

async function* bodyOf(rows: unknown): AsyncGenerator<Uint8Array> {
	yield Buffer.from(JSON.stringify(rows));
}
