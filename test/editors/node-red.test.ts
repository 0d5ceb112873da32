import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { READ_ONLY_KEY, READ_WRITE_KEY, startEmulator, type Emulator } from '../../emulator/server';
import { ensureEngine, type EngineName } from '../../scripts/engines';
import { startNodeRed, type RunningNodeRed } from '../../scripts/node-red';
import { ensureNodeRedPackage } from '../../scripts/node-red-package';
import { startBrowser } from './support/browser';
import { NodeRedEditor } from './support/node-red-editor';

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), 'pendo-nodes-editor-'));
const engines = ['node-red-4', 'node-red-5'] as const;
const nodesFolder = join(__dirname, '..', '..', 'node-red', 'src', 'nodes');
const followed = { id: 'trials', name: 'Trials that matter' };
const hostile = { id: 'hostile', name: '<img src=x onerror=alert(1)> hostile' };
const trigger = 'a000000000000002';

let emulator: Emulator;
let nodeRed: RunningNodeRed;
let browser: Browser;
let context: BrowserContext;
let editor: NodeRedEditor;

/** A trigger that nobody has set up yet, and a debug node for each of its outputs. */
const emptyFlow = [
	{ id: 'a000000000000001', type: 'tab', label: 'Flow' },
	{
		id: trigger,
		z: 'a000000000000001',
		type: 'pendo-visitor-in-report',
		name: '',
		pendo: '',
		report: '',
		reportName: '',
		interval: '5',
		intervalUnit: 'min',
		firstPoll: 'snapshot',
		returning: 'everyTime',
		contextStore: '',
		x: 260,
		y: 140,
		wires: [['a000000000000003'], ['a000000000000004']],
	},
	...['new visitors', 'notices'].map((name, index) => ({
		id: `a00000000000000${index + 3}`,
		z: 'a000000000000001',
		type: 'debug',
		name,
		active: true,
		tosidebar: true,
		complete: 'payload',
		targetType: 'msg',
		x: 560,
		y: 100 + 80 * index,
		wires: [],
	})),
];

beforeAll(async () => {
	emulator = await startEmulator({ paused: true });
	emulator.control.createReport({ ...followed, generated: 5 });
	emulator.control.createReport({ ...hostile, generated: 1 });
	browser = await startBrowser();
	// One for all, so that the editor is loaded into its cache once.
	context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
}, 300_000);

afterAll(async () => {
	await browser?.close();
	await emulator?.close();
	rmSync(folder, { recursive: true, force: true });
});

afterEach(() => editor?.close());

/** Chrome itself reports each refusal; nothing else may be wrong. */
function trouble(): string[] {
	return editor.trouble.filter(
		(line) => !line.includes('the server responded with a status of 400'),
	);
}

async function fillConfig(key: string): Promise<void> {
	await editor.configField('region').selectOption('custom');
	await editor.configField('baseUrl').fill(emulator.url);
	await editor.configField('apiKey').fill(key);
}

/** The same, set up and deployed. */
function readyFlow() {
	const config = {
		...{ id: 'a000000000000009', type: 'pendo-config', name: 'Pendo here' },
		...{ region: 'custom', baseUrl: emulator.url, credentials: { apiKey: READ_WRITE_KEY } },
	};
	const chosen = { pendo: config.id, report: followed.id, reportName: followed.name };
	return [
		config,
		...emptyFlow.map((node) => (node.id === trigger ? { ...node, ...chosen } : node)),
	];
}

async function start(name: EngineName): Promise<void> {
	const [engine, { modules }] = [await ensureEngine(name), await ensureNodeRedPackage()];
	nodeRed = await startNodeRed({ engine, userDir: join(folder, name), modules });
}

