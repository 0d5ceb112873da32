import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Node-RED wants a node's HTML, texts and icons beside its program. */
const assets = /\.(html|json|svg|png)$/;
const sources = join(__dirname, 'src', 'nodes');
const built = join(__dirname, 'dist', 'node-red', 'src', 'nodes');

rmSync(join(__dirname, 'dist'), { recursive: true, force: true });
const compiler = require.resolve('typescript/bin/tsc');
execFileSync(process.execPath, [compiler, '-p', __dirname], { stdio: 'inherit' });
cpSync(sources, built, {
	recursive: true,
	filter: (path) => assets.test(path) || !/\.\w+$/.test(path),
});
