// Loaded before a program's own code: when whoever started it is gone, even by SIGKILL, it stops too.
const parent = process.ppid;
const watch = setInterval(() => {
	if (process.ppid === parent) return;
	clearInterval(watch);
	process.kill(process.pid, 'SIGTERM');
}, 1000).unref();
