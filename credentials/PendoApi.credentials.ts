import type { IAuthenticateGeneric, Icon, ICredentialType, INodeProperties } from 'n8n-workflow';
import { KEY_HEADER, REGIONS } from '../core/pendo';

export class PendoApi implements ICredentialType {
	name = 'pendoApi';

	displayName = 'Pendo API';

	icon: Icon = { light: 'file:../icons/pendo.svg', dark: 'file:../icons/pendo.dark.svg' };

	documentationUrl = 'https://github.com/pendo-nodes/n8n-nodes-pendo#credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Region',
			name: 'region',
			type: 'options',
			default: 'us',
			hint: 'Look at the address in your browser while you are signed in to Pendo',
			options: [
				...REGIONS.map(({ id, name }) => ({ name, value: id })),
				{ name: 'Other Address', value: 'custom' },
			],
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'https://app.example.com',
			hint: 'The address where you sign in to Pendo, without a path',
			displayOptions: { show: { region: ['custom'] } },
		},
		{
			displayName: 'Integration Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			hint: 'In Pendo: Settings > Integrations > Integration Keys. An admin makes it. The triggers need no write access; operations that change something do.',
		},
		{
			displayName: 'Track Event Secret',
			name: 'trackEventSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			hint: 'Only for sending track events. In Pendo: Settings > Subscription settings > your app > App Details.',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { [KEY_HEADER]: '={{($credentials.apiKey || "").trim()}}' } },
	};
}
