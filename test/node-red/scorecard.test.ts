import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { ensureNodeRedPackage } from '../../scripts/node-red-package';

// What `node-red-dev validate` of the flow library checks, without its network: P01 to D02 are its names.
const packageFolder = join(__dirname, '..', '..', 'node-red');

interface Manifest {
	name: string;
	license?: string;
	repository?: object;
	bugs?: object;
	keywords?: string[];
	engines?: { node?: string };
	dependencies?: Record<string, string>;
	files: string[];
	'node-red': { version?: string; nodes: Record<string, string> };
}

interface Definition {
	category: unknown;
	color: unknown;
	icon: unknown;
	inputs: unknown;
	outputs: unknown;
	defaults: Record<string, { type?: string }>;
}

const manifest = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as Manifest;
const nodeNames = Object.keys(manifest['node-red'].nodes);

function htmlOf(node: string): string {
	return readFileSync(join(packageFolder, 'src', 'nodes', `${node}.html`), 'utf8');
}

function scriptOf(node: string): string {
	// The library's own expression: only an inline script of this type is read.
	const found = /<script[^>]*type="text\/javascript"[^>]*>([\s\S]*?)<\/script>/i.exec(htmlOf(node));
	return found?.[1] ?? '';
}

/** The definition as the editor gets it. */
function definitionOf(node: string): { type: string; definition: Definition } {
	const calls: Array<{ type: string; definition: Definition }> = [];
	const registerType = (type: string, definition: Definition) => calls.push({ type, definition });
	new Script(scriptOf(node)).runInNewContext({ RED: { nodes: { registerType } } });
	expect(calls).toHaveLength(1);
	return calls[0]!;
}

/** As a user has it after installing. */
let installed: string;

beforeAll(async () => {
	installed = join((await ensureNodeRedPackage()).modules, manifest.name);
}, 600_000);

describe('the scorecard of the flow library', () => {
	it('P01, P03: names a license and where to report a problem', () => {
		expect(manifest.license).toBe('MIT');
		expect(manifest.repository).toBeDefined();
		expect(manifest.bugs).toBeDefined();
	});

	it('P04: has a scoped name', () => expect(manifest.name).toMatch(/^@[a-z-]+\/node-red-contrib-/));

	it('P05: is found by the keyword node-red', () =>
		expect(manifest.keywords).toContain('node-red'));

	it('P06: says which Node-RED it needs: 4.0 and later', () =>
		expect(manifest['node-red'].version).toBe('>=4.0.0'));

	it('P07: runs on the oldest Node.js that Node-RED 5 supports', () =>
		expect(manifest.engines?.node).toBe('>=22.9.0'));

	it('D01: needs few other packages', () =>
		expect(Object.keys(manifest.dependencies ?? {}).length).toBeLessThanOrEqual(2));

	it('N01: gives every node type a name of its own, starting with pendo-', () => {
		for (const node of nodeNames) {
			expect(definitionOf(node).type).toBe(node);
			expect(node).toMatch(/^pendo-/);
		}
	});

	it('N02: shows each node in an example that is a flow', () => {
		const folder = join(packageFolder, 'examples');
		const used = new Set<string>();
		for (const file of readdirSync(folder)) {
			const flow = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Array<{ type: string }>;
			expect(Array.isArray(flow)).toBe(true);
			for (const { type } of flow) used.add(type);
		}
		expect(nodeNames.filter((node) => !used.has(node))).toEqual([]);
	});

	it.each(nodeNames)('can read the definition of %s: everything stands in it as it is', (node) => {
		const script = scriptOf(node);
		expect(script).toMatch(/^\s*RED\.nodes\.registerType\(\s*['"][\w-]+['"],\s*\{/);
		expect(script).toMatch(/\bcategory: '[^']+',/);
		expect(script).toMatch(/\bdefaults: \{/);
		if (node === 'pendo-config') return;
		for (const property of ['color', 'icon']) expect(script).toMatch(new RegExp(`${property}: '`));
		for (const property of ['inputs', 'outputs'])
			expect(script).toMatch(new RegExp(`${property}: \\d`));
	});
});

describe('the Node-RED nodes in the palette', () => {
	// The palette that Node-RED's documentation offers to node authors (appearance.md).
	const muted =
		/^#(3FADB5|87A980|A6BBCF|AAAA66|C0C0C0|C0DEED|C7E9C0|D7D7A0|D8BFD8|DAC4B4|DEB887|DEBD5C|E2D96E|E6E0F8|E7E7AE|E9967A|F3B567|FDD0A2|FDF0C2|FFAAAA|FFCC66|FFF0F0)$/;

	it.each(nodeNames.slice(1))(
		'%s is in the group Pendo, in a colour of Node-RED, with one input, and two outputs where it watches',
		(node) => {
			const { definition } = definitionOf(node);
			const outputs = node === 'pendo-request' ? 1 : 2;
			expect(definition).toMatchObject({ category: 'Pendo', inputs: 1, outputs });
			expect(definition.color).toMatch(muted);
		},
	);

	it('have a white icon on nothing, taller than wide', () => {
		const icons = join(packageFolder, 'src', 'nodes', 'icons');
		for (const node of nodeNames.slice(1)) {
			const icon = readFileSync(join(icons, String(definitionOf(node).definition.icon)), 'utf8');
			expect(icon).toContain('width="40" height="60"');
			const colours = [...icon.matchAll(/(?:fill|stroke)="(#?\w+)"/g)].map((match) => match[1]);
			expect(new Set(colours)).toEqual(new Set(['none', '#fff']));
		}
	});

	it('find their HTML and texts beside their program, and the editor its script', () => {
		for (const [node, file] of Object.entries(manifest['node-red'].nodes)) {
			const program = join(installed, file);
			const folder = join(program, '..');
			expect(existsSync(program)).toBe(true);
			expect(existsSync(program.replace('.js', '.html'))).toBe(true);
			expect(existsSync(join(folder, 'locales', 'en-US', `${node}.json`))).toBe(true);
			expect(existsSync(join(folder, 'icons', 'pendo.svg'))).toBe(true);
		}
		expect(manifest.files).toEqual(expect.arrayContaining(['dist', 'resources', 'examples']));
		const [, script] = /src="resources\/(\S+)"/.exec(htmlOf('pendo-config'))!;
		expect(script!.startsWith(`${manifest.name}/`)).toBe(true);
		expect(
			existsSync(join(packageFolder, 'resources', script!.slice(manifest.name.length + 1))),
		).toBe(true);
	});
});
