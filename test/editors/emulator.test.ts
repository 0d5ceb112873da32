import type { Browser, Locator, Page } from 'playwright-core';
import { REPORT_IDS, startEmulator, type Emulator } from '../../emulator/server';
import { startBrowser, watchForTrouble } from './support/browser';

jest.setTimeout(60_000);

let browser: Browser;
let emulator: Emulator;
let page: Page;
let trouble: string[];

beforeAll(async () => {
	browser = await startBrowser();
}, 900_000);
afterAll(() => browser?.close());

beforeEach(async () => {
	emulator = await startEmulator({ paused: true });
	page = await browser.newPage();
	page.setDefaultTimeout(20_000);
	trouble = watchForTrouble(page);
	await page.goto(emulator.url);
	await report('Trial users, week 1').waitFor();
});
afterEach(async () => {
	await page.close();
	await emulator.close();
	expect(trouble).toEqual([]);
});

function report(name: string): Locator {
	return page.locator('.report').filter({ has: page.getByRole('heading', { name }) });
}

function people(): { visitorId: string }[] {
	return emulator.control.rows(REPORT_IDS.livingVisitors, 1000) as { visitorId: string }[];
}

async function press(name: string, within: Page | Locator = page): Promise<void> {
	const answered = page.waitForResponse((response) => response.request().method() !== 'GET');
	await within.getByRole('button', { name, exact: true }).click();
	expect((await answered).status()).toBe(200);
}

async function getResults(): Promise<number> {
	const path = `/api/v1/report/${REPORT_IDS.livingVisitors}/results.json`;
	const headers = { 'x-pendo-integration-key': (await page.locator('#key').textContent()) ?? '' };
	return (await fetch(emulator.url + path, { headers })).status;
}

test('the page names the address and a key that opens it', async () => {
	expect(await page.locator('#address').textContent()).toBe(emulator.url);
	expect(await getResults()).toBe(200);
});

test('people are added and removed by its buttons', async () => {
	const trials = report('Trial users, week 1');
	await press('Add a visitor', trials);
	const newcomer = people().at(-1)?.visitorId ?? '';
	expect(people()).toHaveLength(26);
	const line = trials.getByRole('listitem').filter({ hasText: newcomer });
	await line.getByText('new', { exact: true }).waitFor();
	await press(`Remove ${newcomer}`, trials);
	await line.waitFor({ state: 'detached' });
	expect(people()).toHaveLength(25);
	await press('Add 200', trials);
	expect(people()).toHaveLength(225);
});

test('Pendo is broken and healed by its buttons', async () => {
	await page.locator('#fault').selectOption('Server error (500)');
	await press('Break');
	await page.getByText('Server error (500): results, until healed').waitFor();
	expect(await getResults()).toBe(500);
	await press('Heal everything');
	await page.locator('#faults li').waitFor({ state: 'detached' });
	expect(await getResults()).toBe(200);

	await page.locator('#fault').selectOption('Report gone (404)');
	await page.locator('#times').selectOption('the next request');
	await press('Break');
	expect([await getResults(), await getResults()]).toEqual([404, 200]);
});

test('each way to break it is one that the emulator knows', async () => {
	const names = await page.locator('#fault option').allInnerTexts();
	expect(names.length).toBeGreaterThan(10);
	for (const name of names) {
		await page.locator('#fault').selectOption(name);
		await press('Break');
	}
	expect(emulator.control.state().faults).toHaveLength(names.length);
});

test('its clock goes on, stops and jumps', async () => {
	await press('Resume');
	expect(emulator.control.state().clock.paused).toBe(false);
	await press('Pause');
	const before = emulator.control.state().clock;
	expect(before.paused).toBe(true);
	await press('+1 min');
	expect(emulator.control.state().clock.time - before.time).toBe(60_000);
});

test('messages and requests are shown, and cleared by their buttons', async () => {
	const body = JSON.stringify({ text: 'Ann is now in the report' });
	await fetch(`${emulator.url}/emulator/inbox`, { method: 'POST', body });
	await page.locator('#inbox').getByText('Ann is now in the report').waitFor();
	await page.locator('#requests').getByText('POST /emulator/inbox').waitFor();
	await press('Clear', page.locator('section').filter({ has: page.locator('#inbox') }));
	await page.getByText('Nothing yet').waitFor();
	await press('Clear', page.locator('section').filter({ has: page.locator('#requests') }));
	await page.locator('#requests tr').waitFor({ state: 'detached' });
});

test('ids, names and messages that hold markup are text', async () => {
	const markup =
		'<img src=x onerror="window.ranMarkup = true"><script>window.ranMarkup = true</script>';
	emulator.control.createReport({ id: markup, name: `name ${markup}` });
	emulator.control.enter(REPORT_IDS.livingVisitors, {
		rows: [{ visitorId: `id ${markup}`, visitor_agent_name: `person ${markup}` }],
	});
	const body = JSON.stringify({ text: `message ${markup}` });
	await fetch(`${emulator.url}/emulator/inbox`, { method: 'POST', body });
	await fetch(`${emulator.url}/api/v1/report/${encodeURIComponent(markup)}/results.json`);
	await page.getByText('Those with a purpose of their own').click();
	for (const text of [`id ${markup}`, `person ${markup}`, `message ${markup}`, `name ${markup}`])
		await page.getByText(text).first().waitFor();
	await press(`Remove id ${markup}`);
	expect(people().at(-1)?.visitorId).not.toContain(markup);
	const harm = await page.evaluate(() => ({
		ran: 'ranMarkup' in window,
		elements: document.querySelectorAll('img, body script, iframe').length,
	}));
	expect(harm).toEqual({ ran: false, elements: 0 });
});

test('it says so when the emulator has stopped', async () => {
	await emulator.close();
	await page.getByText('The emulator does not answer').waitFor();
	expect(trouble.length).toBeGreaterThan(0);
	trouble.length = 0;
	emulator = await startEmulator({ paused: true, port: emulator.port });
	await page.getByText('The emulator does not answer').waitFor({ state: 'hidden' });
	trouble.length = 0;
});
