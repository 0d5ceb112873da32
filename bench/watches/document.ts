import { figure, table } from '../table';
import { FEWEST, MOST } from '../../test/support/many-watches/engine';
import type { WatchesCost } from './measure';
import type { LoopDelay } from './probe';

/** The chapter of docs/performance.md on many watches in one engine. */
export function describeWatches(costs: readonly WatchesCost[]): string {
	return `${table(
		['engine', 'watches', 'median, ms', 'one of 100 above, ms', 'worst, ms / by processor time'],
		costs.flatMap(({ load, idle, start, startSeconds, busy }) => [
			line(load.engine, `${load.watches}, switched off`, idle),
			line(load.engine, `${load.watches}, switched on within ${figure(startSeconds)} s`, start),
			line(load.engine, `${load.watches}, each polls every ${load.interval} s`, busy),
		]),
	)}

${table(
	[
		'engine',
		'measured, s',
		'polls',
		'processor time a poll, ms',
		'entered',
		'missed or told twice',
	],
	costs.map(({ load, polls, cpuMilliseconds, entered, wrong }) => [
		load.engine,
		String(load.busy),
		String(polls),
		figure(cpuMilliseconds),
		String(entered),
		wrong === 0 ? '0' : `**${wrong}**`,
	]),
)}

Each watch follows a report of its own, of ${FEWEST} to ${MOST} visitors. The event loop is measured inside the engine's process by
\`perf_hooks.monitorEventLoopDelay\`: by how much timers come late. The engine, idle, holds the very same watches, switched off: its
own work, collecting garbage and other programs on the machine delay it too. The processor time a poll is that of the whole process above
that of the idle one, all threads, unpacking of the answer included. In Node-RED all watches start at once, as after a
deploy, and drift apart with each poll; in n8n their poll times are spread evenly, which n8n itself does for those who
choose no times of their own. n8n runs with \`N8N_EXPRESSION_ENGINE=legacy\`: with its default, which builds an isolate of
V8 for the expressions of a poll, two hundred workflows were not all switched on within some minutes on two processors.`;
}

function line(engine: string, watches: string, delay: LoopDelay): string[] {
	const worst = `${figure(delay.worst)} / ${figure(delay.worstCpu)}`;
	return [engine, watches, figure(delay.median), figure(delay.late), worst];
}
