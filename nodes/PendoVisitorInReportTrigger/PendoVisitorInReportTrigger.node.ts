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

export class PendoVisitorInReportTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Pendo Visitor in Report Trigger',
		name: 'pendoVisitorInReportTrigger',
		icon: { light: 'file:../../icons/pendo.svg', dark: 'file:../../icons/pendo.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{$parameter.toJSON().report.cachedResultName || $parameter["report"]}}',
		description: 'Starts the workflow for each visitor that appears in a Pendo report',
		defaults: { name: 'Pendo Visitor in Report Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Events', 'Notices'],
		credentials: [{ name: 'pendoApi', required: true, testedBy: 'testPendoCredential' }],
		properties: triggerProperties('visitor'),
	};

	methods = {
		credentialTest: { testPendoCredential },
		loadOptions: {
			async getReportFields(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
				return await listFieldsOf(this, 'visitor');
			},
		},
		listSearch: {
			async searchReports(
				this: ILoadOptionsFunctions,
				filter?: string,
				paginationToken?: string,
			): Promise<INodeListSearchResult> {
				return await listReportsOf(this, 'visitor', filter, paginationToken);
			},
		},
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollReport(this, 'visitor');
	}
}
