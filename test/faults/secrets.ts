import type { NetworkHost } from './network/host';
import type { Row } from './support/row';

/** Where a key was found that should be in encrypted credentials alone; what was followed shows in some places. */
export async function leaks(host: NetworkHost, key: string, followed: string): Promise<Row> {
	const places = await host.written();
	const readable = Object.values(places).filter((text) => text.includes(followed)).length;
	const hits = Object.entries(places)
		.filter(([, text]) => shows(text, key))
		.map(([place]) => place);
	return {
		name: `Secrets: ${host.name}: places that show the key, after all these failures at the most talkative log level`,
		value: hits.length === 0 ? `0 of ${Object.keys(places).length} places` : hits.join(),
		target: '0',
		holds: hits.length === 0 && readable > 1,
	};
}

/** Whether a text has the key in any of the forms in which it may travel. */
export function shows(text: string, key: string): boolean {
	const bytes = Buffer.from(key);
	// Base64 of a part of a text has three alignments; the middle of each is always the same.
	const aligned = [0, 1, 2].map((shift) =>
		Buffer.concat([Buffer.alloc(shift), bytes])
			.toString('base64')
			.slice(4, -4),
	);
	return [key, bytes.toString('hex'), ...aligned].some((form) => text.includes(form));
}
