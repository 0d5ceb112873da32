import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** One request on its way through the proxy, and the answer that it would get. */
export interface Exchange {
	/** Of the client; what is written here is all that it gets. */
	readonly socket: Socket;
	/** Body of the right answer, decoded. */
	readonly body: Buffer;
	/** The integration key that came along: a server may well send it back. */
	readonly key: string;
	/** How often this spoiler struck before. */
	readonly before: number;
}

export type Spoil = (exchange: Exchange) => void | Promise<void>;

/** A TCP proxy before a Pendo on this machine, which spoils the answers to chosen paths, byte by byte if need be. */
export class FaultyProxy {
	private readonly spoilers = new Map<string, Spoil>();
	private readonly strikes = new Map<string, number[]>();
	private readonly sockets = new Set<Socket>();
	/** Requests that named the key elsewhere than in its header, or told where they came from. */
	indiscreet = 0;

	private constructor(
		private readonly server: Server,
		private readonly upstream: () => number,
	) {}

	static async listen(upstream: () => number): Promise<FaultyProxy> {
		const server = createServer({ allowHalfOpen: true });
		const proxy = new FaultyProxy(server, upstream);
		server.on('connection', (socket) => {
			proxy.sockets.add(socket);
			socket.on('error', () => undefined);
			socket.on('close', () => proxy.sockets.delete(socket));
			proxy.serve(socket).catch(() => socket.destroy());
		});
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		return proxy;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	/** From now on every answer to a path with this segment is spoiled; undefined mends it. */
	spoil(segment: string, spoil: Spoil | undefined): void {
		if (spoil) this.spoilers.set(segment, spoil);
		else this.spoilers.delete(segment);
	}

	struck(segment: string): number {
		return this.struckAt(segment).length;
	}

	/** Epoch milliseconds. */
	struckAt(segment: string): readonly number[] {
		return this.strikes.get(segment) ?? [];
	}

	async close(): Promise<void> {
		for (const socket of this.sockets) socket.destroy();
		this.server.close();
		await once(this.server, 'close');
	}

	private async serve(socket: Socket): Promise<void> {
		const head = await headOf(socket);
		const path = head.split(' ')[1] ?? '';
		const key = /x-pendo-integration-key: *(\S+)/i.exec(head)?.[1] ?? '';
		if (/\r\nreferer:/i.test(head) || (key !== '' && head.split(key).length > 2)) this.indiscreet++;
		const answer = await this.ask(head);
		// Only now: the answer may show what was changed together with the spoiler.
		const segment = [...this.spoilers.keys()].find((each) => path.split('/').includes(each));
		if (segment === undefined) return void socket.end(answer);
		const before = this.struckAt(segment);
		this.strikes.set(segment, [...before, Date.now()]);
		await this.spoilers.get(segment)?.({
			...{ socket, body: bodyOf(answer), key },
			before: before.length,
		});
	}

	private async ask(head: string): Promise<Buffer> {
		const kept = head
			.split('\r\n')
			.filter((line) => !/^(connection|accept-encoding):/i.test(line) && line !== '');
		const upstream = connect(this.upstream(), '127.0.0.1');
		upstream.write(`${kept.join('\r\n')}\r\nConnection: close\r\n\r\n`);
		const chunks: Buffer[] = [];
		for await (const chunk of upstream) chunks.push(chunk as Buffer);
		return Buffer.concat(chunks);
	}
}

async function headOf(socket: Socket): Promise<string> {
	let head = '';
	while (!head.includes('\r\n\r\n')) {
		const [chunk] = (await once(socket, 'data')) as [Buffer];
		head += chunk.toString('latin1');
	}
	return head;
}

function bodyOf(answer: Buffer): Buffer {
	const end = answer.indexOf('\r\n\r\n');
	const head = answer.subarray(0, end).toString('latin1');
	const body = answer.subarray(end + 4);
	return /transfer-encoding: *chunked/i.test(head) ? unchunked(body) : body;
}

function unchunked(body: Buffer): Buffer {
	const parts: Buffer[] = [];
	for (let at = 0; ; ) {
		const line = body.indexOf('\r\n', at);
		const size = parseInt(body.subarray(at, line).toString('latin1'), 16);
		if (!(size > 0)) return Buffer.concat(parts);
		parts.push(body.subarray(line + 2, line + 2 + size));
		at = line + 2 + size + 2;
	}
}

/** An answer as it goes over the wire; `length` lies about the body. */
export function wire(
	body: string | Buffer,
	{
		status = 200,
		headers = {},
		length = Buffer.byteLength(body),
	}: { status?: number; headers?: Record<string, string>; length?: number } = {},
): Buffer {
	const all = {
		'content-type': 'application/json',
		'content-length': String(length),
		connection: 'close',
		...headers,
	};
	const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
	const head = [`HTTP/1.1 ${status} ${status === 200 ? 'OK' : 'Other'}`, ...lines, '', ''];
	return Buffer.concat([Buffer.from(head.join('\r\n')), Buffer.from(body)]);
}
