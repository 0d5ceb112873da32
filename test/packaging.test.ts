import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { packPackage } from '../scripts/pack';

interface Manifest {
	dependencies?: object;
	optionalDependencies?: object;
	bundleDependencies?: unknown;
	peerDependencies: object;
	n8n: { nodes: string[]; credentials: string[] };
}

describe('the package that a user installs', () => {
	let folder: string;
	let tarball: string;
	let unpacked: string;
	let files: string[];
	let manifest: Manifest;

	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), 'pendo-nodes-packaging-'));
		tarball = await packPackage(folder);
		execFileSync('tar', ['-xzf', tarball, '-C', folder]);
		unpacked = join(folder, 'package');
		files = readdirSync(unpacked, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map((entry) =>
				posix.relative(slashes(unpacked), slashes(join(entry.parentPath, entry.name))),
			);
		manifest = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8')) as Manifest;
	}, 180_000);

	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	it('holds a manifest, a readme, a license and what was built, nothing else', () => {
		const outside = files.filter((file) => !file.startsWith('dist/'));
		expect(outside.sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
		const parts = new Set(files.map((file) => file.split('/')[1]).filter(Boolean));
		expect([...parts].sort()).toEqual(['core', 'credentials', 'icons', 'nodes']);
	});

	it('holds programs, icons and node descriptions only: no sources, tests or maps', () => {
		const others = files.filter(
			(file) => file.startsWith('dist/') && !/(\.js|\.svg|\.png|\.node\.json)$/.test(file),
		);
		expect(others).toEqual([]);
		expect(files.filter((file) => /\.(test|spec)\./.test(file))).toEqual([]);
	});

	it('brings no other package with it', () => {
		expect(manifest.dependencies).toBeUndefined();
		expect(manifest.optionalDependencies).toBeUndefined();
		expect(manifest.bundleDependencies).toBeUndefined();
		expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
	});

	it('holds every node and credential that its manifest names, and a description of each node', () => {
		const named = [...manifest.n8n.nodes, ...manifest.n8n.credentials];
		expect(named.filter((file) => !existsSync(join(unpacked, file)))).toEqual([]);
		const descriptions = manifest.n8n.nodes.map((file) => `${file}on`);
		expect(descriptions.filter((file) => !files.includes(file))).toEqual([]);
	});

	it('holds every icon that a node or credential shows', () => {
		const shown = [...manifest.n8n.nodes, ...manifest.n8n.credentials].flatMap((file) =>
			[...readFileSync(join(unpacked, file), 'utf8').matchAll(/'file:([^']+)'/g)].map((match) =>
				posix.join(posix.dirname(file), match[1] ?? ''),
			),
		);
		expect(shown.length).toBeGreaterThanOrEqual(2 * manifest.n8n.nodes.length);
		expect(shown.filter((icon) => !files.includes(icon))).toEqual([]);
	});

	it('says in each node description which node of the package it describes', () => {
		for (const file of manifest.n8n.nodes) {
			const name = posix.basename(file, '.node.js');
			const described = JSON.parse(readFileSync(join(unpacked, `${file}on`), 'utf8')) as {
				node: string;
			};
			expect(described.node).toBe(`n8n-nodes-pendo.${name[0]?.toLowerCase()}${name.slice(1)}`);
		}
	});

	it('is small: under 150 kB to download', () => {
		expect(statSync(tarball).size).toBeLessThan(150_000);
	});
});

function slashes(path: string): string {
	return path.replaceAll('\\', '/');
}
