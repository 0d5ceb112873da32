import { JSONParser } from '@streamparser/json';
import { IdList } from './id-list';
import type { Way } from './way';

/** https://github.com/juanjoDiaz/streamparser-json, with the options that its documentation names for speed. */
export const streamparserJson: Way = {
	async poll(stored, body) {
		const list = new IdList(stored);
		const parser = new JSONParser({ paths: ['$.*'], keepStack: false, stringBufferSize: 65_536 });
		parser.onValue = ({ value }) => list.add(value);
		for await (const part of body) parser.write(part);
		if (!parser.isEnded) parser.end();
		return list.outcome();
	},
};
