import {
	NodeConnectionTypes,
	type ILoadOptionsFunctions,
	type INodeExecutionData,
	type INodeListSearchResult,
	type INodePropertyOptions,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';
import { pollReport } from '../shared/pollReport';
import { triggerProperties } from '../shared/properties';
import { listFieldsOf, listReportsOf } from '../shared/searchReports';
import { testPendoCredential } from '../shared/testCredential';

export class PendoAccountInReportTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Pendo Account in Report Trigger',
		name: 'pendoAccountInReportTrigger',
		icon: { light: 'file:../../icons/pendo.svg', dark: 'file:../../icons/pendo.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{$parameter.toJSON().report.cachedResultName || $parameter["report"]}}',
		description: 'Starts the workflow for each account that appears in a Pendo report',
		defaults: { name: 'Pendo Account in Report Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Events', 'Notices'],
		credentials: [{ name: 'pendoApi', required: true, testedBy: 'testPendoCredential' }],
		properties: triggerProperties('account'),
	};

	methods = {
		credentialTest: { testPendoCredential },
		loadOptions: {
			async getReportFields(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
				return await listFieldsOf(this, 'account');
			},
		},
		listSearch: {
			async searchReports(
				this: ILoadOptionsFunctions,
				filter?: string,
				paginationToken?: string,
			): Promise<INodeListSearchResult> {
				return await listReportsOf(this, 'account', filter, paginationToken);
			},
		},
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollReport(this, 'account');
	}
}
