import { parseArgs } from 'node:util';

import { asRegion } from './regions';
import { READ_WRITE_KEY, startEmulator, type Emulator } from './server';

const USUAL_PORT = 8797;

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			port: { type: 'string' },
			region: { type: 'string', default: 'us' },
			seed: { type: 'string', default: '1' },
			json: { type: 'boolean', default: false },
		},
	});
	const options = { region: asRegion(values.region), seed: Number(values.seed) };
	const emulator = await start(values.port, options);
	for (const signal of ['SIGINT', 'SIGTERM'] as const)
		process.once(signal, () => void emulator.close().then(() => process.exit(0)));
	if (values.json) console.log(JSON.stringify({ url: emulator.url, key: READ_WRITE_KEY }));
	else
		console.log(
			`Pendo emulator: ${emulator.url}\nIntegration key: ${READ_WRITE_KEY}\nCtrl-C stops it.`,
		);
}

/** The usual port may be taken: then any free one will do. A port that was asked for must be that one. */
async function start(port: string | undefined, options: object): Promise<Emulator> {
	if (port !== undefined) return await startEmulator({ ...options, port: Number(port) });
	const usual = await startEmulator({ ...options, port: USUAL_PORT }).catch(
		(error: NodeJS.ErrnoException) => {
			if (error.code === 'EADDRINUSE') return undefined;
			throw error;
		},
	);
	return usual ?? (await startEmulator(options));
}

main().catch((error: NodeJS.ErrnoException) => {
	console.error(
		error.code === 'EADDRINUSE' ? 'That port is taken: choose another with --port.' : error.message,
	);
	process.exit(1);
});
