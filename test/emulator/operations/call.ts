import { request } from 'node:http';

import { READ_WRITE_KEY, startEmulator, type Emulator } from '../../../emulator/server';

/** Where the emulator's clock stands in these tests: a Monday at noon. */
export const NOON = Date.UTC(2026, 4, 11, 12);
export const DAY = 86_400_000;

export interface Reply {
	status: number;
	headers: Record<string, string | string[] | undefined>;
	text: string;
	/** The body read as JSON. */
	json<Value = Record<string, unknown>>(): Value;
}

export interface More {
	key?: string;
	headers?: Record<string, string>;
	/** The body to the letter. */
	text?: string;
}

/** Sends "METHOD path" just as it is written: no client tidies the path on its way. */
export function send(
	emulator: Emulator,
	line: string,
	body?: unknown,
	more: More = {},
): Promise<Reply> {
	const [method = '', path = ''] = line.split(/ (.*)/s);
	const text = more.text ?? (body === undefined ? undefined : JSON.stringify(body));
	const headers = {
		'x-pendo-integration-key': more.key ?? READ_WRITE_KEY,
		...(text === undefined
			? {}
			: { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
		...more.headers,
	};
	return new Promise((resolve, reject) => {
		const { port } = emulator;
		const asking = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
			const pieces: Buffer[] = [];
			response.on('data', (piece: Buffer) => pieces.push(piece));
			response.on('error', reject);
			response.on('end', () => {
				const whole = Buffer.concat(pieces).toString();
				resolve({
					status: response.statusCode ?? 0,
					headers: response.headers,
					text: whole,
					json: <Value>() => JSON.parse(whole) as Value,
				});
			});
		});
		asking.on('error', reject);
		asking.end(text);
	});
}

/** An emulator whose clock stands still at NOON. */
export function startAtNoon(): Promise<Emulator> {
	return startEmulator({ paused: true, startedAt: NOON });
}

/** The rows of an aggregation. */
export async function aggregate<Row = Record<string, unknown>>(
	emulator: Emulator,
	...pipeline: unknown[]
): Promise<Row[]> {
	const reply = await send(emulator, 'POST /api/v1/aggregation', {
		response: { mimeType: 'application/json' },
		request: { pipeline },
	});
	return reply.json<{ results: Row[] }>().results;
}
