import type { INodeProperties } from 'n8n-workflow';
import type { SubjectKind } from '../../core/watch';
import { REPORT } from './reportModes';

/** The parameters of a trigger that follows a report of one kind. */
export function triggerProperties(kind: SubjectKind): INodeProperties[] {
	const one = kind === 'account' ? 'an account' : 'a visitor';
	const One = kind === 'account' ? 'An Account' : 'A Visitor';
	return [
		{
			displayName: 'Report',
			name: 'report',
			type: 'resourceLocator',
			default: { mode: 'list', value: '' },
			required: true,
			description: `The Pendo report to follow. Each ${kind} that appears in it starts the workflow. Only reports shared with everyone in Pendo are in the list.`,
			modes: [
				{
					displayName: 'From List',
					name: 'list',
					type: 'list',
					placeholder: 'Choose a report…',
					typeOptions: { searchListMethod: 'searchReports', searchable: true },
				},
				...REPORT.modes,
			],
		},
		{
			displayName: 'Show Reports of Every Kind',
			name: 'everyKind',
			type: 'boolean',
			default: false,
			description: `Whether the list also offers reports that Pendo does not mark as ${kind} reports`,
		},
		{
			displayName: 'Start the Workflow When',
			name: 'events',
			type: 'multiOptions',
			default: ['entered'],
			required: true,
			description: `What happens to ${one} for the workflow to start. Each event tells which it is in <code>pendo.event</code>.`,
			options: [
				{
					name: `${One} Appears in the Report`,
					value: 'entered',
					description: 'It was not there at the last check',
				},
				{
					name: `${One} Leaves the Report`,
					value: 'left',
					description: 'It was there at the last check. The event has its ID alone.',
				},
				{
					name: 'A Value Changes',
					value: 'changed',
					description: 'One of the fields that you choose has another value than at the last check',
				},
			],
		},
		{
			displayName: 'Field Names or IDs',
			name: 'changedFields',
			type: 'multiOptions',
			default: [],
			required: true,
			typeOptions: { loadOptionsMethod: 'getReportFields', loadOptionsDependsOn: ['report.value'] },
			description:
				'The fields of the report whose changes start the workflow. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
			displayOptions: { show: { events: ['changed'] } },
		},
		{
			displayName: 'When the Workflow Is Published',
			name: 'firstPoll',
			type: 'options',
			default: 'snapshot',
			description: `What happens to each ${kind} that is in the report already`,
			options: [
				{
					name: 'Start for Newcomers Only',
					value: 'snapshot',
					description: `Not for those in the report now; for each ${kind} that appears later`,
				},
				{
					name: 'Start Once for Everyone Now in the Report',
					value: 'everyone',
					description: `For each ${kind} in the report now, then for each one that appears later`,
				},
			],
		},
		{
			displayName: `If ${kind === 'account' ? 'an Account' : 'a Visitor'} Leaves and Comes Back`,
			name: 'returning',
			type: 'options',
			default: 'everyTime',
			description: `What happens when ${one} leaves the report and appears in it again`,
			options: [
				{
					name: 'Start the Workflow Again',
					value: 'everyTime',
					description:
						'New is whatever was not in the report at the last check, as in the Zapier app of Pendo',
				},
				{
					name: 'Start It Only the First Time',
					value: 'firstTimeOnly',
					description: `Remembers every ${kind} that was ever in the report`,
				},
			],
		},
		{
			displayName: 'If Many Come at Once',
			name: 'floodMode',
			type: 'options',
			default: 'hold',
			description:
				'What happens when so many events come with one poll that they might flood somebody. Another choice applies to what is held already, once the workflow is published.',
			options: [
				{
					name: 'Hold Them and Tell Me',
					value: 'hold',
					description: 'A notice says how many and how to release them; nothing is lost meanwhile',
				},
				{
					name: 'Release a Few at Each Poll',
					value: 'gradual',
					description: 'In the order in which they came, until none is left',
				},
				{ name: 'Start for All of Them', value: 'all', description: 'However many they are' },
				{
					name: 'Discard Them',
					value: 'discard',
					description: 'A notice says how many; they never start the workflow',
				},
			],
		},
		{
			displayName: 'How Many Are Too Many',
			name: 'floodThreshold',
			type: 'number',
			default: 100,
			typeOptions: { minValue: 1 },
			description:
				'The number of events in one poll, of all kinds together, from which on this applies',
			displayOptions: { hide: { floodMode: ['all'] } },
		},
		{
			displayName: 'How Many to Release at Each Poll',
			name: 'releasePerPoll',
			type: 'number',
			default: 60,
			typeOptions: { minValue: 1 },
			description: 'With a poll every minute, 60 are one in a second',
			displayOptions: { show: { floodMode: ['gradual'] } },
		},
		{
			displayName: 'Remember Who Left Across Restarts',
			name: 'saveQuietChanges',
			type: 'boolean',
			default: false,
			description: `Whether ${one} that left, and comes back after n8n was restarted, starts the workflow too (unless it left within the hour before the restart). It costs at most one empty execution an hour. Not needed where n8n runs with durable poll cursors.`,
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add option',
			default: {},
			options: [
				...(kind === 'visitor' ? [FOLLOW_PAIRS] : []),
				{
					displayName: 'If Held Ones Leave Again',
					name: 'keepLeavers',
					type: 'boolean',
					default: false,
					description: `Whether ${one} that left the report again while it was held starts the workflow all the same. Otherwise it is dropped, and a notice counts it.`,
				},
				{
					displayName: 'Tell Old Values',
					name: 'oldValues',
					type: 'boolean',
					default: false,
					description:
						'Whether a change tells the value before it too. The values of the chosen fields are kept with the workflow for that; otherwise only a fingerprint of them is, of about 5 characters each.',
				},
				{
					displayName: 'Several Rows',
					name: 'rows',
					type: 'options',
					default: 'first',
					description: `What an event has where ${one} has several rows in the report`,
					options: [
						{ name: 'The First Row', value: 'first' },
						{ name: 'All Rows', value: 'all' },
					],
				},
			],
		},
	];
}

const FOLLOW_PAIRS: INodeProperties = {
	displayName: 'Follow',
	name: 'subject',
	type: 'options',
	default: 'single',
	description:
		'Who appears, leaves or changes, where a visitor has a row for each of its accounts. Another choice takes a new snapshot.',
	options: [
		{ name: 'Each Visitor', value: 'single' },
		{ name: 'Each Visitor in Each Account', value: 'pair' },
	],
};