describe.each(engines)('a newcomer to the editor of %s', (engine) => {
	beforeAll(async () => {
		await start(engine);
		await nodeRed.deploy(emptyFlow);
	}, 300_000);

	afterAll(() => nodeRed?.stop());

	it('tests a key, picks a report before the first deploy, deploys, and sees who appears', async () => {
		editor = await NodeRedEditor.open(context, nodeRed.url);
		expect(await editor.statusOf(trigger).textContent()).toBe('not configured');
		await editor.openNode(trigger);
		await expect(editor.reportAnswer.textContent()).resolves.toContain('Pendo configuration first');

		await editor.addConfig();
		await fillConfig('not-a-key');
		await editor.testKey();
		expect(await editor.keyAnswer.textContent()).toContain('Pendo refused the key (403');
		await editor.configField('apiKey').fill(READ_WRITE_KEY);
		await editor.testKey();
		await editor.page.locator('#pendo-config-answer[data-mood=good]').waitFor();
		expect(await editor.keyAnswer.textContent()).toBe('The key is valid and may read and write');
		await editor.closeConfig();

		await editor.page.getByText(/^Reports about visitors to choose from: \d+$/).waitFor();
		await editor.report.fill('matter TRIALS');
		expect(await editor.offeredReports.allTextContents()).toEqual([followed.name]);
		await editor.report.fill('trials that');
		await editor.page.keyboard.press('ArrowDown');
		await editor.page.keyboard.press('Enter');
		expect(await editor.reportAnswer.textContent()).toBe(`Id: ${followed.id}`);
		await editor.field('interval').fill('1');
		await editor.field('intervalUnit').selectOption('s');
		await editor.done();
		expect(await editor.property(trigger, 'report')).toBe(followed.id);
		expect(await editor.node(trigger).textContent()).toContain(followed.name);

		await nodeRed.deployedBy(() => editor.deploy());
		await editor.statusOf(trigger).filter({ hasText: 'next poll' }).waitFor();
		emulator.control.enter(followed.id, {
			rows: [{ visitorId: `kim@${engine}.test`, plan: 'trial' }],
		});
		await editor.showDebugSidebar();
		await editor.debugMessages.filter({ hasText: `kim@${engine}.test` }).waitFor();
		expect(await editor.debugMessages.count()).toBe(1);
		await editor.debugMessages.locator('.red-ui-debug-msg-object-handle').first().click();
		await editor.takePicture('event');
		expect(trouble()).toEqual([]);
	});
});

