import { createServer, type Server } from 'node:net';
import { findFreePort } from '../../scripts/ports';

const listenOn = (port: number): Promise<Server> =>
	new Promise((settle, fail) => {
		const server = createServer();
		server.once('error', fail);
		server.listen(port, '127.0.0.1', () => settle(server));
	});

const close = (server: Server): Promise<void> =>
	new Promise((settle) => {
		server.close(() => settle());
	});

describe('the port of a start', () => {
	it('is the preferred one while that is free', async () => {
		const free = await findFreePort();
		expect(await findFreePort(free)).toBe(free);
	});

	it('is another free one when somebody listens on the preferred one', async () => {
		const taken = await findFreePort();
		const somebody = await listenOn(taken);
		try {
			const port = await findFreePort(taken);
			expect(port).not.toBe(taken);
			await close(await listenOn(port));
		} finally {
			await close(somebody);
		}
	});
});
