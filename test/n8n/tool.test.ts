import { randomUUID } from 'node:crypto';
import { OPERATIONS, parametersOf, type Operation } from '../../core/pendo/operations';
import { READ_WRITE_KEY } from '../../emulator/server';
import type { Connections, Execution, N8nNode } from '../../scripts/n8n-client';
import { pendoNode, propertyOf, START, workflowOf } from './support/action';
import { Bench } from './support/bench';
import { LanguageModel, type Tool } from './support/language-model';
import { visitors } from './support/rows';

jest.setTimeout(300_000);

let bench: Bench;
let model: LanguageModel;
let agent: string;
/** As the agent gets it, whatever it is asked. */
let tools: Tool[];

beforeAll(async () => {
	bench = await Bench.start();
	model = await LanguageModel.start();
	const { id: openAi, name } = await bench.client
		.createCredential('Model', 'openAiApi', { apiKey: 'none', url: model.url })
		.then(({ id }) => ({ id, name: 'Model' }));
	const draft = workflowOf([], bench.credential);
	const { id } = await bench.client.createWorkflow({
		...draft,
		nodes: [
			...draft.nodes,
			node('Agent', '@n8n/n8n-nodes-langchain.agent', 3.1, {
				promptType: 'define',
				text: 'Who is it?',
			}),
			{
				...node('Model', '@n8n/n8n-nodes-langchain.lmChatOpenAi', 1.2, {
					model: { __rl: true, mode: 'id', value: 'test' },
					options: { baseURL: model.url },
				}),
				credentials: { openAiApi: { id: openAi, name } },
			},
			...OPERATIONS.map(toolOf),
		],
		connections: {
			[START]: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
			Model: link('ai_languageModel'),
			...Object.fromEntries(OPERATIONS.map((one) => [nameOf(one), link('ai_tool')])),
		},
	});
	agent = id;
	await ask('key_verify', {});
	tools = model.tools;
});

afterAll(async () => {
	await bench?.close();
	await model?.close();
});

function node(
	name: string,
	type: string,
	typeVersion: number,
	parameters: Record<string, unknown>,
): N8nNode {
	return { id: randomUUID(), name, type, typeVersion, position: [200, 0], parameters };
}

function link(type: string): Connections[string] {
	const to = { node: 'Agent', type, index: 0 };
	return { [type]: [[to]] } as unknown as Connections[string];
}

const nameOf = ({ resource, operation }: Operation) => `${resource}_${operation}`;

/** The Pendo node as the editor attaches it to an agent, which fills in all that is required. */
function toolOf(operation: Operation): N8nNode {
	const { resource, operation: name } = operation;
	const required = parametersOf(operation).filter((one) => one.required);
	const given = required
		.filter(({ type }) => type !== 'options' && type !== 'list' && type !== 'fields')
		.map((one): [string, unknown] => {
			const { description } = propertyOf(resource, name, one.name)!;
			return [one.name, `={{ $fromAI('${one.name}', ${JSON.stringify(description)}, 'string') }}`];
		});
	const step = { name: nameOf(operation), resource, operation: name };
	const tool = pendoNode({ ...step, given: Object.fromEntries(given) }, bench.credential);
	return { ...tool, type: 'n8n-nodes-pendo.pendoTool' };
}

async function ask(name: string, given: unknown): Promise<Execution> {
	model.call = { name, arguments: given };
	bench.emulator.control.clearRequests();
	return await bench.client.runManually(agent, START);
}

test.each(OPERATIONS.map((one) => [nameOf(one), one] as const))(
	'an agent is offered %s, told what it does and what it wants',
	(name, operation) => {
		const tool = tools.find((one) => one.name === name);
		expect(tool?.description).toContain(operation.action);
		const wanted = parametersOf(operation)
			.filter(({ required, type }) => required && !['options', 'list', 'fields'].includes(type))
			.map((one) => one.name);
		const offered = tool?.parameters.properties ?? {};
		expect(Object.keys(offered).sort()).toEqual(wanted.sort());
		for (const { description } of Object.values(offered)) expect(description).toMatch(/\w{3}/);
	},
);

test('what an agent gives reaches Pendo as an id, whatever is in it', async () => {
	const visitorId = 'a"}],/../%2F\' b';
	const execution = await ask('visitor_get', { visitorId });
	expect(model.told).toContain('Pendo does not have the visitor');
	const [asked] = bench.emulator.control.requests();
	expect(asked!.path).toMatch(/^\/api\/v1\/visitor\/[\w=-]+$/);
	expect(Buffer.from(asked!.path.split('/').pop()!, 'base64url').toString()).toBe(visitorId);
	expect(JSON.stringify(execution.data)).not.toContain(READ_WRITE_KEY);
});

test('an agent that leaves out what is needed asks for nothing else instead', async () => {
	await ask('visitor_get', {});
	expect(bench.emulator.control.requests()).toEqual([]);
});

test('an agent gets the rows it asked for, no more than the limit', async () => {
	const reportId = bench.makeReport(visitors(20_000));
	await ask('report_getRows', { reportId });
	expect(model.told).toContain('visitor-0');
	expect(model.told).not.toContain('visitor-50');
	expect(model.told.length).toBeLessThan(20_000);
});

test('an agent cannot delete by itself: nothing is sent without a confirmation', async () => {
	await ask('visitor_delete', { ids: 'u-1001' });
	expect(model.told).toContain('Not confirmed');
	expect(bench.emulator.control.requests()).toEqual([]);
});

test('no key is in anything that the model was told', () => {
	expect(JSON.stringify(model.asked)).not.toContain(READ_WRITE_KEY);
});

test('n8n offers the action node as a tool, and the triggers not', async () => {
	const types = await bench.client.nodeTypes();
	const ours = types.map(({ name }) => name).filter((name) => name.startsWith('n8n-nodes-pendo.'));
	expect([...new Set(ours)].sort()).toEqual([
		'n8n-nodes-pendo.pendo',
		'n8n-nodes-pendo.pendoAccountInReportTrigger',
		'n8n-nodes-pendo.pendoTool',
		'n8n-nodes-pendo.pendoVisitorInReportTrigger',
	]);
	const tool = types.find(({ name }) => name === 'n8n-nodes-pendo.pendoTool');
	expect(tool).toMatchObject({ outputs: ['ai_tool'] });
});