describe('a person whose nodes are deployed', () => {
	beforeAll(async () => {
		await start('node-red-5');
		await nodeRed.deploy(readyFlow());
	}, 300_000);

	afterAll(() => nodeRed?.stop());

	it('tests and uses the deployed key, which the editor never gets to see', async () => {
		editor = await NodeRedEditor.open(context, nodeRed.url);
		await editor.openNode(trigger);
		await editor.reportAnswer.filter({ hasText: followed.id }).waitFor();
		expect(await editor.report.inputValue()).toBe(followed.name);
		await editor.editConfig();
		expect(await editor.configField('apiKey').inputValue()).toBe('__PWRD__');
		await editor.testKey();
		expect(await editor.keyAnswer.textContent()).toBe('The key is valid and may read and write');
		await editor.configField('apiKey').fill(READ_ONLY_KEY);
		await editor.testKey();
		expect(await editor.keyAnswer.textContent()).toBe('The key is valid and may read');
		const flows = readFileSync(join(folder, 'node-red-5', 'flows.json'), 'utf8');
		expect(flows).not.toContain(READ_WRITE_KEY);
		expect(await editor.page.content()).not.toContain(READ_WRITE_KEY);
	});

	it('types an address or an id instead, and HTML in the name of a report does nothing', async () => {
		editor = await NodeRedEditor.open(context, nodeRed.url);
		await editor.openNode(trigger);
		await editor.reportAnswer.filter({ hasText: followed.id }).waitFor();
		await editor.report.fill('hostile');
		await editor.offeredReports.first().waitFor();
		expect(await editor.offeredReports.allTextContents()).toEqual([hostile.name]);
		await editor.offeredReports.first().click();
		await editor.done();
		expect(await editor.property(trigger, 'reportName')).toBe(hostile.name);
		expect(await editor.node(trigger).locator('img').count()).toBe(0);

		await editor.openNode(trigger);
		await editor.report.fill('https://app.pendo.io/s/1/reports/_Q7hZr0aT2?x=1');
		await editor.done();
		expect(await editor.property(trigger, 'report')).toBe('_Q7hZr0aT2');
		expect(await editor.property(trigger, 'reportName')).toBe('');
		expect(trouble()).toEqual([]);
	});

	it('sees and keeps the defaults where a flow was made before there was a choice', async () => {
		editor = await NodeRedEditor.open(context, nodeRed.url);
		await editor.openNode(trigger);
		expect(await editor.eventBox('entered').isChecked()).toBe(true);
		expect(await editor.eventBox('left').isChecked()).toBe(false);
		expect(await editor.field('floodMode').inputValue()).toBe('hold');
		expect(await editor.field('floodThreshold').inputValue()).toBe('100');
		expect(await editor.field('releasePerSecond').inputValue()).toBe('1');
		expect(await editor.field('subject').isVisible()).toBe(false);
		expect(await editor.columns.count()).toBe(0);
		await editor.done();
		expect(await editor.property(trigger, 'events')).toEqual(['entered']);
		expect(await editor.property(trigger, 'floodMode')).toBe('hold');
		expect(await editor.property(trigger, 'subject')).toBe('single');
		expect(await editor.property(trigger, 'valid')).toBe(true);
		expect(trouble()).toEqual([]);
	});

	it('chooses what to send, from the columns of the report, and what to do with many', async () => {
		editor = await NodeRedEditor.open(context, nodeRed.url);
		await editor.openNode(trigger);
		await editor.reportAnswer.filter({ hasText: followed.id }).waitFor();
		await editor.eventBox('left').check();
		await editor.eventBox('changed').check();
		await editor.columns.first().waitFor();
		const columns = await editor.columns.allTextContents();
		expect(columns.join()).toContain('visitor_agent_email');
		expect(columns.join()).not.toContain('visitorId');
		await editor.columns.filter({ hasText: 'visitor_agent_email' }).click();
		await editor.otherFields.fill('plan, country');
		await editor.field('oldValues').check();
		await editor.field('floodMode').selectOption('gradual');
		await editor.field('floodThreshold').fill('20');
		await editor.field('releasePerSecond').fill('0.5');
		await editor.moreOptions.click();
		await editor.field('subject').selectOption('pair');
		await editor.field('rows').selectOption('all');
		await editor.field('keepLeavers').check();
		await editor.done();
		const chosen = {
			events: ['entered', 'left', 'changed'],
			changedFields: ['visitor_agent_email', 'plan', 'country'],
			oldValues: true,
			floodMode: 'gradual',
			floodThreshold: '20',
			releasePerSecond: '0.5',
			subject: 'pair',
			rows: 'all',
			keepLeavers: true,
			valid: true,
		};
		for (const [name, value] of Object.entries(chosen))
			expect([name, await editor.property(trigger, name)]).toEqual([name, value]);

		await editor.openNode(trigger);
		await editor.columns.first().waitFor();
		const email = editor.columns.filter({ hasText: 'visitor_agent_email' }).locator('input');
		expect(await email.isChecked()).toBe(true);
		expect(await editor.otherFields.inputValue()).toBe('plan, country');
		// A field that stays typed while another report, or none, is chosen is not lost.
		await editor.report.fill('elsewhere');
		await editor.field('name').click();
		await editor.page.locator('#pendo-columns-answer:not(:empty)').waitFor();
		await editor.done();
		expect(await editor.property(trigger, 'changedFields')).toEqual(chosen.changedFields);
		expect(trouble()).toEqual([]);
	});

	it.each(['light', 'dark'] as const)('can read all the choices in the %s theme', async (theme) => {
		editor = await NodeRedEditor.open(context, nodeRed.url, { theme });
		await editor.page.setViewportSize({ width: 1280, height: 1100 });
		await editor.openNode(trigger);
		await editor.eventBox('changed').check();
		await editor.columns.first().waitFor();
		await editor.columns.nth(1).click();
		await editor.moreOptions.click();
		await editor.takePicture(`events-${theme}`);
		const contrasts = await editor.page.evaluate(contrastOf, [
			'#pendo-events label',
			'#pendo-columns label',
			'#pendo-columns small',
			'#pendo-flood-hint',
			'#pendo-more summary',
		]);
		for (const [part, contrast] of Object.entries(contrasts))
			expect({ part, readable: contrast >= 4.5 }).toEqual({ part, readable: true });
	});

	it('is told at once what is missing or out of range', async () => {
		editor = await NodeRedEditor.open(context, nodeRed.url);
		await editor.openNode(trigger);
		await editor.report.fill('');
		await editor.field('interval').fill('0');
		await editor.eventBox('entered').uncheck();
		await editor.field('floodThreshold').fill('none');
		await editor.field('releasePerSecond').fill('0');
		await editor.done();
		expect(await editor.property(trigger, 'valid')).toBe(false);
		const errors = await editor.property(trigger, 'validationErrors');
		expect(errors).toContain('The interval must be between 1 second and 24 days');
		expect(errors).toContain('report');
		expect(errors).toContain('Choose at least one event to send');
		expect(errors).toContain('How many are many must be a number, 1 or more');
		expect(errors).toContain('How many to release a second must be a number above 0');
	});

	it.each(['light', 'dark'] as const)('can read the dialogs in the %s theme', async (theme) => {
		editor = await NodeRedEditor.open(context, nodeRed.url, { theme });
		await editor.openNode(trigger);
		await editor.reportAnswer.filter({ hasText: followed.id }).waitFor();
		await editor.report.fill('week');
		await editor.offeredReports.first().waitFor();
		await editor.takePicture(`report-${theme}`);
		const contrasts = await editor.page.evaluate(contrastOf, [
			'#pendo-report',
			'#pendo-report-list li',
			'.pendo-hint[data-i18n]',
			'label[for=pendo-report]',
		]);
		for (const [part, contrast] of Object.entries(contrasts))
			expect({ part, readable: contrast >= 4.5 }).toEqual({ part, readable: true });
		await editor.page.keyboard.press('Escape');
		await editor.editConfig();
		await editor.testKey();
		await editor.keyAnswer.waitFor();
		await editor.takePicture(`config-${theme}`);
	});

	it.each(['de', 'ja', 'zh-CN'])('reads everything in %s', async (language) => {
		editor = await NodeRedEditor.open(context, nodeRed.url, { language });
		await editor.openNode(trigger);
		const texts = JSON.parse(
			readFileSync(join(nodesFolder, 'locales', language, 'pendo-visitor-in-report.json'), 'utf8'),
		) as { label: Record<string, string>; hint: Record<string, string> };
		const dialog = await editor.page.locator('#dialog-form').first().textContent();
		for (const name of [
			'report',
			'events',
			'firstPoll',
			'returning',
			'floodMode',
			'more',
			'contextStore',
		])
			expect(dialog).toContain(texts.label[name]);
		expect(dialog).toContain(texts.hint.contextStore);
		expect(trouble()).toEqual([]);
	});

	it('finds the examples in the menu, and each one imports without an unknown node', async () => {
		editor = await NodeRedEditor.open(context, nodeRed.url);
		const examples = readdirSync(join(nodesFolder, '..', '..', 'examples'));
		expect(examples.length).toBeGreaterThanOrEqual(4);
		const listed = await (
			await fetch(`${nodeRed.url}/library/examples/flows/@pendo-nodes/node-red-contrib-pendo/`)
		).text();
		for (const example of examples) expect(listed).toContain(example.replace('.json', ''));
		for (const example of examples) {
			const flow = readFileSync(join(nodesFolder, '..', '..', 'examples', example), 'utf8');
			const unknown = await editor.page.evaluate(
				`(() => { RED.view.importNodes(${flow}, { generateIds: true, touchImport: true, addFlow: true, applyNodeDefaults: true }); const types = []; RED.nodes.eachNode((node) => { if (node.type === 'unknown') types.push(node.name); }); return types; })()`,
			);
			expect({ example, unknown }).toEqual({ example, unknown: [] });
		}
		expect(trouble()).toEqual([]);
	});
});

/** Contrast of a part's text with what is behind it, as WCAG 2 defines it. Runs in the page. */
function contrastOf(parts: string[]): Record<string, number> {
	const numbers = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
	const luminance = (colour: string) => {
		const [red, green, blue] = numbers(colour)
			.slice(0, 3)
			.map((value) => value / 255)
			.map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
		return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
	};
	const behind = (element: Element | null): string => {
		for (let at = element; at; at = at.parentElement) {
			const colour = getComputedStyle(at).backgroundColor;
			if ((numbers(colour)[3] ?? 1) > 0) return colour;
		}
		return 'rgb(255, 255, 255)';
	};
	return Object.fromEntries(
		parts.map((part) => {
			const element = document.querySelector(part)!;
			const tones = [luminance(getComputedStyle(element).color), luminance(behind(element))];
			return [part, (Math.max(...tones) + 0.05) / (Math.min(...tones) + 0.05)];
		}),
	);
}
