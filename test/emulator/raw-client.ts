import { connect } from 'node:net';

import { READ_WRITE_KEY, type Emulator } from '../../emulator/server';

export interface RawAnswer {
	status: number | undefined;
	headers: Record<string, string>;
	/** As it came over the wire, chunk framing included. */
	body: Buffer;
	/** Chunk framing taken off. */
	content: Buffer;
	/** Whether the framing (last chunk or Content-Length) was honoured. */
	complete: boolean;
	ending: 'closed' | 'reset' | 'silent';
	/** Milliseconds from the request to each piece that arrived. */
	arrivals: number[];
}

export interface RawRequest {
	method?: string;
	headers?: Record<string, string>;
	/** How long nothing may come before it counts as silence. */
	patience?: number;
}

/** Speaks HTTP by hand, so that no client library mends or hides what is on the wire. */
export function rawRequest(
	emulator: Emulator,
	path: string,
	options: RawRequest = {},
): Promise<RawAnswer> {
	const { method = 'GET', patience = 400 } = options;
	const headers: Record<string, string> = {
		host: `127.0.0.1:${emulator.port}`,
		connection: 'close',
		'x-pendo-integration-key': READ_WRITE_KEY,
		...options.headers,
	};
	const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
	return new Promise((resolve) => {
		const started = performance.now();
		const arrivals: number[] = [];
		const pieces: Buffer[] = [];
		const socket = connect(emulator.port, '127.0.0.1');
		const finish = (ending: RawAnswer['ending']) => {
			socket.destroy();
			resolve({ ...parse(Buffer.concat(pieces)), ending, arrivals });
		};
		socket.setTimeout(patience, () => finish('silent'));
		socket.on('data', (piece) => {
			pieces.push(piece);
			arrivals.push(performance.now() - started);
		});
		socket.on('end', () => finish('closed'));
		socket.on('error', () => finish('reset'));
		socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
	});
}

function parse(bytes: Buffer): Omit<RawAnswer, 'ending' | 'arrivals'> {
	const end = bytes.indexOf('\r\n\r\n');
	if (end < 0)
		return { status: undefined, headers: {}, body: bytes, content: bytes, complete: false };
	const [first = '', ...rest] = bytes.subarray(0, end).toString('latin1').split('\r\n');
	const headers = Object.fromEntries(
		rest.map((line) => {
			const colon = line.indexOf(':');
			return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
		}),
	);
	const body = bytes.subarray(end + 4);
	const status = Number(first.split(' ')[1]);
	if (headers['transfer-encoding'] === 'chunked')
		return { status, headers, body, ...unchunk(body) };
	const complete = body.length === Number(headers['content-length']);
	return { status, headers, body, content: body, complete };
}

function unchunk(body: Buffer): { content: Buffer; complete: boolean } {
	const pieces: Buffer[] = [];
	let place = 0;
	for (;;) {
		const lineEnd = body.indexOf('\r\n', place);
		const size = parseInt(body.subarray(place, Math.max(place, lineEnd)).toString('latin1'), 16);
		if (lineEnd < 0 || !(size > 0)) return { content: Buffer.concat(pieces), complete: size === 0 };
		pieces.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
		place = lineEnd + 2 + size + 2;
	}
}
