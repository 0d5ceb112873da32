import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { OPERATIONS, parametersOf, RESOURCES } from '../../core/pendo/operations';
import { Pendo } from '../../nodes/Pendo/Pendo.node';
import { PendoAccountInReportTrigger } from '../../nodes/PendoAccountInReportTrigger/PendoAccountInReportTrigger.node';
import { PendoVisitorInReportTrigger } from '../../nodes/PendoVisitorInReportTrigger/PendoVisitorInReportTrigger.node';

const node = new Pendo();
const { properties } = node.description;
const every = OPERATIONS.map((one) => [`${one.resource} ${one.operation}`, one] as const);

/** What the form may show once an operation is chosen, in its order. */
function formOf(resource: string, operation: string): INodeProperties[] {
	return properties.filter(({ displayOptions }) => {
		const show = displayOptions?.show ?? {};
		return show.resource?.includes(resource) && show.operation?.includes(operation);
	});
}

function optionsOf(resource: string): INodePropertyOptions[] {
	const choice = properties.find(
		({ name, displayOptions }) =>
			name === 'operation' && displayOptions?.show?.resource?.includes(resource),
	);
	return choice!.options as INodePropertyOptions[];
}

/** A property and all within it. */
function deep(property: INodeProperties): INodeProperties[] {
	const inner = (property.options ?? []).flatMap((option) => {
		if ('values' in option) return option.values.flatMap(deep);
		return 'type' in option ? deep(option) : [];
	});
	return [property, ...inner];
}

test('every resource of the table can be chosen, in the order of the alphabet', () => {
	const options = properties[0]!.options as INodePropertyOptions[];
	expect(options.map(({ name }) => name)).toEqual(Object.values(RESOURCES).sort());
});

test.each(Object.keys(RESOURCES))(
	'the operations of %s are in the order of the alphabet',
	(one) => {
		const names = optionsOf(one).map(({ name }) => name);
		expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b)));
	},
);

test.each(every)('%s can be chosen, with the sentence that an agent picks it by', (_, one) => {
	const option = optionsOf(one.resource).find(({ value }) => value === one.operation);
	expect(option).toMatchObject({ name: one.name, action: one.action });
	expect(one.description).toContain(option!.description!);
});

test.each(every)('%s has all of its parameters in the form, each once', (_, one) => {
	const form = formOf(one.resource, one.operation);
	const collection = form.find(({ type }) => type === 'collection');
	const added = ((collection?.options ?? []) as INodeProperties[]).map(({ name }) => name);
	const shown = form.map(({ name }) => name);
	for (const { name, required } of parametersOf(one)) {
		const places = [...shown, ...added].filter((each) => each === name);
		expect(places).toEqual([name]);
		if (required) expect(shown).toContain(name);
	}
	expect(new Set(shown).size).toBe(shown.length);
});

test.each(every)('%s shows what is added on demand last', (_, one) => {
	const places = formOf(one.resource, one.operation).map(({ type }) => type === 'collection');
	expect(places.indexOf(true)).toBe(places.includes(true) ? places.length - 1 : -1);
});

test('nothing in the form is without a description', () => {
	const bare = properties
		.flatMap(deep)
		.filter(({ type, name }) => !['notice', 'collection'].includes(type) && !isChoice(name))
		.filter(({ description }) => description === undefined || description.trim() === '');
	expect(bare.map(({ displayName }) => displayName)).toEqual([]);
});

test('what is on or off says "Whether", as everywhere in n8n', () => {
	const flags = properties.flatMap(deep).filter(({ type }) => type === 'boolean');
	expect(flags.length).toBeGreaterThan(0);
	for (const { description } of flags) expect(description).toMatch(/^Whether /);
});

test('a lone sentence has no full stop, several have one each, as everywhere in n8n', () => {
	const texts = properties.flatMap(deep).flatMap(({ description }) => description ?? []);
	for (const text of texts) {
		const several = /[.!?] [A-Z]/.test(text);
		expect([text, text.endsWith('.')]).toEqual([text, several]);
	}
});

test('what is chosen from a list has a default that is in it', () => {
	const choices = properties
		.flatMap(deep)
		.filter(({ type, typeOptions }) => type === 'options' && !typeOptions?.loadOptionsMethod);
	for (const { options, default: preset } of choices) {
		expect((options as INodePropertyOptions[]).map(({ value }) => value)).toContain(preset);
	}
});

test('each list that the form loads is one that the node has', () => {
	const known = [...Object.keys(node.methods.listSearch), ...Object.keys(node.methods.loadOptions)];
	const wanted = properties
		.flatMap(deep)
		.flatMap(({ modes, typeOptions }) => [
			...(modes ?? []).flatMap((mode) => mode.typeOptions?.searchListMethod ?? []),
			...[typeOptions?.loadOptionsMethod ?? []].flat(),
		]);
	expect([...new Set(wanted)].sort()).toEqual(known.sort());
});

test('whatever destroys something warns, and asks for a confirmation that is off', () => {
	for (const one of OPERATIONS) {
		const form = formOf(one.resource, one.operation);
		expect(form[0]?.type === 'notice').toBe(one.destructive);
		const confirm = form.find(({ name }) => name === 'confirm');
		expect(confirm?.default).toBe(one.destructive ? false : undefined);
	}
});

test('the node is a tool for agents, the triggers are none', () => {
	expect(node.description.usableAsTool).toBe(true);
	for (const trigger of [new PendoVisitorInReportTrigger(), new PendoAccountInReportTrigger()]) {
		expect(trigger.description.usableAsTool).toBeUndefined();
	}
});

function isChoice(name: string): boolean {
	return name === 'resource' || name === 'operation';
}
