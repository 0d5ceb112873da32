import { readFileSync } from 'node:fs';
import { loadBody, openBody, type Body, type Place } from '../body';
import { runCase } from '../case';
import { median } from '../statistics';
import { NEWCOMERS } from '../reports';
import { StallWatch } from '../stall';
import { WAYS, type WayName } from '../ways';

export interface PollCase {
	readonly way: WayName;
	readonly place: Place;
	readonly source: 'loopback' | 'memory';
	/** Where the way's state before the newcomers is; without it the poll is the first. */
	readonly file?: string;
	/** As many polls come first, unmeasured, in the same process. */
	readonly warmUp: number;
	/** The result is the median of so many. */
	readonly polls: number;
}

export interface PollCost {
	readonly milliseconds: number;
	/** Processor time of the main thread, which is what holds the event loop. */
	readonly cpuMilliseconds: number;
	readonly stallMilliseconds: number;
	/** Processor time of the main thread within the longest gap. */
	readonly stallCpuMilliseconds: number;
	/** The highest resident memory of the process during the polls above that before them, MB of 10^6 bytes. */
	readonly megabytes: number;
}

runCase(async ({ way, place, source, file, warmUp, polls }: PollCase): Promise<PollCost> => {
	const stored = file === undefined ? undefined : readFileSync(file, 'utf8');
	const isParser = way !== 'drain';
	const open = source === 'memory' ? await loadBody(place, 'body') : () => openBody(place, 'body');

	async function pollOnce(): Promise<PollCost> {
		const stall = new StallWatch();
		const cpu = process.threadCpuUsage();
		const start = performance.now();
		const body: Body = await open();
		const { newcomers } = await WAYS[way].poll(stored, body);
		const milliseconds = performance.now() - start;
		const { user, system } = process.threadCpuUsage(cpu);
		await stall.stop();
		const expected = stored !== undefined && isParser ? NEWCOMERS : 0;
		if (newcomers !== expected) {
			throw new Error(`${way} found ${newcomers} newcomers instead of ${expected}`);
		}
		return {
			milliseconds,
			cpuMilliseconds: (user + system) / 1000,
			stallMilliseconds: stall.milliseconds,
			stallCpuMilliseconds: stall.cpuMilliseconds,
			megabytes: 0,
		};
	}

	for (let poll = 0; poll < warmUp; poll++) await pollOnce();
	const memoryBefore = process.memoryUsage.rss();
	const costs: PollCost[] = [];
	for (let poll = 0; poll < polls; poll++) costs.push(await pollOnce());
	const memoryHighest = process.resourceUsage().maxRSS * 1024;
	return {
		milliseconds: median(costs.map((cost) => cost.milliseconds)),
		cpuMilliseconds: median(costs.map((cost) => cost.cpuMilliseconds)),
		stallMilliseconds: median(costs.map((cost) => cost.stallMilliseconds)),
		stallCpuMilliseconds: median(costs.map((cost) => cost.stallCpuMilliseconds)),
		megabytes: (memoryHighest - memoryBefore) / 1e6,
	};
});
