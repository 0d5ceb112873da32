import { Failure } from './failure';

/**
 * The whole of a body that is small by nature, as UTF-8 text.
 *
 * @throws Failure `unexpected-answer` when it is longer than `mostBytes`
 */
export async function textOf(body: AsyncIterable<Uint8Array>, mostBytes: number): Promise<string> {
	const parts: Uint8Array[] = [];
	let length = 0;
	for await (const part of body) {
		length += part.length;
		if (length > mostBytes) {
			throw new Failure('unexpected-answer', {
				what: `The answer is longer than ${Math.round(mostBytes / 1_000_000)} MB`,
				why: 'Another service than Pendo may stand at this address.',
				next: 'Check the region or the base URL in the Pendo credential.',
			});
		}
		parts.push(part);
	}
	return Buffer.concat(parts).toString('utf8');
}
