import { randomBytes } from 'node:crypto';
import { startEmulator, type Emulator } from '../../../emulator/server';
import { Bench } from '../../n8n/support/bench';
import { FaultyProxy } from '../proxy';
import { leaks } from '../secrets';
import { never, type Outcome, type Row } from '../support/row';
import { redirects, Stranger, wrongAddressRow } from './addresses';
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

interface Plan {
	emulator: Emulator;
	key: string;
	full: boolean;
	isTried(fault: NetworkFault): boolean;
	bombed: boolean;
}

export async function nodeRedNetworkRows(full: boolean): Promise<Row[]> {
	const emulator = await startEmulator();
	const key = canary(emulator);
	const host = await nodeRedNetwork(emulator, key);
	try {
		return await networkRows(host, { emulator, key, full, isTried: () => true, bombed: true });
	} finally {
		await host.close();
		await emulator.close();
	}
}

export async function n8nNetworkRows(full: boolean): Promise<Row[]> {
	const bench = await Bench.start({ env: { N8N_LOG_LEVEL: 'debug' } });
	const { emulator } = bench;
	const key = canary(emulator);
	const host = n8nNetwork(bench, key);
	// Nobody can ask n8n for a check.
	const isTried = ({ quickInN8n, patient }: NetworkFault) =>
		full ? !patient : quickInN8n === true;
	try {
		return await networkRows(host, { emulator, key, full, isTried, bombed: full });
	} finally {
		await bench.close();
	}
}

async function networkRows(
	host: NetworkHost,
	{ emulator, key, full, isTried, bombed }: Plan,
): Promise<Row[]> {
	const proxy = await FaultyProxy.listen(() => emulator.port);
	const stranger = await Stranger.listen();
	try {
		const faults = [...NETWORK_FAULTS, ...redirects(stranger)]
			.filter(isTried)
			.filter(({ slow }) => full || !slow);
		const untilTold = full ? UNTIL_SLOW_IS_TOLD : undefined;
		const outcomes = await strike(host, emulator, proxy, faults, untilTold);
		const addresses = await wrongAddressRow(host, stranger);
		const parts = full ? PARTS.full : PARTS.quick;
		const struck = await strikeInTurn(host, emulator, proxy, bombed ? bombs(parts) : [], untilTold);
		return [
			...outcomes.map((outcome) => rowOf(host, outcome, faults)),
			...struck.map((outcome) => bombRow(host, outcome, parts)),
			addresses,
			stranger.row(host),
			await leaks(host, key, faults[0]!.name),
			indiscreetRow(host, proxy),
		];
	} finally {
		stranger.close();
		await proxy.close();
	}
}

function indiscreetRow(host: NetworkHost, { indiscreet }: FaultyProxy): Row {
	const name = `Secrets: ${host.name}: requests with the key elsewhere than in its header, or with a Referer`;
	return never(name, indiscreet);
}

/** A key that is found wherever it shows. */
function canary({ control }: Emulator): string {
	const key = `canary-${randomBytes(16).toString('hex')}`;
	control.setKey(key, {});
	return key;
}

function rowOf(
	host: NetworkHost,
	{ name, problem }: Outcome,
	faults: readonly NetworkFault[],
): Row {
	const fault = faults.find((each) => each.name === name);
	const told = fault?.told ?? (fault?.notices?.join() || 'nothing');
	// What can be read is taken, and then the state is another one.
	const kept = fault?.told === undefined ? '' : ' state unchanged;';
	const wanted = `told: ${told};${kept} then exactly the right events`;
	return {
		name: `Network: ${host.name}: ${name}`,
		value: problem ?? wanted,
		target: wanted,
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
