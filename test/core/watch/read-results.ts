import { Pace } from '../../../core/watch/pace';
import { FingerprintKey } from '../../../core/watch/fingerprint';
import { readRows, type SubjectKind } from '../../../core/watch/rows';

export const key = FingerprintKey.decode('AAECAwQFBgc');

export interface ReadResults {
	ids: string[];
	texts: string[];
	fingerprints: Array<{ high: number; low: number }>;
	rows: number;
	withoutId: number;
}

export async function readResults(
	body: string | Uint8Array | Uint8Array[],
	kind: SubjectKind = 'visitor',
): Promise<ReadResults> {
	const chunks = Array.isArray(body) ? body : [typeof body === 'string' ? Buffer.from(body) : body];
	const read: ReadResults = { ids: [], texts: [], fingerprints: [], rows: 0, withoutId: 0 };
	const summary = await readRows(streamOf(chunks), {
		kind,
		key,
		onBatch(batch) {
			for (let index = 0; index < batch.count; index++) {
				read.ids.push(batch.id(index));
				read.texts.push(batch.text(index));
				read.fingerprints.push({ high: batch.high[index]!, low: batch.low[index]! });
			}
		},
		pace: new Pace(async () => {}),
	});
	return { ...read, ...summary };
}

export function cutInto(body: Uint8Array, size: number): Uint8Array[] {
	const chunks: Uint8Array[] = [];
	for (let at = 0; at < body.length; at += size) chunks.push(body.subarray(at, at + size));
	return chunks;
}

async function* streamOf(chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
	yield* chunks;
}
