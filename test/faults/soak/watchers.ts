import { setTimeout as sleep } from 'node:timers/promises';
import { READ_WRITE_KEY } from '../../../emulator/keys';
import type { WatchState } from '../../../core/watch';
import { accountOf } from '../../../node-red/src/pendo-client';
import { Watcher } from '../../../node-red/src/watcher';

export interface SoakPlan {
	url: string;
	reports: string[];
	/** Good polls of each watch. */
	polls: number;
	/** Polls of each after which all is warm. */
	fresh: number;
}

export interface SoakResult {
	polls: number;
	/** Megabytes of heap and buffers after collecting garbage. */
	heapAtWarm: number;
	heapAtEnd: number;
	openAtWarm: number;
	openAtEnd: number;
	openWhenClosed: number;
	warnings: number;
}

/** Run as a program of its own, so that its memory is that of the watches alone. */
async function main(plan: SoakPlan): Promise<void> {
	const collect = (globalThis as { gc?: () => void }).gc!;
	let warnings = 0;
	process.on('warning', () => warnings++);
	const account = accountOf({ region: 'custom', baseUrl: plan.url }, READ_WRITE_KEY);
	const counts = new Map(plan.reports.map((report) => [report, 0]));
	const watchers = plan.reports.map((report) => {
		let stored: WatchState | undefined;
		return new Watcher(
			{
				nodeId: report,
				account,
				options: {
					...{ kind: 'visitor', report: { id: report, name: report }, pair: false },
					...{ events: ['entered'], changedFields: [], oldValues: false, rows: 'first' },
					...{ firstPoll: 'snapshot', returning: 'everyTime' },
					flood: { mode: 'all', threshold: 100, releaseNow: 60, keepLeavers: false },
					words: { release: '', beginAnew: '' },
				},
				interval: 50,
				releasePerSecond: 1,
				store: {
					load: async () => stored,
					save: async (state) => {
						stored = state;
					},
				},
			} as ConstructorParameters<typeof Watcher>[0],
			{
				send: () => undefined,
				polling: () => undefined,
				resting: () => counts.set(report, counts.get(report)! + 1),
				failing: () => undefined,
			} as ConstructorParameters<typeof Watcher>[1],
			() => undefined,
		);
	});
	const all = () => Math.min(...counts.values());
	const heap = () => {
		collect();
		collect();
		const { heapUsed, external } = process.memoryUsage();
		return (heapUsed + external) / 1024 ** 2;
	};
	const open = () => process.getActiveResourcesInfo().length;
	for (const watcher of watchers) watcher.start();
	while (all() < plan.fresh) await sleep(50);
	const warm = { heapAtWarm: heap(), openAtWarm: open() };
	while (all() < plan.polls) await sleep(50);
	const end = { heapAtEnd: heap(), openAtEnd: open() };
	await Promise.all(watchers.map((watcher) => watcher.close()));
	await sleep(200);
	const openWhenClosed = process
		.getActiveResourcesInfo()
		.filter((name) => /TCP|Timeout|TLS/.test(name)).length;
	const polls = [...counts.values()].reduce((sum, count) => sum + Math.min(count, plan.polls), 0);
	const result: SoakResult = { polls, ...warm, ...end, openWhenClosed, warnings };
	process.stdout.write(`${JSON.stringify(result)}\n`);
}

main(JSON.parse(process.argv[2]!) as SoakPlan).catch((error: unknown) => {
	process.stderr.write(`${String(error)}\n`);
	process.exitCode = 1;
});
