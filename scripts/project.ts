import { existsSync } from 'node:fs';
import { arch, platform } from 'node:process';
import { join, resolve } from 'node:path';

export const projectRoot = resolve(__dirname, '..');

/** All that start and tests install or write; removing it costs only time. */
export const cacheFolder = join(projectRoot, '.pendo-nodes');

/** Engines are large: developers and CI may share one folder between clones. */
export const enginesFolder = process.env.PENDO_NODES_ENGINES
	? resolve(process.env.PENDO_NODES_ENGINES)
	: join(cacheFolder, 'engines');

const nodePackage = join(projectRoot, 'node_modules', 'node');

/** The project's own Node.js: n8n 2 wants 24, whatever the machine has. */
export const nodeFolder = join(nodePackage, 'bin');
export const nodeBinary = join(nodeFolder, platform === 'win32' ? 'node.exe' : 'node');

/** The `node` package brings the headers that compiling sqlite3 needs, so nothing is downloaded for it. */
export function findNodeHeaders(): string | undefined {
	const system = platform === 'win32' ? 'win' : platform;
	const prefix = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node';
	const name = `${prefix}-${system}-${arch}`;
	return [join(nodePackage, 'node_modules', name), join(projectRoot, 'node_modules', name)].find(
		(folder) => existsSync(join(folder, 'include', 'node', 'node_api.h')),
	);
}
