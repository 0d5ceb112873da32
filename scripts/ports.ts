import { createServer } from 'node:net';

/** The preferred port of 127.0.0.1 if nothing listens there, else any free one. */
export async function findFreePort(preferred = 0): Promise<number> {
	const found = await tryPort(preferred);
	if (found !== undefined) return found;
	const other = await tryPort(0);
	if (other === undefined) throw new Error('No free port on 127.0.0.1.');
	return other;
}

function tryPort(port: number): Promise<number | undefined> {
	return new Promise((settle) => {
		const server = createServer();
		server.once('error', () => settle(undefined));
		server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
			const address = server.address();
			server.close(() => settle(typeof address === 'object' ? address?.port : undefined));
		});
	});
}
