import { adminRows } from './attackers/admin';
import { expressionRows } from './attackers/expressions';
import { fuzzRows } from './fuzz';
import { killRows, VICTIMS } from './kills';
import { n8nNetworkRows, nodeRedNetworkRows } from './network';
import { n8nSoakRows, nodeRedSoakRows } from './soak';
import { n8nClockRows, n8nStateRows } from './state/n8n';
import { nodeRedClockRows, nodeRedDiskRows, nodeRedStateRows } from './state/node-red';
import type { Row } from './support/row';

export interface Depth {
	full: boolean;
	/** For each host and mode. */
	kills: number;
	/** For each fuzzer. */
	fuzzMinutes: number;
}

export const LANES = ['n8n killed', 'n8n', 'node-red killed', 'node-red'] as const;
type Lane = (typeof LANES)[number];

export interface Section {
	name: string;
	title: string;
	/** Those of one lane run one after the other, lanes side by side: most of them wait most of the time. */
	lane: Lane;
	run(depth: Depth): Promise<Row[]>;
}

const killSections = VICTIMS.map(
	(plan): Section => ({
		name: plan.name,
		title: `Killed at every step: ${plan.victim}`,
		lane: plan.victim.startsWith('n8n') ? 'n8n killed' : 'node-red killed',
		run: async ({ full, kills }) =>
			full || !plan.onlyInFull ? await killRows(plan, { kills, resume: full }) : [],
	}),
);

/** All that is tried, in the order of the page. */
export const SECTIONS: readonly Section[] = [
	...killSections,
	{
		name: 'network-n8n',
		title: 'A bad network: n8n',
		lane: 'n8n',
		run: ({ full }) => n8nNetworkRows(full),
	},
	{
		name: 'network-node-red',
		title: 'A bad network: Node-RED',
		lane: 'node-red',
		run: ({ full }) => nodeRedNetworkRows(full),
	},
	{
		name: 'state-n8n',
		title: 'A damaged state, a clock that jumps: n8n',
		lane: 'n8n',
		run: async () => (await Promise.all([n8nStateRows(), n8nClockRows()])).flat(),
	},
	{
		name: 'state-node-red',
		title: 'A damaged state, a full disk, a clock that jumps: Node-RED',
		lane: 'node-red killed',
		run: async () =>
			(await Promise.all([nodeRedStateRows(), nodeRedDiskRows(), nodeRedClockRows()])).flat(),
	},
	{
		name: 'attackers',
		title: 'Attackers',
		lane: 'node-red',
		run: async () => [...(await adminRows()), ...(await expressionRows())],
	},
	{
		name: 'fuzzing',
		title: 'Fuzzing',
		lane: 'node-red',
		run: ({ full, fuzzMinutes }) => fuzzRows(fuzzMinutes, full),
	},
	{
		name: 'soak-n8n',
		title: 'A day of many watches: n8n',
		lane: 'n8n',
		run: ({ full }) => n8nSoakRows(full),
	},
	{
		name: 'soak-node-red',
		title: 'A day of many watches: Node-RED',
		lane: 'node-red',
		run: ({ full }) => nodeRedSoakRows(full),
	},
];
