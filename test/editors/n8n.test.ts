import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { READ_WRITE_KEY, REPORT_IDS, startEmulator, type Emulator } from '../../emulator/server';
import { ensureEngine } from '../../scripts/engines';
import { fillExample, triggerType } from '../../scripts/example';
import { startN8n, type RunningN8n } from '../../scripts/n8n';
import { N8nClient } from '../../scripts/n8n-client';
import { ensurePackage } from '../../scripts/package';
import { workflowOf, type Step } from '../n8n/support/action';
import { startBrowser, watchForTrouble } from './support/browser';
import { N8nEditor } from './support/n8n-editor';
import { takePicture } from './support/pictures';

jest.setTimeout(180_000);

const account = { email: 'pat@pendo-nodes.example', password: 'Editor-Test-1' };
const trigger = 'Pendo Visitor in Report Trigger';
const followed = 'Trial users, week 1';
const folder = mkdtempSync(join(tmpdir(), 'pendo-nodes-editor-'));

let emulator: Emulator;
let n8n: RunningN8n;
let client: N8nClient;
let browser: Browser;
let credential: { id: string; name: string };
let editor: N8nEditor;
let context: BrowserContext;

beforeAll(async () => {
	const [engine, tarball] = [await ensureEngine('n8n-2'), await ensurePackage()];
	emulator = await startEmulator({ paused: true });
	n8n = await startN8n({ engine, userFolder: folder, tarball });
	client = new N8nClient(n8n.url);
	await client.signInAsOwner(account);
	browser = await startBrowser();
	// One for all tests, so that the editor's megabytes of script are compiled once.
	context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
	context.setDefaultTimeout(40_000);
	await new N8nEditor(await context.newPage(), n8n.url).signIn(account);
	credential = await client.createCredential('Pendo on this computer', 'pendoApi', {
		region: 'custom',
		baseUrl: emulator.url,
		apiKey: READ_WRITE_KEY,
	});
}, 900_000);

afterAll(async () => {
	await browser?.close();
	await n8n?.stop();
	await emulator?.close();
	rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
	editor = new N8nEditor(await context.newPage(), n8n.url);
});

afterEach(async () => {
	emulator.control.clearFaults();
	await editor.page.close();
});

/** A saved workflow of the trigger alone, with no report chosen. */
async function saveTrigger(): Promise<string> {
	const { id } = await client.createWorkflow({
		name: 'Visitors of a report',
		nodes: [
			{
				id: crypto.randomUUID(),
				name: trigger,
				type: triggerType,
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
				credentials: { pendoApi: credential },
			},
		],
		connections: {},
	});
	return id;
}

async function openTrigger(): Promise<void> {
	await editor.openWorkflow(await saveTrigger());
	await editor.openNode(trigger);
}

test('the credential form says in words why a key does not work, and tests one that does', async () => {
	await editor.startCredential('Pendo API');
	await editor.choose('region', 'Other Address');
	await editor.fill('baseUrl', emulator.url);
	await editor.fill('apiKey', 'not-the-key');
	await editor.part('credential-save-button').click();
	await editor.credentialForm.getByText('Couldn’t connect with these settings').waitFor();
	await editor.credentialForm.getByText('More details').click();
	await editor.credentialForm.getByText('Pendo refused the key').waitFor();
	const words = await editor.credentialForm.innerText();
	expect(words).toContain(
		'the integration key is wrong or was deleted, or it belongs to another region',
	);
	expect(words).toContain('Settings > Integrations > Integration Keys');
	expect(words).not.toContain('not-the-key');

	await editor.fill('apiKey', READ_WRITE_KEY);
	await editor.part('credential-save-button').click();
	await editor.credentialForm.getByText('Connection tested successfully').waitFor();
	await takePicture(editor.page, 'n8n-credential');
	expect(await editor.input('apiKey').getAttribute('type')).toBe('password');
});

test('a report of visitors is found by typing a part of its name, which then stands under the node', async () => {
	await openTrigger();
	// Of the two reports with this name the other one is about accounts.
	await editor.searchReports('Weekly active');
	expect(await editor.listed.allInnerTexts()).toEqual(['Weekly active']);
	await editor.page.keyboard.press('Escape');
	await editor.searchReports('trial');
	expect(await editor.listed.allInnerTexts()).toEqual([followed]);
	await editor.listed.click();
	expect(await editor.chosenReport).toBe(followed);
	await editor.searchReports('week');
	await editor.listed.getByText('Weekly active').waitFor();
	expect(await editor.listed.allInnerTexts()).toEqual([followed, 'Weekly active']);
	await takePicture(editor.page, 'n8n-trigger');
	await editor.page.keyboard.press('Escape');
	await editor.closeNode();
	expect(await editor.node(trigger).innerText()).toContain(followed);
});

