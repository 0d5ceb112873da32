import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import { cleanEnvironment, run } from './command';
import { nodeBinary, projectRoot } from './project';

const minute = 60_000;
const commonNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const commonPlaces = [
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
	'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
	'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** The path of a Chromium that tests can drive: one that is there, or one that may be installed without asking. */
export async function findBrowser(): Promise<string> {
	const named = process.env.PENDO_NODES_BROWSER;
	if (named) {
		if (await runs(named)) return named;
		throw new Error(`PENDO_NODES_BROWSER names ${named}, which does not start.`);
	}
	return (await findInstalled()) ?? (await download()) ?? (await installPackage()) ?? giveUp();
}

async function findInstalled(): Promise<string | undefined> {
	const folders = (process.env.PATH ?? '').split(delimiter);
	const onPath = commonNames.flatMap((name) => folders.map((folder) => join(folder, name)));
	const places = [...onPath, ...commonPlaces, chromium.executablePath()].filter(existsSync);
	for (const place of places) if (await runs(place)) return place;
	return undefined;
}

async function download(): Promise<string | undefined> {
	process.stderr.write('No Chromium here: trying the download of playwright-core.\n');
	const tool = join(projectRoot, 'node_modules', 'playwright-core', 'cli.js');
	await attempt(nodeBinary, [tool, 'install', 'chromium'], 3 * minute);
	const place = chromium.executablePath();
	return (await runs(place)) ? place : undefined;
}

async function installPackage(): Promise<string | undefined> {
	if (process.getuid?.() !== 0 || !(await attempt('apt-get', ['--version'], minute)))
		return undefined;
	process.stderr.write("Installing the distribution's chromium (apt-get).\n");
	await attempt('apt-get', ['update'], 3 * minute);
	await attempt('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], 10 * minute);
	return findInstalled();
}

function giveUp(): never {
	throw new Error(
		'The editor tests need Chromium and could not install one. Run `sudo apt-get install -y chromium` (or `npx playwright-core install --with-deps chromium`), or name one with PENDO_NODES_BROWSER=/path/to/chromium.',
	);
}

function runs(place: string): Promise<boolean> {
	return attempt(place, ['--version'], minute / 2);
}

function attempt(command: string, parameters: string[], timeoutMs: number): Promise<boolean> {
	const env = cleanEnvironment({ DEBIAN_FRONTEND: 'noninteractive' });
	return run(command, parameters, { cwd: projectRoot, timeoutMs, env }).then(
		() => true,
		() => false,
	);
}
