// The first step of `npm start` and `npm test`: runs on the machine's Node.js and needs no package,
// installs what package-lock.json names, then hands over to the project's own Node.js.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
const windows = process.platform === 'win32';
const nodeFolder = join(modules, 'node');
const nodeBinary = join(nodeFolder, 'bin', windows ? 'node.exe' : 'node');

function readPackages(file) {
	return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {};
}

/** npm leaves a list of what it installed; a pull that changed the lockfile shows as a difference. */
function isInstalled() {
	const wanted = readPackages(join(root, 'package-lock.json'));
	const present = readPackages(join(modules, '.package-lock.json'));
	return Object.entries(wanted).every(
		([path, { version, optional, link }]) =>
			path === '' || optional || link || !version || present[path]?.version === version,
	);
}

function fail(text) {
	console.error(text);
	process.exit(1);
}

function runQuietly(command, parameters, cwd) {
	// npm's standard output goes to our standard error: ours may be read by a program.
	const { status, error } = spawnSync(command, parameters, {
		cwd,
		stdio: ['ignore', 2, 2],
		shell: windows && command.endsWith('.cmd'),
		timeout: 20 * 60_000,
	});
	if (error) console.error(`${command}: ${error.message}`);
	return status === 0;
}

function npm(parameters, cwd) {
	const script = process.env.npm_execpath;
	if (script?.endsWith('npm-cli.js'))
		return runQuietly(process.execPath, [script, ...parameters], cwd);
	return runQuietly(windows ? 'npm.cmd' : 'npm', parameters, cwd);
}

function runsNode24() {
	const { status, stdout } = spawnSync(nodeBinary, ['--version']);
	return status === 0 && String(stdout).startsWith('v24.');
}

const [name, ...parameters] = process.argv.slice(2);
const script = join(root, 'scripts', `${name}.ts`);
if (!name || !existsSync(script)) fail('Use: npm start, or npm test.');
if (Number(process.versions.node.split('.')[0]) < 20)
	fail(`Node.js 20 or later is needed; this is ${process.version}.`);

if (!isInstalled()) {
	console.error('Installing the packages of this project (npm ci).');
	if (!npm(['ci', '--no-audit', '--no-fund'], root)) fail('npm ci failed: see above.');
}
if (!runsNode24()) {
	// Install scripts may be switched off on this machine; this one only fetches a package with Node.js in it.
	runQuietly(process.execPath, ['installArchSpecificPackage.js'], nodeFolder);
	if (!runsNode24())
		fail(`The npm package "node" did not bring Node.js 24 to ${nodeBinary}. Try: npm rebuild node`);
}

const loader = pathToFileURL(join(modules, 'tsx', 'dist', 'loader.mjs')).href;
const exitWithParent = join(root, 'scripts', 'exit-with-parent.cjs');
const child = spawn(
	nodeBinary,
	['--require', exitWithParent, '--import', loader, script, ...parameters],
	{ cwd: root, stdio: 'inherit' },
);
// The child decides when all is stopped.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => fail(error.message));
child.on('exit', (code) => process.exit(code ?? 1));
if (process.env.npm_lifecycle_event) await import('./exit-with-parent.cjs');