test('Fetch Test Event shows rows of the report as events, beside a branch for notices', async () => {
	await openTrigger();
	await editor.chooseReport(followed);
	await editor.fetchTestEvent();
	const [row] = emulator.control.rows(REPORT_IDS.livingVisitors, 25) as { visitorId: string }[];
	await editor.output
		.getByText(row?.visitorId ?? 'nobody')
		.first()
		.waitFor();
	expect(await editor.part('tab-0', editor.output).innerText()).toMatch(/^Events\b.*3 items/);
	expect(await editor.part('tab-1', editor.output).innerText()).toMatch(/^Notices\b/);
	const shown = await editor.output.innerText();
	expect(shown).toContain('visitor_agent_email');
	expect(shown).toContain('sample:true');
	await takePicture(editor.page, 'n8n-test-event');
});

test('a report whose name, ids and columns carry markup runs none of it', async () => {
	const markup = '<img src=x onerror="window.ranMarkup = true">';
	emulator.control.createReport({
		id: 'hostile',
		name: `${markup} hostile`,
		type: 'Visitor',
		rows: [
			{ visitorId: `${markup} somebody`, [markup]: '<script>window.ranMarkup = true</script>' },
		],
	});
	await openTrigger();
	await editor.chooseReport(`${markup} hostile`);
	await editor.fetchTestEvent();
	await editor.output.getByText('somebody').first().waitFor();
	expect(await editor.output.innerText()).toContain(markup);
	await editor.closeNode();
	expect(await editor.node(trigger).innerText()).toContain('hostile');
	expect(await editor.page.evaluate('window.ranMarkup')).toBeUndefined();
	expect(await editor.page.locator('img[src=x]').count()).toBe(0);
});

test('an empty report says so in a sentence', async () => {
	await openTrigger();
	await editor.chooseReport('Nobody yet');
	await editor.fetchTestEvent();
	await editor.part('node-error-message', editor.output).waitFor();
	expect(await editor.part('node-error-message', editor.output).innerText()).toBe(
		'The report "Nobody yet" is empty',
	);
	expect(await editor.part('node-error-description', editor.output).innerText()).toContain(
		'You can start the watch all the same',
	);
});

test('events, fields and flood protection are chosen in sentences; the fields come from the report', async () => {
	await openTrigger();
	await editor.chooseReport(followed);
	await editor.chooseOneMore('events', 'A Value Changes');
	await editor.chooseOneMore('changedFields', 'Email');
	await editor.part('parameter-input-changedFields').getByText('Email').first().waitFor();
	await editor.choose('floodMode', 'Release a Few at Each Poll');
	const words = await editor.panel.innerText();
	for (const sentence of [
		'Start the Workflow When',
		'If Many Come at Once',
		'How Many Are Too Many',
		'How Many to Release at Each Poll',
	]) {
		expect(words).toContain(sentence);
	}
	await editor.part('parameter-input-floodMode').scrollIntoViewIfNeeded();
	await takePicture(editor.page, 'n8n-events');
});

test('a list that cannot be loaded says why', async () => {
	emulator.control.addFault({
		match: { kind: 'report-list' },
		times: 'always',
		fault: { type: 'status', status: 500 },
	});
	await openTrigger();
	await editor.openReports();
	await editor.part('rlc-error-container').waitFor();
	const words = await editor.part('rlc-error-container').innerText();
	expect(words).toContain('Pendo is not available (500)');
	expect(words).toContain('status.pendo.io');
});

test('a report whose name is markup is shown as text and does nothing', async () => {
	const markup =
		'<img src=x onerror="window.ranMarkup = true"><script>window.ranMarkup = true</script>';
	emulator.control.createReport({ id: 'markup', name: markup, rows: [{ visitorId: 'ann' }] });
	const trouble = watchForTrouble(editor.page);
	const harm = () =>
		editor.page.evaluate(() => ({
			ran: 'ranMarkup' in window,
			elements: document.querySelectorAll('img[src="x"]').length,
		}));
	await openTrigger();
	await editor.searchReports('true</script>');
	expect(await editor.listed.allInnerTexts()).toEqual([markup]);
	expect(await harm()).toEqual({ ran: false, elements: 0 });
	await editor.listed.click();
	await editor.fetchTestEvent();
	await editor.output.getByText(markup).first().waitFor();
	expect(await harm()).toEqual({ ran: false, elements: 0 });

	emulator.control.setRows('markup', []);
	await editor.fetchTestEvent();
	await editor.part('node-error-message', editor.output).waitFor();
	expect(await editor.part('node-error-message', editor.output).innerText()).toContain(markup);
	expect(await harm()).toEqual({ ran: false, elements: 0 });
	await editor.closeNode();
	expect(await editor.node(trigger).innerText()).toContain('<img src=x');
	expect(await harm()).toEqual({ ran: false, elements: 0 });
	expect(trouble.filter((each) => each.startsWith('dialog'))).toEqual([]);
});

