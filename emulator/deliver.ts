import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
	brotliCompressSync,
	constants,
	createBrotliCompress,
	createGzip,
	gzipSync,
} from 'node:zlib';

import type { Answer } from './answer';
import type { Fault } from './faults';

export type Encoding = 'gzip' | 'br' | undefined;

type Bytes = AsyncIterable<Buffer> | Iterable<Buffer>;

/** Sends an answer, spoiled on its way by the fault if there is one. Ends by itself when the client leaves. */
export async function deliver(
	response: ServerResponse,
	answer: Answer,
	encoding: Encoding,
	fault: Fault | undefined,
): Promise<void> {
	switch (fault?.type) {
		case 'stall':
			return await stall(response, answer, encoding, fault);
		case 'reset':
			return await reset(response, answer, fault);
		case 'truncate':
			return await send(response, { ...answer, body: cut(answer.body, fault) }, encoding);
		case 'drip':
			return await send(response, answer, undefined, (body) => drip(body, fault));
		case 'length':
			return await wrongLength(response, answer, fault);
		case 'gzip-cut':
			return sendWhole(response, answer, 'gzip', shortened(gzipSync(whole(answer)), fault));
		case 'brotli-cut':
			return sendWhole(response, answer, 'br', shortened(brotliCompressSync(whole(answer)), fault));
		case 'gzip-bad-crc':
			return sendWhole(response, answer, 'gzip', withBadCrc(gzipSync(whole(answer))));
		case 'wrong-encoding':
			return sendWhole(response, answer, 'gzip', whole(answer));
		default:
			return await send(response, answer, encoding);
	}
}

async function send(
	response: ServerResponse,
	answer: Answer,
	encoding: Encoding,
	spoil: (body: Iterable<Buffer>) => Bytes = whatItIs,
): Promise<void> {
	// A short answer says its length; a refused key gets content-length 0.
	if (!encoding && spoil === whatItIs && Array.isArray(answer.body))
		return sendWhole(response, answer, undefined, whole(answer));
	response.writeHead(answer.status, headersOf(answer, encoding));
	const source = Readable.from(spoil(buffers(answer.body)), { objectMode: false });
	const compressor = compressorOf(encoding);
	if (compressor) await pipeline(source, compressor, response);
	else await pipeline(source, response);
}

function sendWhole(
	response: ServerResponse,
	answer: Answer,
	encoding: Encoding,
	body: Buffer,
): void {
	response.writeHead(answer.status, {
		...headersOf(answer, encoding),
		'content-length': body.length,
	});
	response.end(body);
}

/** Nothing at all without afterBytes; else that much, then silence. */
async function stall(
	response: ServerResponse,
	answer: Answer,
	encoding: Encoding,
	fault: Fault,
): Promise<void> {
	const silence = () =>
		fault.milliseconds === undefined
			? once(response, 'close')
			: Promise.race([
					once(response, 'close'),
					sleep(fault.milliseconds, undefined, { ref: false }),
				]);
	if (fault.afterBytes === undefined && fault.afterText === undefined) {
		await silence();
		if (!response.destroyed) await send(response, answer, encoding);
		return;
	}
	response.writeHead(answer.status, headersOf(answer, undefined));
	response.flushHeaders();
	const [before, after] = split(whole(answer), fault);
	response.write(before);
	await silence();
	if (!response.destroyed) response.end(after);
}

async function reset(response: ServerResponse, answer: Answer, fault: Fault): Promise<void> {
	if (fault.afterBytes !== undefined || fault.afterText !== undefined) {
		response.writeHead(answer.status, headersOf(answer, undefined));
		response.flushHeaders();
		const [before] = split(whole(answer), fault);
		await new Promise((resolve) => response.write(before, resolve));
		// A reset overtakes bytes that the client has not read yet.
		await sleep(50);
	}
	response.socket?.resetAndDestroy();
}

/** Content-Length says more or less than what is sent. */
async function wrongLength(response: ServerResponse, answer: Answer, fault: Fault): Promise<void> {
	const body = whole(answer);
	const length = Math.max(0, body.length + (fault.difference ?? 10));
	response.writeHead(answer.status, {
		...headersOf(answer, undefined),
		'content-length': length,
		connection: 'close',
	});
	await new Promise((resolve) => response.write(body, resolve));
	response.socket?.end();
}

function* cut(body: Answer['body'], fault: Fault): Iterable<Buffer> {
	let left = fault.afterBytes ?? Infinity;
	for (const chunk of buffers(body)) {
		const place = fault.afterText === undefined ? -1 : chunk.indexOf(fault.afterText);
		const end = Math.min(
			left,
			place < 0 ? Infinity : place + Buffer.byteLength(fault.afterText ?? ''),
		);
		if (end <= chunk.length) return yield chunk.subarray(0, end);
		yield chunk;
		left -= chunk.length;
	}
}

async function* drip(body: Iterable<Buffer>, fault: Fault): AsyncIterable<Buffer> {
	const size = fault.bytes ?? 64;
	for (const chunk of body)
		for (let start = 0; start < chunk.length; start += size) {
			yield chunk.subarray(start, start + size);
			await sleep(fault.milliseconds ?? 100, undefined, { ref: false });
		}
}

function split(body: Buffer, fault: Fault): [Buffer, Buffer] {
	const before = Buffer.concat([...cut([body], fault)]);
	return [before, body.subarray(before.length)];
}

function shortened(body: Buffer, fault: Fault): Buffer {
	return body.subarray(0, fault.afterBytes ?? Math.floor(body.length * 0.6));
}

function withBadCrc(body: Buffer): Buffer {
	// The trailer of gzip is CRC32 and length, four bytes each (RFC 1952).
	const crc = body.length - 8;
	body.writeUInt8(body.readUInt8(crc) ^ 0xff, crc);
	return body;
}

function whole(answer: Answer): Buffer {
	return Buffer.concat([...buffers(answer.body)]);
}

function whatItIs(body: Iterable<Buffer>): Bytes {
	return body;
}

function* buffers(body: Answer['body']): Iterable<Buffer> {
	for (const chunk of body) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

function headersOf(answer: Answer, encoding: Encoding): Record<string, string> {
	return encoding
		? { ...answer.headers, 'content-encoding': encoding, vary: 'accept-encoding' }
		: answer.headers;
}

function compressorOf(encoding: Encoding): Transform | undefined {
	if (encoding === 'gzip') return createGzip({ level: 1 });
	if (encoding === 'br')
		return createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
	return undefined;
}
