import type { NetworkHost } from './network/host';
import type { Row } from './support/row';

/** Where a key was found that should be in encrypted credentials alone. */
export async function leaks(host: NetworkHost, key: string, farEnd: string): Promise<Row> {
	const places = { ...(await host.written()), 'far end': farEnd };
	const forms = [
		key,
		Buffer.from(key).toString('base64').slice(0, -4),
		Buffer.from(key).toString('hex'),
		encodeURIComponent(key),
	];
	const hits = Object.entries(places)
		.filter(([, text]) => forms.some((form) => text.includes(form)))
		.map(([place]) => place);
	return {
		name: `Secrets: ${host.name}: places that show the key, after all these failures at the most talkative log level`,
		value: hits.length === 0 ? `0 of ${Object.keys(places).length} places` : hits.join(),
		target: '0',
		holds: hits.length === 0,
	};
}
