import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { FailureCode } from '../../../core/pendo';
import { wire, type Exchange, type Spoil } from '../proxy';

/** One way in which what arrives is not what Pendo sent, and what the user then sees. */
export interface NetworkFault {
	name: string;
	spoil: Spoil;
	/** Code of the failure that is told; missing where nothing may be told. */
	told?: FailureCode;
	/** Notices that it brings while it lasts. */
	notices?: readonly string[];
	/** Ids that are in the spoiled answers alone, and must fire as well. */
	also?: readonly string[];
	/** The answers hold the newcomer in a readable form. */
	readable?: true;
	/** It strikes so often, then all is well. */
	times?: number;
	/** Between two of its strikes are at least so many seconds. */
	apart?: number;
	/** Nobody is told of it before hours have passed: the host asks again when a person does. */
	patient?: true;
	/** Each poll takes all the time that it has: only in full runs. */
	slow?: true;
	/** One of those that a quick run has time for in real n8n too. */
	quickInN8n?: true;
	/** Must be tried with this many strikes at least. */
	strikes?: number;
}

/** What each of these failures says, in both hosts. */
export const WORDS: Partial<Record<FailureCode, RegExp>> = {
	interrupted: /broke/,
	'too-slow': /did not (finish|answer)/,
	'malformed-results': /cannot be read|arrived damaged or incomplete/,
	redirected: /answered with a redirect/,
	certificate: /is not trusted/,
	unreachable: /cannot be reached/,
	'rate-limited': /slow down/,
	unavailable: /is not available/,
	'key-refused': /refused the key/,
	'report-missing': /does not have the report/,
};

/** Bytes between two cuts of the answer that is cut everywhere. */
const STRIDE = 1_000;
/** The right answer has fewer strides. */
const MOST_CUTS = 20;
/** As many polls as an hour has with the usual interval of five minutes. */
const POLLS_OF_AN_HOUR = 12;
/** Of a poll that meets what may pass by itself. */
const TRIES = 3;
/** Seconds: longer than the hosts wait by themselves here. */
const ASKED_TO_WAIT = 8;
/** Of a bomb, unpacked. */
const BOMB_PART = 64 * 1024 * 1024;

const reply =
	(...parameters: Parameters<typeof wire>): Spoil =>
	({ socket }) =>
		void socket.end(wire(...parameters));

const status = (code: number, headers?: Record<string, string>): Spoil => {
	return ({ socket, key }) =>
		void socket.end(wire(`{"message":"no, ${key}"}`, { status: code, headers }));
};

/** Good rows, with the text of more before them. */
const withRows =
	(rows: string, more: { before?: Buffer; headers?: Record<string, string> } = {}): Spoil =>
	({ socket, body }) => {
		const text = `[${rows}${rows && ','}${body.toString().replace(/^\s*\[/, '')}`;
		const bytes = Buffer.concat([more.before ?? Buffer.alloc(0), Buffer.from(text)]);
		socket.end(wire(bytes, { headers: more.headers }));
	};

/** Every thousandth byte of it in turn. */
function cutAt(body: Buffer, before: number): number {
	return STRIDE * (1 + (before % Math.floor((body.length - 1) / STRIDE)));
}

function sendHalf({ socket, body }: Exchange): void {
	const answer = wire(body);
	socket.write(answer.subarray(0, answer.length >> 1));
}

const reset: Spoil = async (exchange) => {
	sendHalf(exchange);
	// A reset overtakes bytes that the client has not read yet.
	await sleep(50);
	exchange.socket.resetAndDestroy();
};

const HUGE_ID = 'x'.repeat(1024 * 1024);

