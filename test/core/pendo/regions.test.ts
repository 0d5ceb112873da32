import { baseUrlOf, dataUrlOf, Failure, REGIONS } from '../../../core/pendo';

describe('the region decides the host', () => {
	test.each([
		['us', 'https://app.pendo.io'],
		['us1', 'https://us1.app.pendo.io'],
		['eu', 'https://app.eu.pendo.io'],
		['jpn', 'https://app.jpn.pendo.io'],
		['au', 'https://app.au.pendo.io'],
	])('%s is %s', (region, baseUrl) => {
		expect(baseUrlOf({ region })).toBe(baseUrl);
	});

	test('every region names its host, so that a person finds the one where they sign in', () => {
		expect(REGIONS).toHaveLength(5);
		for (const { name, baseUrl } of REGIONS) expect(name).toContain(new URL(baseUrl).host);
	});

	test('a custom base URL that was left over from before does not count', () => {
		expect(baseUrlOf({ region: 'eu', baseUrl: 'https://elsewhere.example' })).toBe(
			'https://app.eu.pendo.io',
		);
	});
});

describe('track events go to the data host of the region', () => {
	test.each([
		['us', 'https://data.pendo.io'],
		['us1', 'https://us1.data.pendo.io'],
		['eu', 'https://data.eu.pendo.io'],
		['jpn', 'https://data.jpn.pendo.io'],
		['au', 'https://data.au.pendo.io'],
	])('%s is %s', (region, dataUrl) => {
		expect(dataUrlOf({ region, baseUrl: 'https://elsewhere.example' })).toBe(dataUrl);
	});

	test('a custom address takes them itself, under the rules for addresses', () => {
		const custom = (baseUrl: string) => dataUrlOf({ region: 'custom', baseUrl });
		expect(custom('http://127.0.0.1:4010/')).toBe('http://127.0.0.1:4010');
		expect(() => custom('http://app.pendo.io')).toThrow(Failure);
		expect(() => dataUrlOf({ region: 'mars' })).toThrow(Failure);
	});
});

describe('a custom base URL', () => {
	test.each([
		['https://app.HSBC.pendo.io', 'https://app.hsbc.pendo.io'],
		['https://adopt.pendo.io/', 'https://adopt.pendo.io'],
		['  https://pendo.example:8443  ', 'https://pendo.example:8443'],
		['http://localhost:4010', 'http://localhost:4010'],
		['http://127.0.0.1:4010/', 'http://127.0.0.1:4010'],
		['http://127.1.2.3', 'http://127.1.2.3'],
		['http://[::1]:4010', 'http://[::1]:4010'],
	])('%j is used as %s', (baseUrl, origin) => {
		expect(baseUrlOf({ region: 'custom', baseUrl })).toBe(origin);
	});

	test.each([
		[undefined],
		[''],
		['app.pendo.io'],
		['http://app.pendo.io'],
		['http://localhost.example'],
		['http://127.0.0.1.example'],
		['http://128.0.0.1'],
		['http://[::2]'],
		['ftp://127.0.0.1'],
		['file:///etc/hosts'],
		['javascript:alert(1)'],
		['https://app.pendo.io/api/v1'],
		['https://app.pendo.io?x=1'],
		['https://app.pendo.io#x'],
		['https://kim:secret@app.pendo.io'],
		['https://kim@app.pendo.io'],
	])('%j is refused: the key would go there', (baseUrl) => {
		const refusal = refusalOf({ region: 'custom', baseUrl });
		expect(refusal).toMatchObject({ code: 'base-url', transient: false });
		expect(refusal.next).toContain('https://');
	});

	test('a region that does not exist is refused', () => {
		expect(refusalOf({ region: 'mars' })).toMatchObject({ code: 'base-url' });
	});
});

function refusalOf(place: { region: string; baseUrl?: string }): Failure {
	let refusal: unknown;
	try {
		baseUrlOf(place);
	} catch (error) {
		refusal = error;
	}
	expect(refusal).toBeInstanceOf(Failure);
	return refusal as Failure;
}
