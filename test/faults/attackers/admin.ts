import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { READ_WRITE_KEY, startEmulator } from '../../../emulator/server';
import { memoryOf } from '../support/memory';
import { NodeRedHost } from '../support/node-red-host';
import { allOf, never, type Row } from '../support/row';

/** A person who may read, one who may write, and nobody else. */
const GUARDED = `adminAuth: {
	type: 'credentials',
	users: async (username) => ({ username, permissions: username === 'reader' ? 'read' : '*' }),
	authenticate: async (username, password) =>
		password === 'right' ? { username, permissions: username === 'reader' ? 'read' : '*' } : null,
},`;

interface Answer {
	status: number;
	code?: string;
	milliseconds: number;
}

/** Those that use a key. */
const ENDPOINTS = ['verify', 'reports', 'choices', 'columns'];

type Question = [name: string, ask: () => Promise<Answer>, wanted: string];

/** What somebody at an editor, or somebody who only reaches its address, can make the server do. */
export async function adminRows(): Promise<Row[]> {
	const emulator = await startEmulator();
	const heard: string[] = [];
	const stranger = createServer((request, response) => {
		heard.push(`${request.method} ${request.url}`);
		response.writeHead(200, { 'content-type': 'application/json' });
		const fill = () => {
			while (!response.destroyed && response.write('[['.padEnd(65_536)));
		};
		response.on('drain', fill);
		fill();
	});
	stranger.listen(0, '127.0.0.1');
	await once(stranger, 'listening');
	const endless = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
	const host = await NodeRedHost.open({
		inbox: `${emulator.url}/emulator/inbox`,
		key: READ_WRITE_KEY,
		settings: GUARDED,
	});
	const { url } = host.nodeRed;
	const tokenOf = async (username: string) => {
		const answer = await fetch(`${url}/auth/token`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({
				...{ client_id: 'node-red-admin', grant_type: 'password', scope: '*' },
				...{ username, password: 'right' },
			}),
		});
		return ((await answer.json()) as { access_token: string }).access_token;
	};
	const ask = async (path: string, body?: string, token?: string): Promise<Answer> => {
		const started = performance.now();
		const answer = await fetch(`${url}/pendo/${path}`, {
			method: body === undefined ? 'GET' : 'POST',
			headers: {
				'content-type': 'application/json',
				...(token && { authorization: `Bearer ${token}` }),
			},
			body,
			signal: AbortSignal.timeout(120_000),
		});
		const text = await answer.text();
		const code = /"code":"([^"]*)"/.exec(text)?.[1];
		return { status: answer.status, code, milliseconds: performance.now() - started };
	};
	const draft = (place: object) =>
		JSON.stringify({ region: 'custom', apiKey: READ_WRITE_KEY, ...place });
	try {
		const writer = await tokenOf('writer');
		const reader = await tokenOf('reader');
		const good = draft({ baseUrl: emulator.url });
		const access = await outcomes([
			...ENDPOINTS.flatMap((path): Question[] => [
				[`nobody, ${path}`, () => ask(path, good), '401'],
				[`a wrong token, ${path}`, () => ask(path, good, 'wrong'), '401'],
				[`a reader, ${path}`, () => ask(path, good, reader), '401'],
			]),
			['nobody, operations', () => ask('operations'), '401'],
			['a writer', () => ask('verify', good, writer), '200 ok'],
		]);
		const requestsBefore = emulator.control.requests().length;
		const { port } = emulator;
		const places: [string, object, string][] = [
			['link-local', { baseUrl: 'http://169.254.169.254' }, 'base-url'],
			['link-local by https', { baseUrl: 'https://169.254.169.254' }, 'not-deployed'],
			['private network', { baseUrl: 'https://10.0.0.1' }, 'not-deployed'],
			['link-local of IPv6', { baseUrl: 'https://[fe80::1]' }, 'not-deployed'],
			['IPv4 in IPv6', { baseUrl: 'http://[::ffff:169.254.169.254]' }, 'base-url'],
			['all addresses', { baseUrl: `http://0.0.0.0:${port}` }, 'base-url'],
			['a decimal address', { baseUrl: 'http://2852039166' }, 'base-url'],
			['an octal address', { baseUrl: 'http://0251.0376.0251.0376' }, 'base-url'],
			['a metadata name', { baseUrl: 'https://metadata.google.internal' }, 'not-deployed'],
			['a name that starts like loopback', { baseUrl: 'http://127.0.0.1.example.com' }, 'base-url'],
			['a name that ends like loopback', { baseUrl: 'http://evil.localhost' }, 'base-url'],
			[
				'a name that starts like Pendo',
				{ baseUrl: 'https://app.pendo.io.example.com' },
				'not-deployed',
			],
			[
				'a sign-in before the host',
				{ baseUrl: `http://127.0.0.1:${port}@example.com` },
				'base-url',
			],
			['a path', { baseUrl: `http://127.0.0.1:${port}/secret?x=` }, 'base-url'],
			['a file', { baseUrl: 'file:///etc/passwd' }, 'base-url'],
			['another protocol', { baseUrl: `gopher://127.0.0.1:${port}` }, 'base-url'],
			['a line break', { baseUrl: `http://127.0.0.1:${port}\r\nx: y` }, 'base-url'],
			['a region called __proto__', { region: '__proto__' }, 'base-url'],
			['a region called constructor', { region: 'constructor' }, 'base-url'],
		];
		const refused = await outcomes(
			places.map(([name, place, code]) => [
				name,
				() => ask('verify', draft(place), writer),
				`400 ${code}`,
			]),
		);
		const reached = emulator.control.requests().length - requestsBefore + heard.length;
		const { id } = emulator.control.addFault({
			times: 'always',
			fault: { type: 'redirect', location: `${endless}/elsewhere` },
		});
		const redirected = await outcomes([
			['verify', () => ask('verify', good, writer), '400 redirected'],
			['reports', () => ask('reports', good, writer), '400 redirected'],
		]);
		emulator.control.clearFaults(id);
		const followed = heard.length;
		const polluting = await outcomes([
			[
				'__proto__ in the body',
				() =>
					ask(
						'verify',
						`{"region":"custom","__proto__":{"apiKey":"${READ_WRITE_KEY}","baseUrl":"${emulator.url}"}}`,
						writer,
					),
				'400 no-credential',
			],
			[
				'constructor in the body',
				() =>
					ask(
						'verify',
						`{"constructor":{"prototype":{"apiKey":"x","baseUrl":"${emulator.url}"}}}`,
						writer,
					),
				'400 no-credential',
			],
			['nothing after it', () => ask('verify', '{"region":"custom"}', writer), '400 no-credential'],
		]);
		const before = memoryOf(host.nodeRed.pid);
		let peak = before;
		const look = setInterval(() => (peak = Math.max(peak, memoryOf(host.nodeRed.pid))), 50);
		const large = await ask('reports', draft({ baseUrl: endless }), writer);
		clearInterval(look);
		emulator.control.addFault({ times: 'always', fault: { type: 'stall' } });
		const slow = await ask('verify', good, writer);
		const seconds = Math.round(slow.milliseconds / 1000);
		const grewBy = Math.round(peak - before);
		return [
			allOf('Attackers: Node-RED admin endpoints answer only who may write', access),
			allOf('Attackers: Node-RED admin endpoints refuse an address that is not theirs', refused),
			never('Attackers: requests that came to a listener behind such an address', reached),
			allOf('Attackers: Node-RED admin endpoints do not follow a redirect', redirected),
			never('Attackers: requests that followed a redirect', followed),
			allOf('Attackers: prototype pollution by a body changes nothing', polluting),
			{
				name: 'Attackers: an endless list of reports',
				value: `${large.status} ${large.code}; memory grew by ${grewBy} MB`,
				target: 'refused; memory grows by less than 300 MB',
				holds: large.status === 400 && grewBy < 300,
			},
			{
				name: 'Attackers: a server that never answers holds an admin request for',
				value: `${seconds} s, then ${slow.code}`,
				target: 'at most 35 s',
				holds: slow.code === 'too-slow' && seconds <= 35,
			},
		];
	} finally {
		await host.close();
		await emulator.close();
		stranger.closeAllConnections();
		stranger.close();
	}
}

/** Each question, and the answer that it must get: a status and a code. */
async function outcomes(questions: Question[]) {
	const all: { name: string; problem?: string }[] = [];
	for (const [name, ask, wanted] of questions) {
		const { status, code } = await ask();
		const got = code === undefined ? String(status) : `${status} ${code}`;
		all.push({ name, problem: got === wanted ? undefined : `answered ${got}` });
	}
	return all;
}
