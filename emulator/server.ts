import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { json, type Answer } from './answer';
import { bodyOf } from './body';
import { Control, NotFound } from './control';
import { deliver, type Encoding } from './deliver';
import { refuses, replace } from './faults';
import { pageFile } from './page';
import { answerOf, judge, routeOf, type Route } from './pendo';
import { findControl } from './routes';
import { World, type WorldOptions } from './world';

export { LISTED_REPORTS, REPORT_IDS } from './catalogue';
export { GUIDE_IDS, NPS_COMMENT_POLL, NPS_POLL } from './subscription/guides';
export { SEGMENT_IDS } from './subscription/segments';
export { EU_KEY, READ_ONLY_KEY, READ_WRITE_KEY, REVOKED_KEY, TRACK_SECRET } from './keys';

export interface EmulatorOptions extends WorldOptions {
	/** 0, the default, takes a free one. */
	port?: number;
}

export interface Emulator {
	readonly url: string;
	readonly port: number;
	readonly control: Control;
	close(): Promise<void>;
}

/** Starts a Pendo on 127.0.0.1. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
	const world = new World(options);
	const control = new Control(world);
	const server = createServer((request, response) => {
		response.on('error', () => undefined);
		void handle(world, control, request, response);
	});
	await listen(server, options.port ?? 0);
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		port,
		control,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

function listen(server: Server, port: number): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', () => {
			server.off('error', reject);
			resolve();
		});
	});
}

async function handle(
	world: World,
	control: Control,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const method = request.method ?? 'GET';
	const url = new URL(`http://emulator${(request.url ?? '/').replace(/^(?!\/)/, '/')}`);
	const path = url.pathname;
	try {
		if (method === 'POST' && path === '/emulator/inbox')
			return await servePendo(world, request, response, { kind: 'inbox' }, receive);
		if (path === '/' || path.startsWith('/emulator/'))
			return await serveControl(world, control, request, response, url);
		world.catchUp();
		return await servePendo(
			world,
			request,
			response,
			routeOf(method, wirePath(request.url, path)),
			answerOf,
		);
	} catch (error) {
		// Clients leave in the middle of answers; that is theirs to do.
		if (!response.headersSent && !response.destroyed)
			await deliver(
				response,
				json(500, { message: String(error) }, world.variants),
				undefined,
				undefined,
			);
		else response.destroy();
	}
}

/** The path as it was sent: an id such as %2E%2E must not lead elsewhere. */
function wirePath(target: string | undefined, path: string): string {
	return target?.startsWith('/') ? target.replace(/[?#].*$/s, '') : path;
}

type Answering = (
	world: World,
	route: Route,
	request: IncomingMessage,
	requestId: number,
) => Answer | Promise<Answer>;

async function servePendo(
	world: World,
	request: IncomingMessage,
	response: ServerResponse,
	route: Route,
	answering: Answering,
): Promise<void> {
	const path = world.keys.redact(request.url ?? '/');
	const record = world.log.begin({
		kind: route.kind,
		method: request.method ?? 'GET',
		path,
		headerNames: Object.keys(request.headers),
		key: judge(world, route, request),
	});
	let spoiled = false;
	const sentBefore = request.socket.bytesWritten;
	response.once('close', () => {
		const aborted = !response.writableFinished && !spoiled;
		const status = response.headersSent ? response.statusCode : undefined;
		world.log.end(record, { status, aborted, bytes: request.socket.bytesWritten - sentBefore });
	});
	const faults = world.faults.strike(route.kind, record.method, path);
	record.faults = faults.map(({ type }) => type);
	for (const fault of faults)
		if (fault.type === 'delay') await sleep(fault.milliseconds ?? 1000, undefined, { ref: false });
	if (response.destroyed) return;
	const fault = faults.find(({ type }) => type !== 'delay');
	// What a fault refuses has not arrived: nothing was written.
	const right =
		fault && refuses(fault, route.kind)
			? json(200, { ok: true }, world.variants)
			: await answering(world, route, request, record.id);
	const answer = fault ? replace(right, fault) : right;
	spoiled = fault?.type === 'reset' || fault?.type === 'length';
	await deliver(response, answer, encodingOf(world, request, answer), fault);
}

async function receive(world: World, _: Route, request: IncomingMessage): Promise<Answer> {
	world.inbox.receive(await bodyOf(request));
	return json(200, { ok: true }, world.variants);
}

async function serveControl(
	world: World,
	control: Control,
	request: IncomingMessage,
	response: ServerResponse,
	url: URL,
): Promise<void> {
	const reply = (answer: Answer) => deliver(response, answer, undefined, undefined);
	const say = (status: number, value: unknown) => reply(json(status, value, world.variants));
	if (!isOwnPage(request)) return await say(403, { message: 'only for pages of this emulator' });
	const file = request.method === 'GET' ? pageFile(url.pathname) : undefined;
	if (file) return await reply(file);
	const call = findControl(request.method ?? 'GET', url.pathname);
	if (!call) return await say(404, { message: 'the emulator has no such address' });
	try {
		const text = await bodyOf(request);
		const body: unknown = text === '' ? {} : JSON.parse(text);
		if (typeof body !== 'object' || body === null)
			throw new SyntaxError('the body must be a JSON object');
		return await say(
			200,
			call(control, body as Record<string, unknown>, url.searchParams) ?? { ok: true },
		);
	} catch (error) {
		if (response.headersSent) throw error;
		return await say(error instanceof NotFound ? 404 : 400, { message: (error as Error).message });
	}
}

/** Other web pages in the same browser must not steer the emulator, by rebinding a name or by posting across origins. */
function isOwnPage({ headers }: IncomingMessage): boolean {
	const host = headers.host ?? '';
	const loopback = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host);
	return loopback && (headers.origin === undefined || headers.origin === `http://${host}`);
}

function encodingOf(world: World, request: IncomingMessage, answer: Answer): Encoding {
	const accepted = String(request.headers['accept-encoding'] ?? '');
	const hasBody = answer.status !== 204 && answer.headers['content-type'] !== undefined;
	if (!hasBody || answer.headers['content-encoding'] !== undefined) return undefined;
	if (world.variants.compression === 'gzip' && /\bgzip\b/.test(accepted)) return 'gzip';
	if (world.variants.compression === 'brotli' && /\bbr\b/.test(accepted)) return 'br';
	return undefined;
}
