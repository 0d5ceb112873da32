import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createSecureServer } from 'node:https';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startEmulator } from '../../../emulator/server';
import { Bench } from '../../n8n/support/bench';
import { FaultyProxy } from '../proxy';
import { allOf, never, type Outcome, type Row } from '../support/row';
import { NodeRedHost } from '../support/node-red-host';
import { toldTo } from '../support/told';
import { waitUntil } from '../support/wait';
import { leaks } from '../secrets';
import type { NetworkHost } from './host';
import { n8nNetwork } from './n8n';
import { nodeRedNetwork } from './node-red';
import { strike, strikeInTurn, type NetworkOutcome } from './run';
import { bombs, megabytesOf, NETWORK_FAULTS, type NetworkFault } from './table';

/** Bomb parts in a quick and in a full run. */
const PARTS = { quick: 4, full: 16 };
/** Megabytes that an engine may grow by under a bomb: the largest row, read and copied, and what else it does. */
const MOST_GROWTH = 200;
/** A watch that is slow is told of at its third poll, five minutes each. */
const UNTIL_SLOW_IS_TOLD = 20 * 60_000;

export async function nodeRedNetworkRows(full: boolean): Promise<Row[]> {
	const emulator = await startEmulator();
	const key = canary();
	emulator.control.setKey(key, {});
	const proxy = await FaultyProxy.listen(() => emulator.port);
	const host = await nodeRedNetwork(emulator, proxy.url, key);
	try {
		const faults = NETWORK_FAULTS.filter(({ slow }) => full || !slow);
		const outcomes = await strike(
			host,
			emulator,
			proxy,
			faults,
			full ? UNTIL_SLOW_IS_TOLD : undefined,
		);
		const parts = full ? PARTS.full : PARTS.quick;
		const bombed = await strikeInTurn(host, emulator, proxy, bombs(parts));
		return [
			...outcomes.map((outcome) => rowOf(host, outcome, faults)),
			...bombed.map((outcome) => bombRow(host, outcome, parts)),
			await leaks(host, key, JSON.stringify(emulator.control.inbox())),
			indiscreetRow(host, proxy),
		];
	} finally {
		await host.close();
		await proxy.close();
		await emulator.close();
	}
}

export async function n8nNetworkRows(full: boolean): Promise<Row[]> {
	const bench = await Bench.start({ env: { N8N_LOG_LEVEL: 'debug' } });
	const key = canary();
	bench.emulator.control.setKey(key, {});
	const proxy = await FaultyProxy.listen(() => bench.emulator.port);
	const host = await n8nNetwork(bench, proxy.url, key);
	try {
		const faults = NETWORK_FAULTS.filter(({ n8n, slow }) => n8n && (full || !slow));
		const outcomes = await strike(
			host,
			bench.emulator,
			proxy,
			faults,
			full ? UNTIL_SLOW_IS_TOLD : undefined,
		);
		const rows = outcomes.map((outcome) => rowOf(host, outcome, faults));
		if (full) {
			await bench.stopWatches();
			const bombed = await strikeInTurn(host, bench.emulator, proxy, bombs(PARTS.full));
			rows.push(...bombed.map((outcome) => bombRow(host, outcome, PARTS.full)));
		}
		return [...rows, await leaks(host, key, ''), indiscreetRow(host, proxy)];
	} finally {
		await proxy.close();
		await bench.close();
	}
}

/** Addresses that lead nowhere good: a host without a name, a wrong certificate, a redirect to somebody else. */
export async function wrongAddressRows(): Promise<Row[]> {
	const emulator = await startEmulator();
	const heard: string[] = [];
	const stranger = createServer((request, response) => {
		heard.push(JSON.stringify([request.url, request.headers]));
		response.end('[]');
	});
	const pem = readFileSync(join(__dirname, '../../core/pendo/self-signed.pem'));
	const impostor = createSecureServer({ key: pem, cert: pem }, (request, response) => {
		heard.push(JSON.stringify([request.url, request.headers]));
		response.end('[]');
	});
	for (const server of [stranger, impostor]) {
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
	}
	const portOf = (server: typeof stranger) => (server.address() as AddressInfo).port;
	const proxy = await FaultyProxy.listen(() => emulator.port);
	const host = await NodeRedHost.open({ inbox: `${emulator.url}/emulator/inbox`, key: canary() });
	try {
		const away = (status: number) => `redirect-${status}`;
		for (const status of [301, 302, 307, 308])
			proxy.spoil(away(status), ({ socket }) => {
				const location = `http://localhost:${portOf(stranger)}/elsewhere`;
				socket.end(
					`HTTP/1.1 ${status} Moved\r\nlocation: ${location}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
				);
			});
		const places = [
			...[301, 302, 307, 308].map((status) => ({
				...{ report: away(status), baseUrl: proxy.url, code: 'redirected' },
			})),
			{
				...{ report: 'wrong-certificate', code: 'certificate' },
				baseUrl: `https://localhost:${portOf(impostor)}`,
			},
			{ report: 'no-such-name', baseUrl: 'https://pendo.invalid', code: 'unreachable' },
		];
		await host.follow(places);
		const outcomes = await Promise.all(
			places.map(async ({ report, code }): Promise<Outcome> => {
				const mine = () =>
					toldTo(emulator).filter((told) => told.from === 'error' && told.report === report);
				await waitUntil('an error', () => mine().length > 0, 120_000).catch(() => undefined);
				const told = mine().map((each) => each.code);
				const problem = told.join() === code ? undefined : `told ${told.join() || 'nothing'}`;
				return { name: report, problem };
			}),
		);
		return [
			allOf('Network: Node-RED: a wrong address is told in words', outcomes),
			never(
				'Network: Node-RED: requests that reached another host after a redirect or behind a wrong certificate',
				heard.length,
			),
		];
	} finally {
		await host.close();
		await proxy.close();
		await emulator.close();
		stranger.close();
		impostor.close();
	}
}

function indiscreetRow(host: NetworkHost, { indiscreet }: FaultyProxy): Row {
	const name = `Secrets: ${host.name}: requests with the key elsewhere than in its header, or with a Referer`;
	return never(name, indiscreet);
}

function canary(): string {
	return `canary-${randomBytes(16).toString('hex')}`;
}

function rowOf(
	host: NetworkHost,
	{ name, problem }: Outcome,
	faults: readonly NetworkFault[],
): Row {
	const fault = faults.find((each) => each.name === name);
	const seen = fault?.told ?? (fault?.notices?.join() || 'nothing');
	return {
		name: `Network: ${host.name}: ${name}`,
		value: problem ?? `told: ${seen}; then exactly the right events`,
		target: `told: ${seen}; state unchanged; then exactly the right events`,
		holds: problem === undefined,
	};
}

function bombRow(host: NetworkHost, { name, problem, grewBy }: NetworkOutcome, parts: number): Row {
	return {
		name: `Network: ${host.name}: ${name} (${megabytesOf(parts)} MB)`,
		value: problem ?? `an error; memory grew by ${grewBy} MB`,
		target: `an error; memory grows by less than ${MOST_GROWTH} MB`,
		holds: problem === undefined && grewBy! < MOST_GROWTH,
	};
}
