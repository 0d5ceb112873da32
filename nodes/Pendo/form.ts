import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { OPERATIONS, RESOURCES, type Operation, type Resource } from '../../core/pendo/operations';
import { fieldOf } from './field';
import { layoutOf } from './layout';
import { canSimplify } from './simplify';

/** The form of the node, made from the table of operations. */
export function actionProperties(): INodeProperties[] {
	const resources = Object.keys(RESOURCES) as Resource[];
	return [
		{
			displayName: 'Resource',
			name: 'resource',
			type: 'options',
			noDataExpression: true,
			default: 'visitor',
			options: byName(resources.map((value) => ({ name: RESOURCES[value], value }))),
		},
		...resources.map(operationsOf),
		...resources.flatMap(fieldsOf),
	];
}

function operationsOf(resource: Resource): INodeProperties {
	const own = OPERATIONS.filter((one) => one.resource === resource);
	const first = own.find(({ operation }) => operation === 'get') ?? own[0]!;
	const { operation: preferred } = first;
	return {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		default: preferred,
		options: byName(
			own.map(({ operation: value, name, action, description }) => ({
				...{ name, value, action },
				description: /\.\s/.test(description) ? description : description.replace(/\.$/, ''),
			})),
		),
		displayOptions: { show: { resource: [resource] } },
	};
}

function byName<T extends INodePropertyOptions>(options: T[]): T[] {
	return options.sort((one, other) => one.name.localeCompare(other.name));
}

/** What operations of a resource ask alike is one property, so that a value stays when another is chosen. */
function fieldsOf(resource: Resource): INodeProperties[] {
	const merged: { field: INodeProperties; is: string; operations: string[] }[] = [];
	for (const operation of OPERATIONS.filter((one) => one.resource === resource)) {
		let at = -1;
		for (const field of formOf(operation)) {
			const is = JSON.stringify(field);
			const alike = merged.findIndex((one, index) => index > at && one.is === is);
			if (alike < 0) merged.splice(++at, 0, { field, is, operations: [operation.operation] });
			else merged[(at = alike)]!.operations.push(operation.operation);
		}
	}
	return merged.map(({ field, operations }) => {
		const show = { resource: [resource], operation: operations, ...field.displayOptions?.show };
		return { ...field, displayOptions: { show } };
	});
}

function formOf(operation: Operation): INodeProperties[] {
	const { shown, added, collection } = layoutOf(operation);
	const options = added.flatMap((one) => fieldOf(one, 'added'));
	return [
		...(operation.destructive ? [WARNING] : []),
		...shown.flatMap((one) => fieldOf(one, 'shown')),
		...(operation.gives === 'file' ? [BINARY] : []),
		...(canSimplify(operation) ? [SIMPLIFY] : []),
		...(options.length === 0
			? []
			: [
					{
						displayName: collection.label,
						name: collection.name,
						type: 'collection' as const,
						placeholder: `Add ${collection.label.replace(/s$/, '').toLowerCase()}`,
						default: {},
						options: options.sort((one, other) => one.displayName.localeCompare(other.displayName)),
					},
				]),
	];
}

const WARNING: INodeProperties = {
	displayName:
		'This cannot be undone. Nothing is sent to Pendo unless <b>Confirm</b> is on; <b>Dry Run</b> shows what would be sent.',
	name: 'cannotBeUndone',
	type: 'notice',
	default: '',
};

const BINARY: INodeProperties = {
	displayName: 'Put Output File in Field',
	name: 'binaryPropertyName',
	type: 'string',
	required: true,
	default: 'data',
	hint: 'The name of the output binary field to put the file in',
	description: 'The name of the output binary field that gets the file',
};

const SIMPLIFY: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};
