import { setTimeout as sleep } from 'node:timers/promises';
import type { Emulator } from '../../../emulator/server';
import type { FaultyProxy } from '../proxy';
import { memoryOf } from '../support/memory';
import type { Outcome } from '../support/row';
import type { Told } from '../support/told';
import { waitUntil } from '../support/wait';
import type { NetworkHost } from './host';
import { WORDS, type NetworkFault } from './table';

export interface NetworkOutcome extends Outcome {
	/** Megabytes that the engine grew by at most while it struck. */
	grewBy?: number;
}

/** Several polls. */
const TEN_SECONDS = 10_000;
const NEWCOMER = 'newcomer';
/** Long enough for three failing polls on a busy machine. */
const UNTIL_TOLD = 180_000;

/** Lets every fault strike a watch of its own, all at a time; then mends all. */
export async function strike(
	host: NetworkHost,
	emulator: Emulator,
	proxy: FaultyProxy,
	faults: readonly NetworkFault[],
	untilTold = UNTIL_TOLD,
): Promise<NetworkOutcome[]> {
	const { control } = emulator;
	for (const { name } of faults)
		control.createReport({ id: name, name, type: 'Visitor', generated: 40 });
	await host.follow(faults.map(({ name }) => ({ name, baseUrl: proxy.url })));
	await waitUntil(
		'a first poll of all',
		() => faults.every(({ name }) => reads(emulator, name) >= 2 && host.stateOf(name) !== ''),
		120_000,
	);
	const before = new Map(faults.map(({ name }) => [name, host.stateOf(name)]));
	for (const { name, spoil, times } of faults) {
		proxy.spoil(name, async (exchange) => {
			if (times !== undefined && exchange.before + 1 >= times) proxy.spoil(name, undefined);
			await spoil(exchange);
		});
		control.enter(name, { rows: [{ visitorId: NEWCOMER }] });
	}
	const outcomes = await Promise.all(
		faults.map(async (fault): Promise<NetworkOutcome> => {
			const problem = await follow(host, proxy, fault, before.get(fault.name)!, untilTold).catch(
				(error: Error) => error.message,
			);
			return { name: fault.name, problem };
		}),
	);
	return outcomes;
}

/** Answers what was not as it must be. */
async function follow(
	host: NetworkHost,
	proxy: FaultyProxy,
	fault: NetworkFault,
	stateBefore: string,
	untilTold: number,
): Promise<string | undefined> {
	const { name, told, times, strikes = times ?? 2, apart, patient } = fault;
	const mine = async (from: Told['from']) =>
		(await host.told()).filter((each) => each.report === name && each.from === from);
	const fired = async () => (await mine('event')).map(({ subject }) => subject);
	await waitUntil(
		`${patient ? 1 : strikes} strikes (${proxy.struck(name)})`,
		() => proxy.struck(name) >= (patient ? 1 : strikes),
		untilTold,
		200,
	);
	if (told !== undefined) {
		await waitUntil('an error', async () => (await mine('error')).length > 0, untilTold, 200);
		const [error] = await mine('error');
		if (error!.code !== undefined && error!.code !== told) return `told ${error!.code}`;
		if (!WORDS[told]!.test(error!.message ?? '')) return `said "${error!.message}"`;
		const early = await fired();
		if (early.length > 0) return `fired ${early.join()} while broken`;
		if (host.stateOf(name) !== stateBefore) return 'its state changed while broken';
	}
	if (apart !== undefined) {
		const gaps = proxy.struckAt(name).map((at, index, all) => at - (all[index - 1] ?? 0));
		const shortest = Math.min(...gaps.slice(1));
		if (shortest < apart * 1_000) return `asked again after ${shortest} ms`;
	}
	if (patient) {
		await sleep(TEN_SECONDS);
		if (proxy.struck(name) !== 1) return `asked ${proxy.struck(name)} times`;
	}
	if (fault.readable || times !== undefined)
		await waitUntil('the newcomer', async () => (await fired()).includes(NEWCOMER), untilTold, 200);
	proxy.spoil(name, undefined);
	if (patient) await host.press!(name);
	await waitUntil('the newcomer', async () => (await fired()).includes(NEWCOMER), untilTold, 200);
	await sleep(6_000);
	const wanted = [NEWCOMER, ...(fault.also ?? [])].sort();
	const all = (await fired()).sort();
	if (all.join('\n') !== wanted.join('\n'))
		return `fired ${all.map((id) => id?.slice(0, 40)).join()}`;
	const errors = (await mine('error')).map(({ code, message }) => code ?? message);
	if (errors.length !== (told === undefined ? 0 : 1)) return `told ${errors.join(' and ')}`;
	const notices = (await mine('notice')).map(({ notice }) => notice);
	for (const kind of [...(fault.notices ?? []), ...(told === undefined ? [] : ['recovered'])])
		if (!notices.includes(kind)) return `no notice ${kind}`;
	return undefined;
}

function reads({ control }: Emulator, report: string): number {
	return control
		.requests()
		.filter(({ path, done, status }) => path.includes(`/${report}/`) && done && status === 200)
		.length;
}

/** One after the other, with an eye on memory. */
export async function strikeInTurn(
	host: NetworkHost,
	emulator: Emulator,
	proxy: FaultyProxy,
	faults: readonly NetworkFault[],
	untilTold: number | undefined,
): Promise<NetworkOutcome[]> {
	const outcomes: NetworkOutcome[] = [];
	for (const fault of faults) {
		const start = memoryOf(host.pid());
		let peak = start;
		const look = setInterval(() => (peak = Math.max(peak, memoryOf(host.pid()))), 50);
		const [outcome] = await strike(host, emulator, proxy, [fault], untilTold);
		clearInterval(look);
		outcomes.push({ ...outcome!, grewBy: Math.round(peak - start) });
	}
	return outcomes;
}
