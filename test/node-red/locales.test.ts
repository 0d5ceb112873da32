import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REGIONS } from '../../core/pendo';
import type { FailureCode, OperationFailureCode } from '../../core/pendo';

const nodesFolder = join(__dirname, '..', '..', 'node-red', 'src', 'nodes');
const resources = join(__dirname, '..', '..', 'node-red', 'resources');
const triggers = ['pendo-visitor-in-report', 'pendo-account-in-report'];
const nodeNames = ['pendo-config', ...triggers, 'pendo-request'];
const languages = ['en-US', 'de', 'ja', 'zh-CN'];

/** Those of a watch alone, or of a report that a watch cannot follow. */
type RequestFailureCode = Exclude<
	FailureCode,
	| 'report-missing'
	| 'report-refused'
	| 'wrong-kind'
	| 'empty-report'
	| 'nothing-to-tell'
	| 'state-damaged'
	| 'state-newer'
>;

type Texts = { [key: string]: string | Texts };

function textsOf(language: string, node: string): Map<string, string> {
	const file = join(nodesFolder, 'locales', language, `${node}.json`);
	return new Map(flatten(JSON.parse(readFileSync(file, 'utf8')) as Texts));
}

function flatten(texts: Texts, path = ''): Array<[string, string]> {
	return Object.entries(texts).flatMap(([key, value]) =>
		typeof value === 'string'
			? [[path + key, value] as [string, string]]
			: flatten(value, `${path}${key}.`),
	);
}

function htmlOf(node: string): string {
	return readFileSync(join(nodesFolder, `${node}.html`), 'utf8');
}

function helpOf(language: string, node: string): string {
	return readFileSync(join(nodesFolder, 'locales', language, `${node}.html`), 'utf8');
}

const placeholders = (text: string) => [...text.matchAll(/__\w+__|\$\{\w+\}/g)].map(String).sort();

describe('the languages of the Node-RED nodes', () => {
	it('are the same four for every node', () => {
		expect(readdirSync(join(nodesFolder, 'locales')).sort()).toEqual([...languages].sort());
		const files = nodeNames.flatMap((name) => [`${name}.html`, `${name}.json`]).sort();
		for (const language of languages)
			expect(readdirSync(join(nodesFolder, 'locales', language)).sort()).toEqual(files);
	});

	it.each(languages)('%s has every text, with the same values to fill in', (language) => {
		for (const node of nodeNames) {
			const english = textsOf('en-US', node);
			const texts = textsOf(language, node);
			expect([...texts.keys()]).toEqual([...english.keys()]);
			for (const [key, text] of texts) {
				expect({ key, text: text.trim() }).not.toEqual({ key, text: '' });
				expect({ key, values: placeholders(text) }).toEqual({
					key,
					values: placeholders(english.get(key)!),
				});
			}
		}
	});

	it.each(languages.slice(1))('%s is translated, not copied', (language) => {
		for (const node of nodeNames) {
			const english = textsOf('en-US', node);
			// What reads the same everywhere: names of products and addresses, words that German shares.
			const same =
				/^(placeholder\.(name|baseUrl)|label\.(name|region|pendo|report)|region\.jpn|port\.input|answer\.chosen)$/;
			const copied = [...textsOf(language, node)]
				.filter(([key, text]) => text === english.get(key) && !same.test(key))
				.map(([key]) => key);
			expect(copied).toEqual([]);
		}
	});

	it.each(triggers)('have a word for every failure that %s can meet', (node) => {
		const codes: Record<Exclude<FailureCode, OperationFailureCode> | 'storage', true> = {
			'no-credential': true,
			'base-url': true,
			'key-refused': true,
			'report-missing': true,
			'report-refused': true,
			redirected: true,
			certificate: true,
			'rate-limited': true,
			unavailable: true,
			unreachable: true,
			'too-slow': true,
			interrupted: true,
			'unexpected-answer': true,
			'malformed-results': true,
			'wrong-kind': true,
			'empty-report': true,
			'nothing-to-tell': true,
			'state-damaged': true,
			'state-newer': true,
			storage: true,
		};
		const words = [...textsOf('en-US', node)].filter(([key]) => key.startsWith('why.'));
		expect(words.map(([key]) => key.slice('why.'.length)).sort()).toEqual(
			Object.keys(codes).sort(),
		);
	});

	it('have a word for every failure that pendo-request can meet', () => {
		const codes: Record<RequestFailureCode | 'unexpected', true> = {
			'no-credential': true,
			'base-url': true,
			'key-refused': true,
			'read-only-key': true,
			'bad-input': true,
			'not-found': true,
			refused: true,
			'not-ready': true,
			redirected: true,
			certificate: true,
			'rate-limited': true,
			unavailable: true,
			unreachable: true,
			'too-slow': true,
			interrupted: true,
			'unexpected-answer': true,
			'malformed-results': true,
			unexpected: true,
		};
		const words = [...textsOf('en-US', 'pendo-request')].filter(([key]) => key.startsWith('why.'));
		expect(words.map(([key]) => key.slice('why.'.length))).toEqual(Object.keys(codes));
	});

	it.each(nodeNames.slice(1))('keep the status under %s short enough to read', (node) => {
		for (const language of languages) {
			for (const [key, text] of textsOf(language, node)) {
				if (key.startsWith('why.'))
					expect({ key, fits: text.length <= 20 }).toEqual({ key, fits: true });
			}
		}
	});

	it('say the same about a problem of the editor in every dialog', () => {
		for (const language of languages) {
			const [config, visitor, account, request] = nodeNames.map((node) => textsOf(language, node));
			expect(request!.get('answer.noServer')).toBe(config!.get('answer.noServer'));
			expect(visitor!.get('answer.noServer')).toBe(config!.get('answer.noServer'));
			expect(account!.get('answer.noServer')).toBe(config!.get('answer.noServer'));
			const shared = [...visitor!.keys()].filter((key) => !/(^|\.)subject(\.|$)/.test(key));
			expect([...account!.keys()]).toEqual(shared);
		}
	});
});

