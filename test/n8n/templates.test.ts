import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GUIDE_IDS, SEGMENT_IDS } from '../../emulator/server';
import { projectRoot } from '../../scripts/project';
import type { Execution, N8nNode, WorkflowDraft } from '../../scripts/n8n-client';
import { runSteps } from './support/action';
import { Bench, reportParameter } from './support/bench';
import { Elsewhere } from './support/elsewhere';
import { LanguageModel } from './support/language-model';
import { visitors } from './support/rows';

jest.setTimeout(300_000);

const folder = join(projectRoot, 'docs', 'templates');

let bench: Bench;
let elsewhere: Elsewhere;

beforeAll(async () => {
	bench = await Bench.start();
	elsewhere = await Elsewhere.start();
});

afterAll(async () => {
	await bench?.close();
	await elsewhere?.close();
});

beforeEach(() => {
	elsewhere.received.length = 0;
	elsewhere.answer = {};
});

interface Filling {
	/** What a person chooses, by the name of the node. */
	parameters?: Record<string, Record<string, unknown>>;
	/** What the first node gives. */
	starts?: object[];
	credentials?: N8nNode['credentials'];
}

function template(name: string): WorkflowDraft {
	return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as WorkflowDraft;
}

/** Imports a template as it is, fills in what a person must, and runs it from its first node. */
async function runTemplate(name: string, filling: Filling): Promise<Execution> {
	const draft = template(name);
	const start = draft.nodes[0]!.name;
	const nodes = draft.nodes.map((node) => ({
		...node,
		id: randomUUID(),
		parameters: { ...moved(node.parameters), ...filling.parameters?.[node.name] },
		credentials: { pendoApi: bench.credential, ...filling.credentials },
	}));
	const pinData = filling.starts && { [start]: filling.starts.map((json) => ({ json })) };
	const { id } = await bench.client.createWorkflow({ ...draft, nodes, pinData });
	return await bench.client.runManually(id, start);
}

/** Every service of others is on this machine here. */
function moved(parameters: Record<string, unknown>): Record<string, unknown> {
	const { url } = parameters;
	if (typeof url !== 'string') return parameters;
	return { ...parameters, url: url.replace(/^https:\/\/\w+\.example\.com/, elsewhere.url) };
}

const entered = (id: string, report: string) => ({
	pendo: {
		event: 'entered',
		subject: { kind: 'visitor', id },
		report: { id: 'r', name: report },
		detectedAt: '2026-05-08T09:15:02.000Z',
	},
});
const by = (id: string) => ({ __rl: true, mode: 'id', value: id });

test('churn risk to chat: looks the visitor up and tells the chat', async () => {
	await runTemplate('churn-risk-to-chat', { starts: [entered('u-1001', 'At risk')] });
	expect(elsewhere.received).toEqual([
		{
			method: 'POST',
			path: '/incoming-webhook',
			body: {
				text: expect.stringMatching(/^kim@example\.test \(plan .*\) is at risk: in “At risk”/),
			},
		},
	]);
});

test('weekly report to a spreadsheet: one row for each row of the report', async () => {
	const reportId = bench.makeReport(visitors(120));
	const execution = await runTemplate('weekly-report-to-spreadsheet', {
		parameters: { 'Read the report': { reportId: reportParameter(reportId) } },
		starts: [{}],
	});
	expect(execution.items('Read the report')).toHaveLength(120);
	expect(execution.items('Make a spreadsheet')).toEqual([
		expect.objectContaining({
			binary: { data: expect.objectContaining({ fileExtension: 'xlsx' }) },
		}),
	]);
});

test('NPS detractor to ticket: a ticket for each low score, and none for others', async () => {
	const execution = await runTemplate('nps-detractor-to-ticket', {
		parameters: { 'Answers of the last 7 days': { guideId: by(GUIDE_IDS.nps) } },
		starts: [{}],
	});
	const low = execution
		.items('Answers of the last 7 days')
		.filter(({ json }) => typeof json.pollResponse === 'number' && json.pollResponse <= 6);
	expect(low.length).toBeGreaterThan(0);
	expect(elsewhere.received).toHaveLength(low.length);
	expect(elsewhere.received[0]!.body).toMatchObject({
		subject: expect.stringMatching(/^NPS [0-6] by ./),
	});
});

test('new account to CRM: makes it there, and writes the owner back', async () => {
	elsewhere.answer = { id: 'crm-1', owner: 'Kim' };
	await runTemplate('new-account-to-crm', { starts: [entered('acme', 'New accounts')] });
	expect(elsewhere.received).toMatchObject([
		{ path: '/accounts', body: { externalId: 'acme', name: expect.any(String) } },
	]);
	const given = { accountId: 'acme' };
	const now = await runSteps(bench, [{ resource: 'account', operation: 'get', given }]);
	expect(now.items('account get')[0]!.json).toMatchObject({ custom_owner: 'Kim' });
});

test('a segment in step with a list: whoever is in the list is in it, and nobody else', async () => {
	elsewhere.answer = [{ id: 'u-1002' }, { id: 'u-1003' }];
	const execution = await runTemplate('segment-from-list', {
		parameters: { 'Replace who is in the segment': { segmentId: by(SEGMENT_IDS.uploaded) } },
		starts: [{}],
	});
	expect(execution.status).toBe('success');
	bench.emulator.control.changeClock({ advance: 3_600_000 });
	const members = await runSteps(bench, [
		{ resource: 'segment', operation: 'export', given: { segmentId: SEGMENT_IDS.uploaded } },
	]);
	const ids = members.items('segment export').map(({ json }) => json.visitorId);
	expect(ids.sort()).toEqual(['u-1002', 'u-1003']);
});

test('an agent is asked who used a feature, and looks it up in Pendo', async () => {
	const model = await LanguageModel.start();
	const { id } = await bench.client.createCredential('Model', 'openAiApi', {
		apiKey: 'none',
		url: model.url,
	});
	const features = await runSteps(bench, [{ resource: 'feature', operation: 'getMany' }]);
	const featureId = features.items('feature getMany')[0]!.json.id;
	model.call = { name: 'Who_used_a_feature', arguments: { featureId, period: 'last30Days' } };
	const execution = await runTemplate('agent-who-used-a-feature', {
		starts: [{ chatInput: 'Who used Save last week?', sessionId: '1', action: 'sendMessage' }],
		parameters: { 'OpenAI Chat Model': { options: { baseURL: model.url } } },
		credentials: { openAiApi: { id, name: 'Model' } },
	});
	await model.close();
	expect(model.tools.map(({ name }) => name).sort()).toEqual([
		'Find_features',
		'Who_used_a_feature',
	]);
	expect(model.told).toMatch(/visitorId/);
	expect(execution.items('AI Agent')[0]!.json).toEqual({ output: 'Done.' });
});

test('each template is run here or in the editor, and names no real place', () => {
	const names = readdirSync(folder).map((file) => file.replace('.json', ''));
	expect(names.sort()).toEqual([
		'agent-who-used-a-feature',
		'churn-risk-to-chat',
		'new-account-to-crm',
		'nps-detractor-to-ticket',
		'segment-from-list',
		'visitor-to-chat',
		'weekly-report-to-spreadsheet',
	]);
	for (const name of names) {
		const urls = JSON.stringify(template(name)).match(/https?:\/\/[^/"]+/g) ?? [];
		for (const url of urls) expect(url).toMatch(/^https:\/\/\w+\.example\.com$/);
	}
});