export const NETWORK_FAULTS: readonly NetworkFault[] = [
	{ name: 'reset-midway', spoil: reset, told: 'interrupted', quickInN8n: true },
	{
		name: 'reset-at-once',
		spoil: ({ socket }) => void socket.resetAndDestroy(),
		told: 'interrupted',
	},
	{
		name: 'closed-without-a-word',
		spoil: ({ socket }) => void socket.end(),
		told: 'interrupted',
	},
	{
		name: 'stalled-midway',
		spoil: sendHalf,
		told: 'too-slow',
		slow: true,
		quickInN8n: true,
	},
	{
		name: 'a-byte-a-second',
		spoil: async ({ socket, body }) => {
			const answer = wire(body);
			for (let at = 0; at < answer.length && !socket.destroyed; at++) {
				socket.write(answer.subarray(at, at + 1));
				await sleep(1_000);
			}
		},
		told: 'too-slow',
		slow: true,
	},
	{
		name: 'closed-at-every-1000th-byte',
		spoil: ({ socket, body, before }) => {
			const end = cutAt(body, before);
			socket.end(wire(body.subarray(0, end), { length: body.length }));
		},
		told: 'interrupted',
		strikes: MOST_CUTS,
	},
	{
		name: 'cut-at-every-1000th-byte-as-if-whole',
		spoil: ({ socket, body, before }) =>
			void socket.end(wire(body.subarray(0, cutAt(body, before)))),
		told: 'malformed-results',
		strikes: MOST_CUTS,
		quickInN8n: true,
	},
	{
		name: 'content-length-too-long',
		spoil: ({ socket, body }) => void socket.end(wire(body, { length: body.length + 10 })),
		told: 'interrupted',
	},
	{
		name: 'content-length-too-short',
		spoil: ({ socket, body }) => void socket.end(wire(body, { length: body.length - 10 })),
		told: 'malformed-results',
	},
	{
		name: 'gzip-cut',
		spoil: ({ socket, body }) => {
			const packed = gzipSync(body);
			socket.end(
				wire(packed.subarray(0, packed.length - 12), { headers: { 'content-encoding': 'gzip' } }),
			);
		},
		told: 'malformed-results',
		quickInN8n: true,
	},
	{
		name: 'brotli-cut',
		spoil: ({ socket, body }) => {
			const packed = brotliCompressSync(body);
			socket.end(
				wire(packed.subarray(0, packed.length >> 1), { headers: { 'content-encoding': 'br' } }),
			);
		},
		told: 'malformed-results',
	},
	{
		name: 'gzip-bad-checksum',
		spoil: ({ socket, body }) => {
			const packed = gzipSync(body);
			packed.writeUInt8(packed.readUInt8(packed.length - 8) ^ 0xff, packed.length - 8);
			socket.end(wire(packed, { headers: { 'content-encoding': 'gzip' } }));
		},
		told: 'malformed-results',
	},
	{
		name: 'text-that-says-gzip',
		spoil: ({ socket, body }) =>
			void socket.end(wire(body, { headers: { 'content-encoding': 'gzip' } })),
		told: 'malformed-results',
	},
	{
		name: 'continue-first',
		spoil: ({ socket, body }) => {
			socket.write('HTTP/1.1 100 Continue\r\n\r\n');
			socket.end(wire(body));
		},
		readable: true,
		quickInN8n: true,
	},
	{
		name: 'login-page-200',
		spoil: ({ socket, key }) =>
			void socket.end(
				wire(`<!doctype html><title>Sign in</title><form>${key}`, {
					headers: { 'content-type': 'text/html' },
				}),
			),
		told: 'malformed-results',
		quickInN8n: true,
	},
	{
		name: 'other-json-200',
		spoil: ({ socket, key }) => void socket.end(wire(`{"error":"x","key":"${key}"}`)),
		told: 'malformed-results',
		quickInN8n: true,
	},
	{ name: 'empty-body-200', spoil: reply(''), told: 'malformed-results' },
	{ name: 'null-once', spoil: reply('null'), times: 1, notices: ['suspicious'], quickInN8n: true },
	{ name: 'empty-list-once', spoil: reply('[]'), times: 1, notices: ['suspicious'] },
	{
		name: 'byte-order-mark',
		spoil: withRows('', { before: Buffer.from([0xef, 0xbb, 0xbf]) }),
		readable: true,
	},
	{
		name: 'utf-16',
		spoil: ({ socket, body }) => {
			const text = Buffer.from(`\ufeff${body.toString()}`, 'utf16le');
			socket.end(wire(text));
		},
		told: 'malformed-results',
	},
	{
		name: 'duplicate-names',
		spoil: withRows('{"visitorId":"first","a":1,"visitorId":"last","a":2}'),
		readable: true,
		also: ['last'],
	},
	{
		name: 'id-of-a-megabyte',
		spoil: withRows(`{"visitorId":"${HUGE_ID}"}`),
		readable: true,
		also: [HUGE_ID],
	},
	{
		name: 'prototype-names',
		spoil: withRows(
			'{"visitorId":"__proto__","__proto__":{"polluted":1}},{"visitorId":"constructor","constructor":{"prototype":{"polluted":1}}},{"visitorId":"toString"}',
		),
		readable: true,
		also: ['__proto__', 'constructor', 'toString'],
		quickInN8n: true,
	},
	{
		name: 'beyond-2-to-53',
		spoil: withRows('{"visitorId":9007199254740992},{"visitorId":9007199254740993}'),
		readable: true,
		also: ['9007199254740992', '9007199254740993'],
		quickInN8n: true,
	},
	{
		name: '429-in-seconds',
		spoil: status(429, { 'retry-after': String(ASKED_TO_WAIT) }),
		apart: ASKED_TO_WAIT,
		told: 'rate-limited',
		quickInN8n: true,
	},
	{
		name: '429-until-a-date',
		apart: ASKED_TO_WAIT,
		spoil: ({ socket }) =>
			void socket.end(
				wire('', {
					status: 429,
					headers: {
						'retry-after': new Date(Date.now() + (ASKED_TO_WAIT + 1) * 1_000).toUTCString(),
					},
				}),
			),
		told: 'rate-limited',
	},
	{
		name: '429-until-the-past',
		spoil: status(429, { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }),
		told: 'rate-limited',
	},
	{ name: '429-absurd', spoil: status(429, { 'retry-after': '1e30' }), told: 'rate-limited' },
	{
		name: '429-for-years',
		spoil: status(429, { 'retry-after': '999999999' }),
		patient: true,
	},
	{
		name: '500-for-an-hour-of-polls',
		spoil: status(500),
		told: 'unavailable',
		strikes: POLLS_OF_AN_HOUR * TRIES,
		quickInN8n: true,
	},
	{
		name: '503-with-a-page',
		spoil: ({ socket, key }) =>
			void socket.end(wire(`<!doctype html><title>Back soon</title>${key}`, { status: 503 })),
		told: 'unavailable',
	},
	{ name: '504', spoil: status(504), told: 'too-slow' },
	{
		name: '403-for-an-hour-of-polls',
		spoil: status(403),
		told: 'key-refused',
		strikes: POLLS_OF_AN_HOUR,
		quickInN8n: true,
	},
	{ name: '401-then-good', spoil: status(401), told: 'key-refused' },
	{
		name: '404-then-good',
		spoil: status(404),
		told: 'report-missing',
		notices: ['report-changed'],
	},
];

/** Answers far larger than what is sent; to be read alone, with an eye on memory. */
export function bombs(parts: number): NetworkFault[] {
	const headers = { 'content-encoding': 'gzip' };
	const packed = (start: string, filling: string) =>
		Buffer.concat([
			gzipSync(start),
			...Array<Buffer>(parts).fill(gzipSync(Buffer.alloc(BOMB_PART, filling))),
		]);
	return [
		{ name: 'gzip-bomb-of-spaces', spoil: reply(packed('[', ' '), { headers }) },
		{
			name: 'gzip-bomb-in-one-row',
			spoil: reply(packed('[{"visitorId":"', 'a'), { headers }),
		},
	].map((bomb) => ({ ...bomb, told: 'malformed-results' as const }));
}

/** How large such a bomb is, unpacked. */
export function megabytesOf(parts: number): number {
	return (parts * BOMB_PART) / 1024 ** 2;
}
