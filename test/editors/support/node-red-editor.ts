import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { projectRoot } from '../../../scripts/project';
import { watchForTrouble } from './browser';

export interface Look {
	language?: string;
	theme?: 'light' | 'dark';
}

const pictures = join(projectRoot, 'node-red', 'docs');

/** Node-RED's editor, as a person uses it. */
export class NodeRedEditor {
	private constructor(
		readonly page: Page,
		/** What a person would call broken; answers of Pendo's that a test provokes are no such thing. */
		readonly trouble: string[],
	) {}

	static async open(context: BrowserContext, url: string, look: Look = {}): Promise<NodeRedEditor> {
		const { language = 'en-US', theme = 'light' } = look;
		const page = await context.newPage();
		page.setDefaultTimeout(60_000);
		// The theme and the language are settings of the person, kept in the browser.
		await page.addInitScript(
			`localStorage.setItem('view-dark-theme', '${theme}'); localStorage.setItem('editor-language', '${language}');`,
		);
		const trouble = watchForTrouble(page);
		await page.goto(url);
		await page.locator('.red-ui-flow-node').first().waitFor();
		await page.locator('#red-ui-loading-progress').waitFor({ state: 'hidden' });
		return new NodeRedEditor(page, trouble);
	}

	async close(): Promise<void> {
		await this.page.close({ runBeforeUnload: false });
	}

	/** A node on the canvas, by its id. */
	node(id: string): Locator {
		return this.page.locator(`[id="${id}"]`);
	}

	/** The text under a node. */
	statusOf(id: string): Locator {
		return this.node(id).locator('.red-ui-flow-node-status-label');
	}

	async openNode(id: string): Promise<void> {
		await this.node(id).dblclick();
		await this.field('name').waitFor();
		await this.page.waitForTimeout(400);
	}

	field(name: string): Locator {
		return this.page.locator(`#node-input-${name}`);
	}

	configField(name: string): Locator {
		return this.page.locator(`#node-config-input-${name}`);
	}

	async addConfig(): Promise<void> {
		await this.page.locator('#node-input-btn-pendo-add').click();
		await this.openedConfig();
	}

	async editConfig(): Promise<void> {
		await this.page.locator('#node-input-btn-pendo-edit').click();
		await this.openedConfig();
	}

	private async openedConfig(): Promise<void> {
		await this.configField('region').waitFor();
		await this.page.waitForTimeout(400);
	}

	async closeConfig(): Promise<void> {
		await this.page.locator('#node-config-dialog-ok').click();
		await this.configField('region').waitFor({ state: 'detached' });
	}

	async testKey(): Promise<void> {
		await this.page.locator('#pendo-config-test').click();
	}

	get keyAnswer(): Locator {
		return this.page.locator(
			'#pendo-config-answer[data-mood=good], #pendo-config-answer[data-mood=bad]',
		);
	}

	get report(): Locator {
		return this.page.locator('#pendo-report');
	}

	get reportAnswer(): Locator {
		return this.page.locator('#pendo-report-answer');
	}

	get offeredReports(): Locator {
		return this.page.locator('#pendo-report-list li');
	}

	/** What the trigger sends, to tick or not. */
	eventBox(name: 'entered' | 'left' | 'changed'): Locator {
		return this.page.locator(`#pendo-events input[value=${name}]`);
	}

	/** The columns of the report whose changes can be sent. */
	get columns(): Locator {
		return this.page.locator('#pendo-columns label');
	}

	get otherFields(): Locator {
		return this.page.locator('#pendo-other-fields');
	}

	get moreOptions(): Locator {
		return this.page.locator('#pendo-more > summary');
	}

	async done(): Promise<void> {
		await this.page.locator('#node-dialog-ok').click();
		await this.report.waitFor({ state: 'detached' });
	}

	/** *Done*, in whichever dialog is open. */
	async closeDialog(): Promise<void> {
		await this.page.locator('#node-dialog-ok').click();
		await this.page.locator('#node-dialog-ok').waitFor({ state: 'detached' });
	}

	async cancel(): Promise<void> {
		await this.page.locator('#node-dialog-cancel').click();
		await this.report.waitFor({ state: 'detached' });
	}

	async deploy(): Promise<void> {
		await this.page.locator('#red-ui-header-button-deploy').click();
		await this.page.locator('#red-ui-header-button-deploy.disabled').waitFor();
	}

	async showDebugSidebar(): Promise<void> {
		await this.page.evaluate("RED.sidebar.show('debug')");
	}

	get debugMessages(): Locator {
		return this.page.locator('.red-ui-debug-msg');
	}

	/** What the node really holds, as it would be deployed. */
	property(id: string, name: string): Promise<unknown> {
		return this.page.evaluate(`RED.nodes.node(${JSON.stringify(id)})[${JSON.stringify(name)}]`);
	}

	/** Renews a picture of the docs, where that is asked for by UPDATE_SCREENSHOTS=1. */
	async takePicture(name: string): Promise<void> {
		if (process.env.UPDATE_SCREENSHOTS !== '1') return;
		mkdirSync(pictures, { recursive: true });
		await this.page.locator('.red-ui-notification').first().waitFor({ state: 'hidden' });
		await this.page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' });
	}
}
