// Loaded before a program's own code: when whoever started it is gone, even by SIGKILL, it stops too.
const { readFileSync } = require('node:fs');

const parent = process.ppid;
const grandparent = parentOfShell();

const watch = setInterval(() => {
	if (process.ppid === parent && parentOfShell() === grandparent) return;
	clearInterval(watch);
	process.kill(process.pid, 'SIGTERM');
}, 1000).unref();

/** npm runs a script by a shell, which outlives a killed npm. Only Linux tells; elsewhere shells step aside. */
function parentOfShell() {
	if (!process.env.npm_lifecycle_event) return undefined;
	try {
		return readFileSync(`/proc/${parent}/stat`, 'utf8').match(/\) \S+ (\d+)/)?.[1];
	} catch {
		return undefined;
	}
}
