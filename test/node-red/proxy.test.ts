import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { READ_WRITE_KEY } from '../../emulator/server';
import { Scene } from './support/scene';

describe("The proxy of Node-RED's environment", () => {
	const asked: string[] = [];
	let proxy: Server;
	let address: string;

	beforeAll(async () => {
		proxy = createServer((incoming, outgoing) => {
			asked.push(`${incoming.method} ${incoming.url}`);
			const onward = request(incoming.url!, { method: incoming.method, headers: incoming.headers });
			onward.on('response', (answer) => {
				outgoing.writeHead(answer.statusCode!, answer.headers);
				answer.pipe(outgoing);
			});
			incoming.pipe(onward);
		});
		proxy.on('connect', (incoming, socket) => {
			asked.push(`CONNECT ${incoming.url} ${JSON.stringify(incoming.headers)}`);
			socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
		});
		await new Promise<void>((settle) => proxy.listen(0, '127.0.0.1', settle));
		address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
	});

	afterAll(() => {
		proxy.closeAllConnections();
		proxy.close();
	});

	beforeEach(() => asked.splice(0));

	async function verify(scene: Scene, place: object): Promise<{ code: string }> {
		const answer = await fetch(`${scene.nodeRed.url}/pendo/verify`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ configId: 'config', apiKey: READ_WRITE_KEY, ...place }),
		});
		return (await answer.json()) as { code: string };
	}

	it('is used, and never sees the key on its way to Pendo', async () => {
		const env = { HTTP_PROXY: address, HTTPS_PROXY: address, NO_PROXY: '' };
		const scene = await Scene.open({ env });
		try {
			const here = await verify(scene, { region: 'custom', baseUrl: scene.emulator.url });
			expect(here.code).toBe('ok');
			expect(asked).toEqual([`GET ${scene.emulator.url}/api/v1/token/verify`]);
			await verify(scene, { region: 'eu' });
			expect(asked[1]).toMatch(/^CONNECT app\.eu\.pendo\.io:443 /);
			expect(asked[1]).not.toContain(READ_WRITE_KEY);
		} finally {
			await scene.close();
		}
	}, 600_000);

	it('is left out for a host in NO_PROXY', async () => {
		const scene = await Scene.open({ env: { HTTP_PROXY: address, NO_PROXY: '127.0.0.1' } });
		try {
			await scene.follow();
			await scene.pollAgain();
			expect(asked).toEqual([]);
		} finally {
			await scene.close();
		}
	}, 600_000);
});
