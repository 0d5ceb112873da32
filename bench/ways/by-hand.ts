import type { Way } from './way';

interface Row {
	visitorId: string;
}

/** What a user writes: the whole body at once, a set of ids, the ids as an array in the state. */
export const byHand: Way = {
	async poll(stored, body) {
		const parts: Uint8Array[] = [];
		for await (const part of body) parts.push(part);
		const rows = JSON.parse(Buffer.concat(parts).toString()) as Row[];
		const known = new Set(stored === undefined ? [] : (JSON.parse(stored) as string[]));
		const newcomers =
			stored === undefined ? [] : rows.filter(({ visitorId }) => !known.has(visitorId));
		const ids = rows.map(({ visitorId }) => visitorId);
		return { stored: JSON.stringify(ids), newcomers: newcomers.length };
	},
};
