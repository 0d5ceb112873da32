import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Locator } from 'playwright-core';
import { OPERATIONS } from '../../core/pendo/operations';
import { READ_WRITE_KEY, SEGMENT_IDS, startEmulator, type Emulator } from '../../emulator/server';
import { ensureEngine, type EngineName } from '../../scripts/engines';
import { startNodeRed, type RunningNodeRed } from '../../scripts/node-red';
import { ensureNodeRedPackage } from '../../scripts/node-red-package';
import { startBrowser } from './support/browser';
import { NodeRedEditor } from './support/node-red-editor';

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), 'pendo-nodes-request-editor-'));
const locales = join(__dirname, '..', '..', 'node-red', 'src', 'nodes', 'locales');
const request = 'a000000000000002';
const hostile = { id: 'hostile', name: '<img src=x onerror=alert(1)> hostile' };

let emulator: Emulator;
let nodeRed: RunningNodeRed;
let browser: Browser;
let context: BrowserContext;
let editor: NodeRedEditor;

const flow = [
	{
		...{ id: 'a000000000000009', type: 'pendo-config', name: 'Pendo here' },
		...{ region: 'custom', baseUrl: '', credentials: { apiKey: READ_WRITE_KEY } },
	},
	{ id: 'a000000000000001', type: 'tab', label: 'Flow' },
	{
		...{ id: request, z: 'a000000000000001', type: 'pendo-request', name: '' },
		pendo: 'a000000000000009',
		...{ resource: 'visitor', operation: 'get', parameters: {} },
		...{ items: '', itemsType: 'none', answer: 'array' },
		...{ confirm: false, dryRun: false, overrides: 'none' },
		...{ x: 300, y: 140, wires: [['a000000000000003']] },
	},
	{
		...{ id: 'a000000000000003', z: 'a000000000000001', type: 'debug', name: 'answer' },
		...{ active: true, tosidebar: true, complete: 'payload', targetType: 'msg' },
		...{ x: 560, y: 140, wires: [] },
	},
	{
		...{ id: 'a000000000000004', z: 'a000000000000001', type: 'inject', name: 'ask' },
		...{ props: [], repeat: '', crontab: '', once: false, onceDelay: 0.1 },
		...{ x: 120, y: 140, wires: [[request]] },
	},
];

beforeAll(async () => {
	emulator = await startEmulator({ paused: true });
	emulator.control.createReport({ ...hostile, generated: 1 });
	browser = await startBrowser();
	context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
}, 300_000);

afterAll(async () => {
	await browser?.close();
	await emulator?.close();
	rmSync(folder, { recursive: true, force: true });
});

afterEach(() => editor?.close());

async function start(name: EngineName): Promise<void> {
	const [engine, { modules }] = [await ensureEngine(name), await ensureNodeRedPackage()];
	nodeRed = await startNodeRed({ engine, userDir: join(folder, name), modules });
	await nodeRed.deploy(
		flow.map((node) => (node.type === 'pendo-config' ? { ...node, baseUrl: emulator.url } : node)),
	);
}

async function choose(resource: string, operation: string): Promise<void> {
	await editor.field('resource').selectOption(resource);
	await editor.field('operation').selectOption(operation);
}

/** The text of a typed input. */
function typedInput(name: string): Locator {
	return editor.page.locator(`#pendo-request-${name} + .red-ui-typedInput-container input:visible`);
}

function row(name: string): Locator {
	return editor.page.locator(`.form-row:has(> #pendo-request-${name})`);
}

async function chooseType(name: string, label: string): Promise<void> {
	await row(name).locator('.red-ui-typedInput-type-select').click();
	await editor.page.locator('.red-ui-typedInput-options:visible').getByText(label).click();
}

