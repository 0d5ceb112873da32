// Loaded into an engine before its own code: tells what its process holds.
const { createServer } = require('node:http');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');
const { isMainThread } = require('node:worker_threads');

const port = Number(process.env.PENDO_NODES_PROBE_PORT);

// An engine starts threads and helpers of its own, which inherit how to start: the first takes the port.
if (isMainThread && port > 0) {
	setFlagsFromString('--expose-gc');
	const collect = runInNewContext('gc');
	let warnings = 0;
	process.on('warning', ({ name }) => {
		if (name === 'MaxListenersExceededWarning') warnings++;
	});
	createServer((request, response) => {
		collect();
		collect();
		const { heapUsed, external } = process.memoryUsage();
		const open = process.getActiveResourcesInfo();
		const held = { megabytes: (heapUsed + external) / 1024 ** 2, open, warnings };
		response.end(JSON.stringify(held));
	})
		.on('error', () => undefined)
		.listen(port, '127.0.0.1')
		.unref();
}
