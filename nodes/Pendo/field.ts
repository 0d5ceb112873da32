import type { INodeProperties } from 'n8n-workflow';
import { locatedBy, namesOfFields, type Named } from './layout';
import { locator } from './locator';

type Input = Pick<INodeProperties, 'type' | 'default'> & Partial<INodeProperties>;

const CHOOSE =
	'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.';

/** A parameter as n8n shows it. One of several values is several of n8n's, shown in turn. */
export function fieldOf(parameter: Named, place: 'shown' | 'added'): INodeProperties[] {
	const asFields = parameter.type === 'fields' && place === 'shown';
	const whole = asFields ? choosingFields(parameter) : [plainField(parameter)];
	const { shownWhen } = parameter;
	return shownWhen === undefined ? whole : whole.map((field) => onlyWhen(field, shownWhen));
}

function plainField(parameter: Named): INodeProperties {
	const { name, label, required } = parameter;
	const input = inputOf(parameter);
	return {
		displayName: input.typeOptions?.loadOptionsMethod ? `${label} Name or ID` : label,
		name,
		...(required && { required }),
		description: descriptionOf(parameter),
		...input,
	};
}

function inputOf(parameter: Named): Input {
	const { type, long, least, most, options = [], example, lookup, isId } = parameter;
	const located = locatedBy(parameter);
	if (located !== undefined) return locator(located);
	switch (type) {
		case 'string':
			if (lookup !== undefined) return chosenField(parameter);
			return {
				type: 'string',
				default: (parameter.default as string | undefined) ?? '',
				...(long && { typeOptions: { rows: 4 } }),
				...(isId && { placeholder: `e.g. ${String(example ?? 'aB3xY')}` }),
			};
		case 'value':
			return { type: 'string', default: '' };
		case 'number':
			return {
				type: 'number',
				default: (parameter.default as number | undefined) ?? least ?? 0,
				typeOptions: { minValue: least, maxValue: most },
			};
		case 'boolean':
			return { type: 'boolean', default: parameter.default === true };
		case 'options':
			return {
				type: 'options',
				default: String(parameter.default ?? example ?? options[0]!.value),
				options: options.map(({ name, value }) => ({ name, value })),
			};
		case 'dateTime':
			return { type: 'dateTime', default: '' };
		case 'stringList':
			return {
				type: 'string',
				default: '',
				typeOptions: { rows: 3 },
				hint: 'One a line, separated by commas, or an expression that gives a list',
			};
		case 'json':
			return { type: 'json', default: jsonOf(example ?? {}), typeOptions: { rows: long ? 8 : 4 } };
		case 'fields':
			return { type: 'json', default: jsonOf(parameter.default ?? {}) };
		case 'list':
			return entriesOf(parameter);
	}
}

/** The name of a metadata field, from the schema of the subscription. */
function chosenField({ lookup, description }: Named): Input {
	return {
		type: 'options',
		default: '',
		description: `${sentence(description)}. ${CHOOSE}`,
		typeOptions: {
			loadOptionsMethod: lookup === 'visitorField' ? 'getVisitorFields' : 'getAccountFields',
			loadOptionsDependsOn: ['resource', 'operation', 'group'],
		},
	};
}

function entriesOf({ label, of = {} }: Named): Input {
	const values = Object.entries(of).flatMap(([name, one]) => fieldOf({ ...one, name }, 'added'));
	return {
		type: 'fixedCollection',
		default: {},
		placeholder: `Add ${label.replace(/ies$/, 'y').replace(/s$/, '')}`,
		typeOptions: { multipleValues: true },
		options: [{ displayName: label, name: 'entries', values }],
	};
}

/** Names with values: one by one, or as JSON, which an expression or an agent can give as a whole. */
function choosingFields(parameter: Named): INodeProperties[] {
	const { name, label, required, lookup, example } = parameter;
	const names = namesOfFields(name);
	const description = descriptionOf(parameter);
	const fieldName: INodeProperties =
		lookup === undefined
			? { displayName: 'Name', name: 'name', type: 'string', default: '', description: 'Its name' }
			: {
					displayName: 'Field Name or ID',
					name: 'name',
					...chosenField({ ...parameter, description: 'The field to set' }),
				};
	const value: INodeProperties = {
		displayName: 'Value',
		name: 'value',
		type: 'string',
		default: '',
		description: 'Its value; an expression may give a number, true or false',
	};
	return [
		{
			displayName: `Specify ${label}`,
			name: names.mode,
			type: 'options',
			default: 'fields',
			options: [
				{ name: 'Using Fields Below', value: 'fields' },
				{ name: 'Using JSON', value: 'json' },
			],
			description: `How to give the ${label.toLowerCase()}`,
		},
		{
			displayName: label,
			name,
			...(required && { required }),
			type: 'fixedCollection',
			default: {},
			placeholder: `Add ${label.replace(/ies$/, 'y').replace(/s$/, '')}`,
			typeOptions: { multipleValues: true },
			description,
			options: [{ displayName: label, name: 'entries', values: [fieldName, value] }],
			displayOptions: { show: { [names.mode]: ['fields'] } },
		},
		{
			displayName: `${label} (JSON)`,
			name: names.json,
			...(required && { required }),
			type: 'json',
			default: jsonOf(example ?? {}),
			description: `${sentence(description)}, as a JSON object`,
			displayOptions: { show: { [names.mode]: ['json'] } },
		},
	];
}

/** n8n's style: a lone sentence has no full stop. */
function descriptionOf({ name, description }: Named): string {
	if (name === 'limit') return 'Max number of results to return';
	return /\.\s/.test(description) ? description : sentence(description);
}

function sentence(text: string): string {
	return text.replace(/\.$/, '');
}

function jsonOf(value: unknown): string {
	return JSON.stringify(value, null, 2);
}

function onlyWhen(
	field: INodeProperties,
	shownWhen: NonNullable<Named['shownWhen']>,
): INodeProperties {
	const show = Object.fromEntries(
		Object.entries(shownWhen).map(([name, values]) => [name, [...values] as string[]]),
	);
	return { ...field, displayOptions: { show: { ...field.displayOptions?.show, ...show } } };
}
