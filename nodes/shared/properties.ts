import type { INodeProperties } from 'n8n-workflow';
import type { SubjectKind } from '../../core/watch';

/** The parameters of a trigger that follows a report of one kind. */
export function triggerProperties(kind: SubjectKind): INodeProperties[] {
	const one = kind === 'account' ? 'an account' : 'a visitor';
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
				{
					displayName: 'By URL',
					name: 'url',
					type: 'string',
					placeholder: 'https://app.pendo.io/s/…/reports/…',
					hint: 'The address of the report in your browser',
					extractValue: { type: 'regex', regex: '^https?://[^\\s]+/reports?/([A-Za-z0-9_-]+)' },
					validation: [
						{
							type: 'regex',
							properties: {
								regex: '^https?://[^\\s]+/reports?/[A-Za-z0-9_-]+.*$',
								errorMessage: 'This is not the address of a Pendo report',
							},
						},
					],
				},
				{
					displayName: 'By ID',
					name: 'id',
					type: 'string',
					placeholder: '_Q7hZr0aT2kLmN8vXcYbWdEfGiU',
					hint: 'Works while the list cannot be loaded',
				},
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
			displayName: 'Remember Who Left Across Restarts',
			name: 'saveQuietChanges',
			type: 'boolean',
			default: false,
			description: `Whether ${one} that leaves, and comes back after n8n was restarted, surely starts the workflow. It costs at most one empty execution an hour. Not needed where n8n runs with durable poll cursors.`,
		},
	];
}
