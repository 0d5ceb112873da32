import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { testPendoCredential } from '../shared/testCredential';
import { actionProperties } from './form';
import { listSearch, loadOptions } from './lists';
import { Run } from './run';

export class Pendo implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Pendo',
		name: 'pendo',
		icon: { light: 'file:../../icons/pendo.svg', dark: 'file:../../icons/pendo.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{$parameter["operation"] + ": " + $parameter["resource"]}}',
		description:
			'Read reports, visitors, accounts and usage in Pendo, and change metadata, segments and guides',
		defaults: { name: 'Pendo' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'pendoApi', required: true, testedBy: 'testPendoCredential' }],
		properties: actionProperties(),
	};

	methods = { credentialTest: { testPendoCredential }, listSearch, loadOptions };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await new Run(this).start()];
	}
}
