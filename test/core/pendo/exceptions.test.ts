import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http, { type Server, type ServerResponse } from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline, type Readable } from 'node:stream';
import zlib from 'node:zlib';
import { meaningOfException, meaningOfStatus, type FailureCode } from '../../../core/pendo';

const asked = { host: 'app.pendo.io', report: 'Trial users' };
const rows = Buffer.from(
	JSON.stringify(Array.from({ length: 5_000 }, (_, index) => ({ visitorId: `u-${index * 7919}` }))),
);

function cut(body: Buffer): Buffer {
	return body.subarray(0, Math.floor(body.length * 0.6));
}

function changed(body: Buffer, at: number): Buffer {
	const copy = Buffer.from(body);
	copy[at]! ^= 0xff;
	return copy;
}

const gzip = zlib.gzipSync(rows);
const misbehaviours: Record<string, (response: ServerResponse) => void> = {
	reset(response) {
		response.writeHead(200).write('[');
		setTimeout(() => response.socket!.resetAndDestroy(), 20);
	},
	close(response) {
		response.writeHead(200).write('[');
		setTimeout(() => response.socket!.destroy(), 20);
	},
	'close-in-gzip'(response) {
		response.writeHead(200, { 'content-encoding': 'gzip' }).write(cut(gzip));
		setTimeout(() => response.socket!.destroy(), 20);
	},
	'short-of-its-length'(response) {
		response.writeHead(200, { 'content-length': 1_000 }).write('[]');
		setTimeout(() => response.socket!.end(), 20);
	},
	'no-answer'() {},
	'no-end'(response) {
		response.writeHead(200).write('[');
	},
	'cut-gzip': encoded('gzip', cut(gzip)),
	'no-gzip': encoded('gzip', rows),
	'wrong-gzip': encoded('gzip', changed(gzip, gzip.length >> 1)),
	'wrong-checksum': encoded('gzip', changed(gzip, gzip.length - 6)),
	'cut-brotli': encoded('br', cut(zlib.brotliCompressSync(rows))),
	'no-brotli': encoded('br', rows),
};

function encoded(encoding: string, body: Buffer) {
	return (response: ServerResponse) =>
		response
			.writeHead(200, { 'content-encoding': encoding, 'content-length': body.length })
			.end(body);
}

let server: Server;
let secureServer: https.Server;
let stranger: net.Server;

beforeAll(async () => {
	server = http.createServer((request, response) =>
		misbehaviours[request.url!.slice(1)]!(response),
	);
	const pem = readFileSync(join(__dirname, 'self-signed.pem'));
	secureServer = https.createServer({ key: pem, cert: pem }, (_request, response) => {
		response.end('[]');
	});
	stranger = net.createServer((socket) => {
		socket.on('error', () => {});
		socket.once('data', () => socket.end('220 mail.example ESMTP\r\n'));
	});
	for (const each of [server, secureServer, stranger]) {
		each.listen(0, '127.0.0.1');
		await once(each, 'listening');
	}
});

afterAll(() => {
	server.closeAllConnections();
	secureServer.closeAllConnections();
	for (const each of [server, secureServer, stranger]) each.close();
});

function at(which: () => net.Server, scheme = 'http', host = '127.0.0.1') {
	return (path = '') => `${scheme}://${host}:${(which().address() as AddressInfo).port}/${path}`;
}

const plain = at(() => server);
const secure = at(() => secureServer, 'https');
const plainAskedSecurely = at(() => server, 'https');
const notHttp = at(() => stranger);

async function closedPort(): Promise<number> {
	const free = net.createServer().listen(0, '127.0.0.1');
	await once(free, 'listening');
	const { port } = free.address() as AddressInfo;
	free.close();
	return port;
}

interface Client {
	read(url: string, options?: { signal?: AbortSignal; key?: string }): Promise<void>;
}

async function readAll(body: AsyncIterable<unknown>): Promise<void> {
	for await (const chunk of body) void chunk;
}

const viaFetch: Client = {
	async read(url, { signal } = {}) {
		const response = await fetch(url, { signal });
		await response.arrayBuffer();
	},
};

const decoders: Record<string, () => NodeJS.ReadWriteStream & Readable> = {
	gzip: zlib.createGunzip,
	br: zlib.createBrotliDecompress,
};

