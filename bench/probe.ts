// Members of Node-RED's settings: counts what a flow tells, and watches the event loop from inside while asked to.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { StallWatch } from './stall';

export interface Probed {
	readonly events: number;
	readonly stallMilliseconds: number;
	readonly stallCpuMilliseconds: number;
}

let events = 0;
let stall: StallWatch | undefined;

export const functionGlobalContext = { countEvent: () => void events++ };

/** `POST /probe/start` watches until `POST /probe/stop`; both answer what was seen so far. */
export function httpAdminMiddleware(
	request: IncomingMessage,
	response: ServerResponse,
	next: () => void,
): void {
	if (!request.url?.startsWith('/probe/')) return next();
	void answer(request.url).then((probed) => response.end(JSON.stringify(probed)));
}

async function answer(url: string): Promise<Probed> {
	await stall?.stop();
	const { milliseconds = 0, cpuMilliseconds = 0 } = stall ?? {};
	stall = url === '/probe/start' ? new StallWatch() : undefined;
	return { events, stallMilliseconds: milliseconds, stallCpuMilliseconds: cpuMilliseconds };
}
