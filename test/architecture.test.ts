import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { preProcessFile } from 'typescript';

const root = join(__dirname, '..');
const core = join(root, 'core');
const sources = readdirSync(core, { recursive: true, withFileTypes: true })
	.filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
	.map((entry) => {
		const path = join(entry.parentPath, entry.name);
		return { folder: entry.parentPath, path, text: readFileSync(path, 'utf8') };
	});

describe('core/', () => {
	it('imports nothing but itself and node:crypto', () => {
		const foreign = sources.flatMap(({ folder, path, text }) =>
			preProcessFile(text)
				.importedFiles.map(({ fileName }) => fileName)
				.filter((name) => name !== 'node:crypto')
				.filter(
					(name) => !name.startsWith('.') || relative(core, join(folder, name)).startsWith('..'),
				)
				.map((name) => `${relative(root, path)} imports ${name}`),
		);
		expect(sources.length).toBeGreaterThan(0);
		expect(foreign).toEqual([]);
	});

	it('names no host, not even in a comment', () => {
		const naming = sources.filter(({ text }) => /n8n|node-?red/i.test(text));
		expect(naming.map(({ path }) => relative(root, path))).toEqual([]);
	});
});
