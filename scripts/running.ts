import { existsSync, readFileSync } from 'node:fs';

/** Two engines on one folder would poll everything twice. The file holds the address of the one that runs. */
export async function refuseSecond(runningFile: string, path: string): Promise<void> {
	if (!existsSync(runningFile)) return;
	const url = readFileSync(runningFile, 'utf8');
	const runs = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(2000) }).then(
		(response) => response.ok,
		() => false,
	);
	if (runs) throw new Error(`It runs already, at ${url}: stop that one with Ctrl-C first.`);
}
