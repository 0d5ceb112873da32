import { Failure } from './failure';

/**
 * Where a Pendo subscription lives; the region decides the host.
 * Source: Engage API documentation and public clients, which list these five API hosts and data hosts.
 */
export const REGIONS = [
	{
		id: 'us',
		name: 'United States (app.pendo.io)',
		baseUrl: 'https://app.pendo.io',
		dataUrl: 'https://data.pendo.io',
	},
	{
		id: 'us1',
		name: 'United States 1 (us1.app.pendo.io)',
		baseUrl: 'https://us1.app.pendo.io',
		dataUrl: 'https://us1.data.pendo.io',
	},
	{
		id: 'eu',
		name: 'European Union (app.eu.pendo.io)',
		baseUrl: 'https://app.eu.pendo.io',
		dataUrl: 'https://data.eu.pendo.io',
	},
	{
		id: 'jpn',
		name: 'Japan (app.jpn.pendo.io)',
		baseUrl: 'https://app.jpn.pendo.io',
		dataUrl: 'https://data.jpn.pendo.io',
	},
	{
		id: 'au',
		name: 'Australia (app.au.pendo.io)',
		baseUrl: 'https://app.au.pendo.io',
		dataUrl: 'https://data.au.pendo.io',
	},
] as const;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

function badBaseUrl(what: string): Failure {
	return new Failure('base-url', {
		what,
		why: 'The integration key is sent to this address, so it must be a plain https address (http only on this machine).',
		next: 'Write it as https://app.example.com, without a path, in the Pendo credential, or choose one of the regions.',
	});
}

/**
 * The origin to which the key may be sent, without a trailing slash.
 * A custom address must be https, or http on loopback, with no path, query or sign-in in it.
 *
 * @throws Failure `base-url` when the address is not usable
 */
export function baseUrlOf(place: { region: string; baseUrl?: string }): string {
	if (place.region !== 'custom') {
		const region = REGIONS.find(({ id }) => id === place.region);
		if (!region) throw badBaseUrl('This Pendo region is not known');
		return region.baseUrl;
	}
	const text = (place.baseUrl ?? '').trim();
	if (!URL.canParse(text)) throw badBaseUrl('The custom base URL is not a web address');
	const url = new URL(text);
	const local = LOOPBACK.test(url.hostname);
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && local)) {
		throw badBaseUrl('The custom base URL must start with https://');
	}
	if (url.username || url.password || url.search || url.hash || !/^\/*$/.test(url.pathname)) {
		throw badBaseUrl('The custom base URL must be a host alone, without path or sign-in');
	}
	return url.origin;
}

/**
 * The origin to which the track event secret may be sent, without a trailing slash.
 * A custom address serves both: Pendo's API host takes track events too.
 *
 * @throws Failure `base-url` when the address is not usable
 */
export function dataUrlOf(place: { region: string; baseUrl?: string }): string {
	const region = REGIONS.find(({ id }) => id === place.region);
	return region === undefined ? baseUrlOf(place) : region.dataUrl;
}