describe('the dialogs of the Node-RED nodes', () => {
	it.each(nodeNames)('%s has no text in its HTML: all of it comes from the languages', (node) => {
		const template = /<script type="text\/html"[^>]*>([\s\S]*?)<\/script>/.exec(htmlOf(node))![1]!;
		expect(template.replace(/<[^>]*>/g, '').trim()).toBe('');
		const spoken = [...template.matchAll(/\s(placeholder|title|aria-label|alt)="([^"]*)"/g)];
		expect(spoken.map(String)).toEqual([]);
	});

	it.each(nodeNames)('%s shows only texts that exist', (node) => {
		const texts = textsOf('en-US', node);
		const html = htmlOf(node);
		const attributes = [...html.matchAll(/data-i18n="([^"]+)"/g)].flatMap((match) =>
			match[1]!.split(';').map((part) => part.replace(/^\[[\w-]+\]/, '')),
		);
		const calls = [...html.matchAll(/_\('([\w.]+)'\)/g)].map((match) => match[1]!);
		expect(attributes.length).toBeGreaterThan(5);
		expect([...attributes, ...calls].filter((key) => !texts.has(key))).toEqual([]);
	});

	it.each([
		['editor.js', nodeNames],
		['request.js', ['pendo-request']],
	])('have a script %s that shows only texts that exist, and sets none as HTML', (file, nodes) => {
		const script = readFileSync(join(resources, file), 'utf8');
		const known = new Set(nodes.flatMap((node) => [...textsOf('en-US', node).keys()]));
		const keys = [...script.matchAll(/\btext\('([\w.]+)'/g)].map((match) => match[1]!);
		expect(keys.length).toBeGreaterThan(5);
		expect(keys.filter((key) => !known.has(key))).toEqual([]);
		expect(script).not.toMatch(/\.html\(|innerHTML|insertAdjacentHTML|document\.write/);
	});

	it('take every colour from the theme', () => {
		const styles = ['editor.css', 'request.css'].map((file) =>
			readFileSync(join(resources, file), 'utf8'),
		);
		const colours = styles.flatMap((style) => [
			...style.matchAll(/(?:color|background|border|shadow):([^;]+);/g),
		]);
		expect(colours.length).toBeGreaterThan(5);
		for (const [, value] of colours) expect(value).toContain('var(--red-ui-');
		for (const node of nodeNames) expect(htmlOf(node)).not.toMatch(/style="[^"]*color/);
	});

	it('offer the regions that Pendo has, and an address of your own', () => {
		const offered = [...htmlOf('pendo-config').matchAll(/<option value="(\w+)"/g)].map(String);
		const regions = [...REGIONS.map(({ id }) => id), 'custom'];
		expect(offered).toHaveLength(regions.length);
		for (const id of regions) expect(htmlOf('pendo-config')).toContain(`value="${id}"`);
		for (const language of languages) {
			const texts = textsOf(language, 'pendo-config');
			for (const { id, baseUrl } of REGIONS)
				expect(texts.get(`region.${id}`)).toContain(new URL(baseUrl).host);
		}
	});

	it('ask the same of visitors and of accounts, but that a visitor may be in several accounts', () => {
		const visitor = htmlOf('pendo-visitor-in-report')
			.replace(/\t\t<div class="form-row" id="pendo-row-subject">[\s\S]*?\n\t\t<\/div>\n/, '')
			.replace("\t\t\tsubject: { value: 'single' },\n", '')
			.replaceAll('visitor', 'account');
		expect(visitor).toBe(htmlOf('pendo-account-in-report'));
	});
});

describe('the help of the Node-RED nodes', () => {
	const sections = {
		'en-US': ['Inputs', 'Outputs', 'Details'],
		de: ['Eingänge', 'Ausgänge', 'Details'],
		ja: ['入力', '出力', '詳細'],
		'zh-CN': ['输入', '输出', '详细'],
	};

	it.each(Object.entries(sections))(
		'says in %s what goes in, what comes out and how it works',
		(language, titles) => {
			for (const node of nodeNames) {
				const help = helpOf(language, node);
				expect(help).toMatch(
					new RegExp(`^<script type="text/markdown" data-help-name="${node}">\n\\S`),
				);
				for (const title of titles) expect(help).toContain(`\n### ${title}\n`);
			}
		},
	);

	it('names in every language the same topics and properties', () => {
		const named = (language: string, node: string) =>
			[...new Set([...helpOf(language, node).matchAll(/`[^`]+`/g)].map(String))].sort();
		for (const node of nodeNames)
			for (const language of languages) expect(named(language, node)).toEqual(named('en-US', node));
	});
});
