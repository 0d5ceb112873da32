import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Linux counts processor time in hundredths of a second, whatever the machine. */
const TICK = 10;
const MINUTE = 60_000;
/** A process is idle that hardly worked for so long, milliseconds. */
const QUIET = 250;

/** Processor time of all threads of a process so far, milliseconds. */
export function processorTime(pid: number): number {
	const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
	const [user, system] = fields.split(' ').slice(11, 13);
	return (Number(user) + Number(system)) * TICK;
}

/** Resident memory of a process, MB of 10^6 bytes. */
export function residentMemory(pid: number): number {
	const [, kibibytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
	return (Number(kibibytes) * 1024) / 1e6;
}

/** Waits until a process has hardly worked for a while. */
export async function untilIdle(pid: number): Promise<void> {
	const deadline = Date.now() + 5 * MINUTE;
	let workedBefore = processorTime(pid);
	let quietSince = Date.now();
	while (Date.now() - quietSince < QUIET) {
		if (Date.now() > deadline) throw new Error(`process ${pid} did not come to rest`);
		await sleep(50);
		const worked = processorTime(pid);
		if (worked - workedBefore <= TICK) continue;
		workedBefore = worked;
		quietSince = Date.now();
	}
}
