// Loaded into an engine before its own code: measures the event loop from inside while asked to.
import { createServer } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';
import { StallWatch } from '../stall';

/** By how much timers were late, milliseconds. */
export interface LoopDelay {
	readonly median: number;
	/** Of 100 timers one was later. */
	readonly late: number;
	readonly worst: number;
	/** Processor time of the main thread within its longest gap. */
	readonly worstCpu: number;
}

const RESOLUTION = 2;

let histogram: ReturnType<typeof monitorEventLoopDelay> | undefined;
let stall: StallWatch | undefined;

function begin(): void {
	stall = new StallWatch();
	histogram = monitorEventLoopDelay({ resolution: RESOLUTION });
	histogram.enable();
}

async function end(): Promise<LoopDelay> {
	await stall!.stop();
	histogram!.disable();
	// A recorded value is the time between two timers, not by how much the second was late.
	const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION);
	return {
		median: late(histogram!.percentile(50)),
		late: late(histogram!.percentile(99)),
		worst: late(histogram!.max),
		worstCpu: stall!.cpuMilliseconds,
	};
}

const port = Number(process.env.PENDO_NODES_PROBE_PORT);
// An engine starts threads and helpers of its own, which inherit how to start but not the port.
if (isMainThread && port > 0)
	createServer((request, response) => {
		if (request.url === '/begin') {
			begin();
			response.end('{}');
		} else void end().then((delay) => response.end(JSON.stringify(delay)));
	})
		.listen(port, '127.0.0.1')
		.unref();
