/**
 * The bytes of a generator, ended also where nobody began to read them: a generator that was never
 * begun runs no `finally`.
 *
 * @param end what its `finally` does
 */
export function endingBytes(
	generator: AsyncGenerator<Uint8Array, void, undefined>,
	end: () => void | Promise<void>,
): AsyncIterable<Uint8Array> {
	let isBegun = false;
	const iterator: AsyncIterator<Uint8Array> = {
		async next() {
			isBegun = true;
			return await generator.next();
		},
		async return() {
			if (!isBegun) await end();
			isBegun = true;
			return await generator.return(undefined);
		},
	};
	return { [Symbol.asyncIterator]: () => iterator };
}
