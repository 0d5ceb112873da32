import { Pace, type PollOptions } from '../core/watch';

/** A watch as it is set up without changing anything, with the pace that Node-RED gives it. */
export const WATCH: PollOptions = {
	host: 'app.pendo.io',
	kind: 'visitor',
	pair: false,
	report: { id: 'benchmark', name: 'Benchmark' },
	events: ['entered'],
	changedFields: [],
	oldValues: false,
	rows: 'first',
	firstPoll: 'snapshot',
	returning: 'everyTime',
	flood: { mode: 'hold', threshold: 100, releaseNow: 60, keepLeavers: false },
	words: { release: '', beginAnew: '' },
	now: 0,
	pace: new Pace(() => new Promise<void>((resolve) => setImmediate(resolve))),
};