describe.each(['node-red-4', 'node-red-5'] as const)('in the editor of %s a person', (engine) => {
	beforeAll(() => start(engine), 300_000);
	afterAll(() => nodeRed?.stop());

	it('chooses an operation, fills its parameters in, deploys, and gets the answer', async () => {
		editor = await NodeRedEditor.open(context, nodeRed.url);
		await editor.openNode(request);
		expect(await editor.node(request).textContent()).toContain('Visitor: Get');
		await choose('segment', 'get');
		await row('segmentId')
			.getByText(/^To choose from: \d+/)
			.waitFor();
		await typedInput('segmentId').pressSequentially('CRM from');
		await editor.page.locator('.red-ui-autoComplete-container .pendo-choice').first().waitFor();
		const offered = editor.page.locator('.red-ui-autoComplete-container .pendo-choice span');
		expect(await offered.allTextContents()).toEqual(['From the CRM']);
		await editor.page.keyboard.press('Enter');
		expect(await typedInput('segmentId').inputValue()).toBe(SEGMENT_IDS.uploaded);
		await editor.field('name').click();
		await row('segmentId').getByText('From the CRM').waitFor();
		if (engine === 'node-red-5') await editor.takePicture('request-light');
		await editor.closeDialog();
		expect(await editor.property(request, 'parameters')).toEqual({
			segmentId: { value: SEGMENT_IDS.uploaded, type: 'pick' },
		});
		expect(await editor.node(request).textContent()).toContain('Segment: Get');

		await nodeRed.deployedBy(() => editor.deploy());
		await nodeRed.inject('a000000000000004');
		await editor.statusOf(request).filter({ hasText: 'done at' }).waitFor();
		await editor.showDebugSidebar();
		await editor.debugMessages.filter({ hasText: 'From the CRM' }).first().waitFor();
		expect(editor.trouble).toEqual([]);
	});

	it('finds again what was filled in, of every kind', async () => {
		editor = await NodeRedEditor.open(context, nodeRed.url);
		await editor.openNode(request);
		await choose('visitor', 'setMetadata');
		await typedInput('visitorId').fill('u-1');
		await chooseType('values', 'msg.');
		await typedInput('values').fill('payload.values');
		await editor.closeDialog();
		const kept = {
			visitorId: { value: 'u-1', type: 'str' },
			values: { value: 'payload.values', type: 'msg' },
		};
		expect(await editor.property(request, 'parameters')).toEqual(kept);
		await editor.openNode(request);
		await row('values').waitFor();
		expect(await typedInput('values').inputValue()).toBe('payload.values');
		await editor.closeDialog();
		expect(await editor.property(request, 'parameters')).toEqual(kept);
	});
});

