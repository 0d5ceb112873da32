import type { Call, Operation } from './operation';
import { accountOperations } from './resources/account';
import { aggregationOperations } from './resources/aggregation';
import { bulkDeletionOperations } from './resources/bulk-deletion';
import { featureOperations, pageOperations, trackTypeOperations } from './resources/catalogue';
import { eventOperations } from './resources/event';
import { excludeListOperations, serverNameOperations } from './resources/exclusion';
import { feedbackOperations } from './resources/feedback';
import { guideOperations } from './resources/guide';
import { keyOperations } from './resources/key';
import { metadataSchemaOperations } from './resources/metadata-schema';
import { reportOperations } from './resources/report';
import { segmentOperations } from './resources/segment';
import { visitorOperations } from './resources/visitor';

/** Every operation, in the order of the forms and pages made from it. */
export const OPERATIONS: readonly Operation[] = [
	...reportOperations,
	...visitorOperations,
	...accountOperations,
	...segmentOperations,
	...aggregationOperations,
	...guideOperations,
	...pageOperations,
	...featureOperations,
	...trackTypeOperations,
	...eventOperations,
	...feedbackOperations,
	...metadataSchemaOperations,
	...bulkDeletionOperations,
	...excludeListOperations,
	...serverNameOperations,
	...keyOperations,
];

export function operationOf(resource: string, operation: string): Operation | undefined {
	return OPERATIONS.find((one) => one.resource === resource && one.operation === operation);
}

/** A call of the public API that no operation makes, and why. */
export interface LeftOut extends Call {
	readonly resource: string;
	readonly operation: string;
	readonly write: boolean;
	readonly left_out: string;
}

const STORAGE = 'It takes the secrets of a cloud storage, which belong in no workflow.';

export const LEFT_OUT: readonly LeftOut[] = [
	{
		resource: 'conversation',
		operation: 'send',
		method: 'POST',
		path: '/data/agentic',
		write: true,
		left_out: 'It is telemetry that an AI agent sends about itself, from where it runs.',
	},
	...(['gcs', 's3', 'azure'] as const).map((storage) => ({
		resource: 'dataSync',
		operation: `rotateCredentials (${storage})`,
		method: 'PUT' as const,
		path: `/api/v1/datasync/storageTypes/${storage}/destinations/Default/credentials`,
		write: true,
		left_out: STORAGE,
	})),
];
