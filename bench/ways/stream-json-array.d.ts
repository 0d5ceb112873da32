// Its own types are found only by the newer ways of module resolution.
declare module 'stream-json/streamers/stream-array.js' {
	import type { Duplex } from 'node:stream';

	export const streamArray: { withParserAsStream(): Duplex };
}
