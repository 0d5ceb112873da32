import { randomUUID } from 'node:crypto';
import type { INodeProperties } from 'n8n-workflow';
import { Pendo } from '../../../nodes/Pendo/Pendo.node';
import type { Execution, N8nNode, WorkflowDraft } from '../../../scripts/n8n-client';
import type { Bench, Credential } from './bench';

export const START = 'Start';

export interface Step {
	/** Of the node; what it does when left out. */
	name?: string;
	resource: string;
	operation: string;
	/** By the names of the table; placed where the form has them. */
	given?: Record<string, unknown>;
	/** Of the node itself, beside those. */
	parameters?: Record<string, unknown>;
	onError?: 'continueRegularOutput' | 'continueErrorOutput';
	credential?: Credential;
}

/** A Pendo node as the editor saves it. */
export function pendoNode(step: Step, credential: Credential, top = 0): N8nNode {
	const { resource, operation, given = {}, parameters } = step;
	return {
		id: randomUUID(),
		name: nameOf(step),
		type: 'n8n-nodes-pendo.pendo',
		typeVersion: 1,
		position: [260, top],
		parameters: { resource, operation, ...placed(resource, operation, given), ...parameters },
		credentials: { pendoApi: step.credential ?? credential },
		...(step.onError && { onError: step.onError }),
	};
}

export function nameOf({ name, resource, operation }: Step): string {
	return name ?? `${resource} ${operation}`;
}

/** Start, with the items that it gives, and behind it the steps, from top to bottom. */
export function workflowOf(
	steps: readonly Step[],
	credential: Credential,
	items: readonly object[] = [{}],
): WorkflowDraft {
	const nodes = steps.map((step, index) => pendoNode(step, credential, index * 100));
	const start: N8nNode = {
		id: randomUUID(),
		name: START,
		type: 'n8n-nodes-base.manualTrigger',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
	const to = nodes.map(({ name }) => ({ node: name, type: 'main' as const, index: 0 }));
	return {
		name: `Act ${randomUUID().slice(0, 8)}`,
		nodes: [start, ...nodes],
		connections: { [START]: { main: [to] } },
		settings: { executionOrder: 'v1' },
		pinData: { [START]: items.map((json) => ({ json })) },
	};
}

export async function runSteps(
	bench: Bench,
	steps: readonly Step[],
	{ credential = bench.credential, items }: { credential?: Credential; items?: object[] } = {},
): Promise<Execution> {
	const { id } = await bench.client.createWorkflow(workflowOf(steps, credential, items));
	return await bench.client.runManually(id, START);
}

/** The property that the form shows under this name for the operation. */
export function propertyOf(
	resource: string,
	operation: string,
	name: string,
): INodeProperties | undefined {
	return propertiesOf(resource, operation).find((one) => one.name === name);
}

/** All that the form can show for an operation. */
export function propertiesOf(resource: string, operation: string): INodeProperties[] {
	return new Pendo().description.properties.filter(({ displayOptions }) => {
		const show = displayOptions?.show ?? {};
		return show.resource?.includes(resource) && show.operation?.includes(operation);
	});
}

const COLLECTIONS = ['options', 'filters', 'additionalFields'];

function placed(
	resource: string,
	operation: string,
	given: Record<string, unknown>,
): Record<string, unknown> {
	const parameters: Record<string, unknown> = {};
	for (const [name, value] of Object.entries(given)) {
		const shown = propertyOf(resource, operation, name);
		if (shown !== undefined) {
			parameters[name] = wrapped(shown, value);
			continue;
		}
		const collection = propertiesOf(resource, operation).find((one) =>
			COLLECTIONS.includes(one.name),
		);
		const added = (collection?.options as INodeProperties[] | undefined)?.find(
			(one) => one.name === name,
		);
		if (added === undefined) throw new Error(`The form of ${resource} ${operation} has no ${name}`);
		const others = (parameters[collection!.name] ?? {}) as object;
		parameters[collection!.name] = { ...others, [name]: wrapped(added, value) };
	}
	return parameters;
}

function wrapped({ type }: INodeProperties, value: unknown): unknown {
	if (type === 'resourceLocator') return { __rl: true, mode: 'id', value };
	if (typeof value !== 'object' || value === null) return value;
	if (type === 'json') return JSON.stringify(value);
	if (type !== 'fixedCollection') return value;
	if (Array.isArray(value)) return { entries: value };
	return { entries: Object.entries(value).map(([name, one]) => ({ name, value: one })) };
}
