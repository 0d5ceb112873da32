import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ensureNodeRedPackage } from '../../scripts/node-red-package';

interface Manifest {
	dependencies: Record<string, string>;
	'node-red': { nodes: Record<string, string> };
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

	it('holds no sources, tests or maps, and is small: under 200 kB to download', () => {
		expect(files.filter((file) => /\.(ts|map)$|\.test\./.test(file))).toEqual([]);
		expect(statSync(tarball).size).toBeLessThan(200_000);
	});
});