describe('a person at the dialog', () => {
	beforeAll(() => start('node-red-5'), 300_000);
	afterAll(() => nodeRed?.stop());

	beforeEach(async () => {
		editor = await NodeRedEditor.open(context, nodeRed.url);
		await editor.openNode(request);
		await editor.page.locator('#pendo-request-about:not(:empty)').waitFor();
	});

	it('is offered every operation of the table', async () => {
		const offered: string[] = [];
		const resources = await editor
			.field('resource')
			.locator('option')
			.evaluateAll((options) => options.map((option) => option.getAttribute('value')!));
		for (const resource of resources) {
			await editor.field('resource').selectOption(resource);
			const operations = await editor
				.field('operation')
				.locator('option')
				.evaluateAll((options) => options.map((option) => option.getAttribute('value')!));
			for (const operation of operations) {
				offered.push(`${resource} ${operation}`);
				await editor.field('operation').selectOption(operation);
				const { parameters } = OPERATIONS.find(
					(one) => one.resource === resource && one.operation === operation,
				)!;
				const boxes = ['confirm', 'dryRun'];
				const shown = await editor.page
					.locator('#pendo-request-parameters .form-row, #pendo-request-rare .form-row')
					.count();
				expect({ operation, shown }).toEqual({
					operation,
					shown: Object.keys(parameters).filter((name) => !boxes.includes(name)).length,
				});
			}
		}
		expect(offered.sort()).toEqual(
			OPERATIONS.map(({ resource, operation }) => `${resource} ${operation}`).sort(),
		);
		expect(editor.trouble).toEqual([]);
	});

	it('sees only the parameters that matter, and what an operation needs', async () => {
		await choose('visitor', 'getMany');
		await row('limit').waitFor();
		await row('returnAll').locator('.red-ui-typedInput-option-trigger').click();
		await editor.page.locator('.red-ui-typedInput-options:visible').getByText('true').click();
		await row('limit').waitFor({ state: 'hidden' });
		await choose('visitor', 'setMetadata');
		const dialog = editor.page.locator('#dialog-form').first();
		expect(await dialog.textContent()).toContain('The key needs write access.');
		await row('values')
			.getByText(/^Fields: .*score/)
			.waitFor();
	});

	it('must confirm what cannot be undone, and again after choosing another operation', async () => {
		await choose('visitor', 'get');
		expect(await editor.field('confirm').isVisible()).toBe(false);
		await choose('visitor', 'delete');
		await editor.field('confirm').check();
		await choose('segment', 'delete');
		expect(await editor.field('confirm').isChecked()).toBe(false);
		await editor.field('confirm').check();
		await typedInput('segmentId').fill('some');
		await editor.closeDialog();
		expect(await editor.property(request, 'confirm')).toBe(true);
	});

	it('is told what is missing', async () => {
		await choose('guide', 'setState');
		await editor.closeDialog();
		expect(await editor.property(request, 'valid')).toBe(false);
		const errors = await editor.property(request, 'validationErrors');
		expect(JSON.stringify(errors)).toContain('Still to fill in: Guide, State');
	});

	it('may read names from Pendo that look like HTML: they do nothing', async () => {
		await choose('report', 'getRows');
		await row('reportId')
			.getByText(/^To choose from: \d+/)
			.waitFor();
		await typedInput('reportId').pressSequentially('hostile');
		await editor.page.locator('.red-ui-autoComplete-container .pendo-choice').first().waitFor();
		const offered = editor.page.locator('.red-ui-autoComplete-container .pendo-choice span');
		expect(await offered.allTextContents()).toEqual([hostile.name]);
		await editor.page.keyboard.press('Enter');
		await editor.field('name').click();
		await row('reportId').getByText(hostile.name).waitFor();
		expect(await editor.page.locator('img[src=x]').count()).toBe(0);
	});

	it('types an id where the list cannot be had, and is told why', async () => {
		emulator.control.addFault({ fault: { type: 'status', status: 403 }, times: 'always' });
		try {
			await choose('page', 'get');
			await row('id')
				.getByText(/Pendo refused the key/)
				.waitFor();
			await typedInput('id').fill('typed');
			await editor.closeDialog();
		} finally {
			emulator.control.clearFaults();
		}
		expect(await editor.property(request, 'parameters')).toEqual({
			id: { value: 'typed', type: 'pick' },
		});
	});
});

describe('the dialog', () => {
	beforeAll(() => start('node-red-5'), 300_000);
	afterAll(() => nodeRed?.stop());

	it.each(['de', 'ja', 'zh-CN'])('speaks %s', async (language) => {
		editor = await NodeRedEditor.open(context, nodeRed.url, { language });
		await editor.openNode(request);
		await editor.page.locator('#pendo-request-about:not(:empty)').waitFor();
		const { label, hint } = JSON.parse(
			readFileSync(join(locales, language, 'pendo-request.json'), 'utf8'),
		) as Record<'label' | 'hint', Record<string, string>>;
		const dialog = await editor.page.locator('#dialog-form').first().textContent();
		for (const name of [
			'resource',
			'operation',
			'items',
			'confirm',
			'dryRun',
			'answer',
			'overrides',
		])
			expect(dialog).toContain(label[name]);
		expect(dialog).toContain(hint.items);
		expect(editor.trouble).toEqual([]);
	});

	it('can be read in the dark theme', async () => {
		editor = await NodeRedEditor.open(context, nodeRed.url, { theme: 'dark' });
		await editor.openNode(request);
		await choose('visitor', 'bulkSetMetadata');
		await row('values')
			.getByText(/^Fields: /)
			.waitFor();
		await editor.takePicture('request-dark');
		expect(await editor.field('itemsType').inputValue()).toBe('msg');
	});
});
