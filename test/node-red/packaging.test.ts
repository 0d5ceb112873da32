import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ensureNodeRedPackage } from '../../scripts/node-red-package';

interface Manifest {
	name: string;
	keywords: string[];
	license: string;
	repository: object;
	engines: { node: string };
	dependencies: Record<string, string>;
	'node-red': { version: string; nodes: Record<string, string> };
}

describe('the package that a user of Node-RED installs', () => {
	let folder: string;
	let tarball: string;
	let unpacked: string;
	let files: string[];
	let manifest: Manifest;

	beforeAll(async () => {
		({ tarball } = await ensureNodeRedPackage());
		folder = mkdtempSync(join(tmpdir(), 'pendo-nodes-packaging-'));
		execFileSync('tar', ['-xzf', tarball, '-C', folder]);
		unpacked = join(folder, 'package');
		files = readdirSync(unpacked, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map((entry) => relative(unpacked, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
		manifest = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8')) as Manifest;
	}, 300_000);

	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	it('brings two other packages at most', () => {
		expect(Object.keys(manifest.dependencies).sort()).toEqual(['axios', 'write-file-atomic']);
	});

	it("says what the flow library's scorecard asks for", () => {
		expect(manifest).toMatchObject({
			name: '@pendo-nodes/node-red-contrib-pendo',
			license: 'MIT',
			keywords: expect.arrayContaining(['node-red']) as string[],
			repository: expect.anything() as object,
			// It must hold for the oldest Node.js of the newest Node-RED.
			engines: { node: '>=22.9.0' },
			'node-red': { version: '>=4.0.0' },
		});
	});

	it('holds a dialog and texts for each node, and each dialog names its type in plain words', () => {
		for (const [type, file] of Object.entries(manifest['node-red'].nodes)) {
			const html = readFileSync(join(unpacked, file.replace('.js', '.html')), 'utf8');
			expect(html).toMatch(new RegExp(`RED\\.nodes\\.registerType\\(['"]${type}['"], \\{`));
			for (const language of ['en-US', 'de', 'ja', 'zh-CN'])
				expect(existsSync(join(unpacked, file, '..', 'locales', language, `${type}.json`))).toBe(
					true,
				);
		}
	});

	it('shows each node that can be placed in an example', () => {
		const examples = readdirSync(join(unpacked, 'examples'))
			.filter((name) => name.endsWith('.json'))
			.map((name) => readFileSync(join(unpacked, 'examples', name), 'utf8'))
			.flatMap((text) => JSON.parse(text) as Array<{ type: string }>);
		const types = Object.keys(manifest['node-red'].nodes);
		const shown = new Set(examples.map(({ type }) => type));
		expect(types.filter((type) => !shown.has(type))).toEqual([]);
	});

	it('holds no sources, tests or maps, and is small: under 150 kB to download', () => {
		expect(files.filter((file) => /\.(ts|map)$|\.test\./.test(file))).toEqual([]);
		expect(statSync(tarball).size).toBeLessThan(150_000);
	});
});
