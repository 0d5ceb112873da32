import { figure, table } from './table';
import type { FlowCost, FlowName } from './node-red';

const NAMES: Readonly<Record<FlowName, string>> = {
	'pendo-nodes': 'pendo-nodes',
	'split and filter': 'http request, split, change, filter',
	function: 'http request, function with context',
};

/** The chapter of docs/performance.md on flows. */
export function describeFlows(flows: readonly FlowCost[]): string {
	return `${table(
		[
			'flow',
			'rows',
			'CPU of an idle poll, ms',
			'memory, MB',
			'longest stall, ms / by processor time',
			'events of the first poll',
			'for one newcomer, restart',
			'for one newcomer, full deploy',
		],
		flows.map((cost) => [
			NAMES[cost.flow],
			cost.rows.toLocaleString('en'),
			figure(cost.cpuMilliseconds),
			figure(cost.megabytes),
			`${figure(cost.stallMilliseconds)} / ${figure(cost.stallCpuMilliseconds)}`,
			judged(cost.first, 0),
			judged(cost.afterRestart, 1),
			judged(cost.afterDeploy, 1),
		]),
	)}

The two flows are in \`bench/peers/\`: what one draws with the nodes that every Node-RED has. Each flow runs in a Node-RED 5 of its
own, one after the other, on one emulator of Pendo, with no context store set, as Node-RED is installed. The processor time is
that of the whole process, all threads, unpacking of the answer included: our node asks for a packed one, an _http request_ node
does not. The memory is what the process has grown by since before the flow was there. The stall is the longest of a poll, the
median of five polls. The newcomer appears while
Node-RED is stopped, or just before all nodes are deployed anew.`;
}

function judged(events: number, right: number): string {
	return events === right ? String(events) : `**${events.toLocaleString('en')}**`;
}
