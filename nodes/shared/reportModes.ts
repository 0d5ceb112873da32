import type { INodePropertyMode } from 'n8n-workflow';

/** How a report is chosen, beside from the list. */
export const REPORT: { modes: INodePropertyMode[] } = {
	modes: [
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
};
