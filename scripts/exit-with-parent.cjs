// Loaded into an engine before its own code: when whoever started it is gone, even by SIGKILL, it stops too.
const parent = process.ppid;
setInterval(() => {
	if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
}, 1000).unref();