test('an operation of the Pendo node is chosen from its list, and shows who is in a report', async () => {
	const value = REPORT_IDS.livingVisitors;
	const step: Step = {
		name: 'Pendo',
		resource: 'report',
		operation: 'getRows',
		given: { columnTitles: true },
		parameters: { reportId: { __rl: true, mode: 'list', value, cachedResultName: followed } },
	};
	const { id } = await client.createWorkflow(workflowOf([step], credential));
	await editor.openWorkflow(id);
	await editor.openNode('Pendo');
	await editor.part('parameter-input-operation').click();
	await editor.option('Download CSV').waitFor();
	await editor.option('Get Rows').click();
	await editor.part('node-execute-button', editor.panel).click();
	const [{ visitorId }] = emulator.control.rows(value) as [{ visitorId: string }];
	await editor.output.getByText(visitorId).first().waitFor();
	await takePicture(editor.page, 'n8n-action');
});

test.each(['light', 'dark'] as const)('the icon fits the %s theme', async (theme) => {
	await editor.page.emulateMedia({ colorScheme: theme });
	await editor.openWorkflow(await saveTrigger());
	const icon = editor.node(trigger).locator('img');
	await icon.waitFor();
	const file = await icon.evaluate((image: HTMLImageElement) => ({
		name: image.src.split('/').at(-1),
		drawn: image.complete && image.naturalWidth > 0,
	}));
	expect(file).toEqual({ name: theme === 'dark' ? 'pendo.dark.svg' : 'pendo.svg', drawn: true });
});

test('a visitor who enters after publishing in the editor starts an execution, seen in its list', async () => {
	const report = {
		id: 'newTrials',
		name: 'New trials',
		rows: [{ visitorId: 'was-there@example.test' }],
	};
	emulator.control.createReport(report);
	const workflow = await editor.startWorkflow('pendo', trigger);
	await editor.part('node-credentials-select').click();
	await editor.option(credential.name).click();
	await editor.choose('mode', 'Custom');
	await editor.fill('cronExpression', onceAMinute(20));
	await editor.chooseReport(report.name);
	await editor.closeNode();
	await editor.publish();
	expect(await client.waitUntilPublished(workflow)).toMatchObject({ status: 'published' });

	emulator.control.enter(report.id, { rows: [{ visitorId: 'newcomer@example.test' }] });
	await editor.openNewestExecution(75_000);
	await editor.page.getByText('Succeeded in').first().waitFor();
	await editor.openNode(trigger);
	await editor.output.getByText('newcomer@example.test').first().waitFor();
	expect(await editor.output.innerText()).not.toContain('was-there@example.test');
	await client.deactivate(workflow);
});

test('the example workflow, published in the editor, tells the chat who entered', async () => {
	const { id } = await client.createWorkflow(
		fillExample({
			credential,
			report: { id: REPORT_IDS.livingVisitors, name: followed },
			chat: `${emulator.url}/emulator/inbox`,
			pollEverySeconds: 5,
		}),
	);
	await editor.openWorkflow(id);
	await editor.publish();
	expect(await client.waitUntilPublished(id)).toMatchObject({ status: 'published' });
	const { entered } = emulator.control.enter(REPORT_IDS.livingVisitors, { count: 1 });
	await editor.openNewestExecution(30_000);
	await editor.page.getByText('Succeeded in').first().waitFor();
	const [newcomer] = entered as { visitor_agent_name: string }[];
	expect(emulator.control.inbox().map(({ body }) => (body as { text: string }).text)).toEqual([
		expect.stringMatching(`${newcomer?.visitor_agent_name} of .* is now in “${followed}”`),
	]);
	await takePicture(editor.page, 'n8n-execution');
	await client.deactivate(id);
});

/** A cron expression that is due in so many seconds, and again a minute later. */
function onceAMinute(inSeconds: number): string {
	return `${(new Date().getUTCSeconds() + inSeconds) % 60} * * * * *`;
}
