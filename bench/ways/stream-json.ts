import { Readable } from 'node:stream';
import { streamArray } from 'stream-json/streamers/stream-array.js';
import { IdList } from './id-list';
import type { Way } from './way';

/** https://github.com/uhop/stream-json, as its documentation reads an array of objects. */
export const streamJson: Way = {
	async poll(stored, body) {
		const list = new IdList(stored);
		const rows = Readable.from(body).pipe(streamArray.withParserAsStream());
		for await (const { value } of rows as AsyncIterable<{ value: unknown }>) list.add(value);
		return list.outcome();
	},
};
