import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Received {
	method: string;
	path: string;
	body: unknown;
}

/** All the other services of a workflow in one: it remembers what it got, and answers what a test says. */
export class Elsewhere {
	readonly received: Received[] = [];
	answer: unknown = {};

	private constructor(private readonly server: Server) {}

	static async start(): Promise<Elsewhere> {
		const server = createServer();
		const elsewhere = new Elsewhere(server);
		server.on('request', (request, response) => {
			const pieces: Buffer[] = [];
			request.on('data', (piece: Buffer) => pieces.push(piece));
			request.on('end', () => {
				const text = Buffer.concat(pieces).toString();
				const body: unknown = text === '' ? undefined : JSON.parse(text);
				elsewhere.received.push({ method: request.method ?? '', path: request.url ?? '', body });
				response.setHeader('content-type', 'application/json');
				response.end(JSON.stringify(elsewhere.answer));
			});
		});
		await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
		return elsewhere;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	close(): Promise<void> {
		this.server.closeAllConnections();
		return new Promise((done) => this.server.close(() => done()));
	}
}
