import type { FlowCost } from './node-red';
import type { Finding } from './targets';

/** Our node beside the flows drawn by hand: right where they are wrong, and cheaper than both. */
export function flowFindings(flows: readonly FlowCost[]): Finding[] {
	const sizes = [...new Set(flows.map(({ rows }) => rows))];
	return sizes.flatMap((size) => findingsOf(flows.filter(({ rows }) => rows === size)));
}

function findingsOf(flows: readonly FlowCost[]): Finding[] {
	const ours = flows.find(({ flow }) => flow === 'pendo-nodes')!;
	const peers = flows.filter((cost) => cost !== ours);
	const size = `${ours.rows.toLocaleString('en')} rows in Node-RED`;
	const ratio = (
		figure: (cost: FlowCost) => number,
	): Pick<Finding, 'value' | 'unit' | 'below'> => ({
		unit: '× the cheaper flow by hand',
		value: figure(ours) / Math.min(...peers.map(figure)),
		below: 1,
	});
	const right = (value: number, exactly: number) => ({ unit: 'events', value, exactly });
	return [
		{
			name: `processor time of an idle poll of ${size}`,
			...ratio(({ cpuMilliseconds }) => cpuMilliseconds),
		},
		{
			name: `growth of resident memory by polls of ${size}`,
			...ratio(({ megabytes }) => megabytes),
		},
		{
			name: `longest stall of the event loop by polls of ${size}`,
			...ratio(({ stallMilliseconds }) => stallMilliseconds),
			byProcessorTime: ratio(({ stallCpuMilliseconds }) => stallCpuMilliseconds).value,
		},
		{ name: `the first poll of ${size}`, ...right(ours.first, 0) },
		{
			name: `one newcomer during a restart, ${size}`,
			...right(ours.afterRestart, 1),
		},
		{
			name: `one newcomer during a full deploy, ${size}`,
			...right(ours.afterDeploy, 1),
		},
	];
}