const viaHttp: Client = {
	async read(url, { signal, key = 'some-key' } = {}) {
		const { get } = url.startsWith('https') ? https : http;
		await new Promise<void>((resolve, reject) => {
			const request = get(url, { signal, headers: { 'x-pendo-integration-key': key } });
			request.on('error', reject);
			request.on('response', (response) => {
				const decoder = decoders[response.headers['content-encoding'] ?? '']?.();
				const body = decoder ? pipeline(response, decoder, () => {}) : response;
				readAll(body).then(resolve, reject);
			});
		});
	},
};

async function meaningOf(reading: Promise<void>) {
	const error: unknown = await reading.then(
		() => 'it was read without an error',
		(reason: unknown) => reason,
	);
	return meaningOfException(error, asked, 60_000);
}

describe.each([
	['fetch', viaFetch],
	['node:http', viaHttp],
])('what %s throws is told as', (_name, client) => {
	test.each<[string, FailureCode, () => string]>([
		['a connection that is reset', 'interrupted', () => plain('reset')],
		['a connection that is closed', 'interrupted', () => plain('close')],
		['a compressed body whose connection is closed', 'interrupted', () => plain('close-in-gzip')],
		['a body short of its length', 'interrupted', () => plain('short-of-its-length')],
		['something that does not speak HTTP', 'interrupted', () => notHttp()],
		['compressed text that is none', 'malformed-results', () => plain('no-gzip')],
		['compressed text that was changed', 'malformed-results', () => plain('wrong-gzip')],
		['compressed text with a wrong checksum', 'malformed-results', () => plain('wrong-checksum')],
		['Brotli that is none', 'malformed-results', () => plain('no-brotli')],
		['a certificate that nobody signed', 'certificate', () => secure()],
		['a server without TLS', 'certificate', () => plainAskedSecurely()],
		['a host that does not exist', 'unreachable', () => 'http://nobody.invalid/'],
	])(
		'%s: %s',
		async (_what, code, url) => {
			const failure = await meaningOf(client.read(url()));
			expect(failure.code).toBe(code);
			expect(failure.transient).toBe(code !== 'certificate');
		},
		30_000,
	);

	test('a port where nobody listens: unreachable, with its code for whoever knows it', async () => {
		const port = await closedPort();
		for (const host of ['127.0.0.1', 'localhost']) {
			const failure = await meaningOf(client.read(`http://${host}:${port}/`));
			expect(failure.code).toBe('unreachable');
			expect(failure.message).toBe('app.pendo.io cannot be reached (ECONNREFUSED)');
		}
	});

	test.each(['no-answer', 'no-end'])('a time limit that passes: too-slow (%s)', async (path) => {
		const failure = await meaningOf(client.read(plain(path), { signal: AbortSignal.timeout(100) }));
		expect(failure.code).toBe('too-slow');
		expect(failure.message).toBe('Pendo did not finish the report "Trial users" within 60 seconds');
		expect(failure.description).toContain('date range');
	});

	test('a stop in the middle: too-slow', async () => {
		const stop = new AbortController();
		const reading = meaningOf(client.read(plain('no-end'), { signal: stop.signal }));
		setTimeout(() => stop.abort(), 50);
		expect((await reading).code).toBe('too-slow');
	});
});

describe('only node:http notices', () => {
	test.each([
		['gzip', 'cut-gzip'],
		['Brotli', 'cut-brotli'],
	])('that %s was cut', async (_encoding, path) => {
		const failure = await meaningOf(viaHttp.read(plain(path)));
		expect(failure.code).toBe('malformed-results');
	});

	test('that a key has a line break in it', async () => {
		const failure = await meaningOf(viaHttp.read(plain('close'), { key: 'marker\nkey' }));
		expect(failure).toMatchObject({ code: 'key-refused', transient: false });
		expect(JSON.stringify([failure.message, failure])).not.toContain('marker');
	});
});

test('a failure that is one already keeps its meaning', () => {
	const failure = meaningOfStatus({ status: 429 }, asked, 0)!;
	expect(meaningOfException(failure, asked)).toBe(failure);
});

test.each([undefined, null, 'text', 7, {}, new Error('x'), { cause: { cause: null } }])(
	'whatever is thrown has a meaning: %p',
	(thrown) => {
		expect(meaningOfException(thrown, asked)).toMatchObject({
			code: 'interrupted',
			message: 'The connection to app.pendo.io broke',
		});
	},
);

test('causes that lead in a circle end', () => {
	const error = new Error('x');
	error.cause = error;
	expect(meaningOfException(error, asked).code).toBe('interrupted');
});
