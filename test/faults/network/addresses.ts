import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { FailureCode } from '../../../core/pendo';
import { wire } from '../proxy';
import { allOf, never, type Outcome, type Row } from '../support/row';
import type { Told } from '../support/told';
import { waitUntil } from '../support/wait';
import type { NetworkHost, Place } from './host';
import { WORDS, type NetworkFault } from './table';

/** Not Pendo: nothing may come here, neither after a redirect nor behind a certificate that nobody vouches for. */
export class Stranger {
	private constructor(
		readonly url: string,
		readonly secureUrl: string,
		private readonly heard: readonly string[],
		readonly close: () => void,
	) {}

	static async listen(): Promise<Stranger> {
		const heard: string[] = [];
		const pem = readFileSync(join(__dirname, '../../core/pendo/self-signed.pem'));
		const open = createServer();
		const secure = createSecureServer({ key: pem, cert: pem });
		for (const server of [open, secure]) {
			server.on('request', (request, response) => {
				heard.push(JSON.stringify([request.url, request.headers]));
				response.end('[]');
			});
			server.listen(0, '127.0.0.1');
			await once(server, 'listening');
		}
		const portOf = (server: typeof open) => (server.address() as AddressInfo).port;
		return new Stranger(
			`http://localhost:${portOf(open)}`,
			`https://localhost:${portOf(secure)}`,
			heard,
			() => [open, secure].forEach((server) => server.close()),
		);
	}

	row(host: NetworkHost): Row {
		const name = `Network: ${host.name}: requests that reached another host after a redirect or behind a wrong certificate`;
		return never(name, this.heard.length);
	}
}

/** Answers that send the client to somebody else. */
export function redirects({ url }: Stranger): NetworkFault[] {
	return [301, 302, 307, 308].map((status) => ({
		name: `${status}-to-another-host`,
		spoil: ({ socket }) =>
			void socket.end(wire('', { status, headers: { location: `${url}/elsewhere` } })),
		told: 'redirected',
		...(status === 302 && { quickInN8n: true }),
	}));
}

interface WrongPlace extends Place {
	code: FailureCode;
}

/** Addresses that never led to Pendo. */
export async function wrongAddressRow(host: NetworkHost, { secureUrl }: Stranger): Promise<Row> {
	const places: WrongPlace[] = [
		{ name: 'wrong-certificate', baseUrl: secureUrl, code: 'certificate' },
		{ name: 'no-such-name', baseUrl: 'https://pendo.invalid', code: 'unreachable' },
	];
	await host.follow(places);
	const outcomes = await Promise.all(
		places.map(async ({ name, code }): Promise<Outcome> => {
			const mine = async () =>
				(await host.told()).filter((told) => told.from === 'error' && told.report === name);
			const isTold = async () => (await mine()).length > 0;
			await waitUntil('an error', isTold, 180_000, 200).catch(() => undefined);
			const all = await mine();
			const isRight = ({ message, code: as = code }: Told) =>
				as === code && WORDS[code]!.test(message ?? '');
			const words = all.map((told) => told.code ?? told.message).join(' and ');
			return {
				name,
				problem: all.length === 1 && all.every(isRight) ? undefined : `told ${words || 'nothing'}`,
			};
		}),
	);
	return allOf(`Network: ${host.name}: a wrong address is told in words`, outcomes);
}
