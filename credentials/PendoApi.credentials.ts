import type {
	IAuthenticateGeneric,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';
import { KEY_HEADER, REGIONS, verifyKey } from '../core/pendo';

const WRONG_KEY =
	'Invalid Integration Key: Pendo refused it. Check that the region is the one where you sign in to Pendo, and paste the key again.';
const REDIRECTED =
	'The address answered with a redirect, and the key is never sent on to another address. Check the region or the base URL.';
const NOT_AVAILABLE = 'Pendo is not available at the moment. Try again in a minute.';

const hosts = Object.fromEntries(REGIONS.map(({ id, baseUrl }) => [id, baseUrl]));
// The same rule as baseUrlOf: https, or http on this machine; anything else gets no request at all.
const custom =
	"($credentials.baseUrl || '').trim().match(/^(https:\\/\\/[^\\/?#@]+|http:\\/\\/(localhost|127(\\.\\d{1,3}){3}|\\[::1\\])(:\\d+)?)\\/*$/)?.[1]";

export class PendoApi implements ICredentialType {
	name = 'pendoApi';

	displayName = 'Pendo API';

	icon: Icon = { light: 'file:../icons/pendo.svg', dark: 'file:../icons/pendo.dark.svg' };

	documentationUrl = 'https://github.com/pendo-nodes/n8n-nodes-pendo#the-credential-step-by-step';

	properties: INodeProperties[] = [
		{
			displayName: 'Region',
			name: 'region',
			type: 'options',
			default: 'us',
			description: 'Where you sign in to Pendo: look at the address of your browser there',
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
			description: 'The address where you sign in to Pendo, without a path',
			displayOptions: { show: { region: ['custom'] } },
		},
		{
			displayName: 'Integration Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'An admin makes it in Pendo under Settings > Integrations > Integration Keys. Reading reports needs no write access.',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { [KEY_HEADER]: '={{$credentials.apiKey}}' } },
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: `={{ $credentials.region === 'custom' ? ${custom} : (${JSON.stringify(hosts)})[$credentials.region] }}`,
			url: verifyKey.path,
			method: verifyKey.method,
			// A redirect would carry the key to another host.
			disableFollowRedirect: true,
		},
		// n8n types a list of one sort of rule, and takes both sorts.
		rules: [
			...[401, 403].map((value) => responseCode(value, `${WRONG_KEY} (${value})`)),
			...[301, 302, 303, 307, 308].map((value) => responseCode(value, REDIRECTED)),
			responseCode(404, 'There is no Pendo at this address. Check the region or the base URL.'),
			responseCode(429, 'Pendo asks to slow down. Try again in a minute.'),
			...[500, 502, 503, 504].map((value) => responseCode(value, NOT_AVAILABLE)),
			{
				type: 'responseSuccessBody',
				properties: {
					key: 'valid',
					value: false,
					message:
						'Pendo says that this integration key is not valid any more. Make a new one under Settings > Integrations.',
				},
			},
		] as ICredentialTestRequest['rules'],
	};
}

function responseCode(value: number, message: string) {
	return { type: 'responseCode' as const, properties: { value, message } };
}
