import {
	OPERATIONS,
	parametersOf,
	RESOURCES,
	type Operation,
	type Parameter,
	type Resource,
} from '../../core/pendo/operations';

/** Set by boxes of the dialog itself, which a message cannot tick. */
const BOXES = ['confirm', 'dryRun'];

/** The table of operations as the dialog shows it. */
export function operationsForm(): object[] {
	const resources = [...new Set(OPERATIONS.map(({ resource }) => resource))];
	return resources.map((resource: Resource) => ({
		value: resource,
		name: RESOURCES[resource],
		operations: OPERATIONS.filter((one) => one.resource === resource).map(operationForm),
	}));
}

function operationForm(operation: Operation): object {
	const { operation: value, name, description, write, destructive, together, gives } = operation;
	const { secret } = operation;
	const asked = parametersOf(operation).filter(
		(parameter) => !(destructive && BOXES.includes(parameter.name)),
	);
	const parameters = asked.map(parameterForm);
	return { value, name, description, write, destructive, together, gives, secret, parameters };
}

function parameterForm(parameter: Parameter & { name: string }): object {
	const { name, type, label, description, required, options, lookup, rare, long } = parameter;
	const { default: preset, example, shownWhen, of } = parameter;
	const entry = of && Object.keys(of);
	return {
		...{ name, type, label, description, required, options, lookup, rare, long },
		...{ preset, example, shownWhen, entry },
	};
}
