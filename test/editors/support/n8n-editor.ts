import type { Locator, Page } from 'playwright-core';
import type { Account } from '../../../scripts/n8n-client';

/** n8n's editor, as a person uses it. */
export class N8nEditor {
	constructor(
		readonly page: Page,
		private readonly url: string,
	) {}

	async signIn({ email, password }: Account): Promise<void> {
		await this.page.goto(`${this.url}/signin`);
		await this.page.locator('input[name="emailOrLdapLoginId"]').fill(email);
		await this.page.locator('input[type=password]').fill(password);
		await this.part('form-submit-button').click();
		await this.page.waitForURL((url) => !url.pathname.startsWith('/signin'));
	}

	/** Any part of the editor, by n8n's own mark. */
	part(name: string, within: Page | Locator = this.page): Locator {
		return within.getByTestId(name);
	}

	/** The panel of the node that is open. */
	get panel(): Locator {
		return this.part('ndv');
	}

	get output(): Locator {
		return this.part('output-panel', this.panel);
	}

	get credentialForm(): Locator {
		return this.part('editCredential-modal');
	}

	async startCredential(type: string): Promise<void> {
		await this.page.goto(`${this.url}/home/credentials`);
		await this.part('add-resource-credential').click();
		await this.part('new-credential-type-select').click();
		await this.page.keyboard.type(type);
		await this.part('new-credential-type-select-option').filter({ hasText: type }).click();
		await this.part('new-credential-type-button').click();
		await this.credentialForm.waitFor();
	}

	input(parameter: string): Locator {
		return this.part(`parameter-input-${parameter}`).locator('input');
	}

	async fill(parameter: string, value: string): Promise<void> {
		await this.input(parameter).fill(value);
	}

	async choose(parameter: string, option: string): Promise<void> {
		const wanted = this.option(option);
		// A list that is still being loaded does not open.
		for (let tries = 0; tries < 10 && !(await wanted.isVisible()); tries++) {
			await this.part(`parameter-input-${parameter}`).click();
			await wanted.waitFor({ timeout: 4_000 }).catch(() => undefined);
		}
		await wanted.click();
	}

	/** Of a parameter that takes several, whose list stays open until something else is clicked. */
	async chooseOneMore(parameter: string, option: string): Promise<void> {
		await this.choose(parameter, option);
		await this.panel.getByText('Poll Times').click();
		await this.option(option).waitFor({ state: 'hidden' });
	}

	option(text: string): Locator {
		return this.page.getByRole('option').filter({ visible: true, hasText: text });
	}

	async openWorkflow(id: string): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${id}`);
		await this.part('canvas-node').first().waitFor();
	}

	/** A new workflow that starts with this trigger, which is left open; answers the workflow's id. */
	async startWorkflow(search: string, trigger: string): Promise<string> {
		await this.page.goto(`${this.url}/workflow/new`);
		await this.part('canvas-add-button').getByRole('button').click();
		await this.part('node-creator-search-bar').fill(search);
		await this.part('node-creator-item-name').filter({ hasText: trigger }).click();
		await this.page.getByText('Add to workflow').click();
		await this.panel.waitFor();
		return new URL(this.page.url()).pathname.split('/')[2] ?? '';
	}

	async openNode(name: string): Promise<void> {
		await this.node(name).dblclick();
		await this.panel.waitFor();
	}

	node(name: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}

	async closeNode(): Promise<void> {
		await this.part('ndv-close-button').click();
		await this.panel.waitFor({ state: 'hidden' });
	}

	get listed(): Locator {
		return this.part('rlc-item');
	}

	get chosenReport(): Promise<string> {
		return this.part('resource-locator-report').getByTestId('rlc-input').inputValue();
	}

	async openReports(): Promise<void> {
		await this.part('resource-locator-report').getByTestId('rlc-input').click();
	}

	/** Types into the search of the list, and waits until it shows only what fits. */
	async searchReports(text: string): Promise<void> {
		await this.openReports();
		await this.part('rlc-search').waitFor();
		const answered = this.page.waitForResponse(
			(response) =>
				response.url().endsWith('/resource-locator-results') &&
				(response.request().postDataJSON() as { filter?: string }).filter === text,
		);
		await this.part('rlc-search').fill(text);
		await answered;
		const fitting = new RegExp(text, 'i');
		await this.listed.filter({ hasNotText: fitting }).first().waitFor({ state: 'detached' });
		await this.listed.filter({ hasText: fitting }).first().waitFor();
	}

	async chooseReport(name: string): Promise<void> {
		await this.searchReports(name);
		await this.listed.getByText(name, { exact: true }).click();
	}

	async fetchTestEvent(): Promise<void> {
		await this.part('node-execute-button', this.panel).click();
	}

	async publish(): Promise<void> {
		await this.part('workflow-open-publish-modal-button').click();
		await this.part('workflow-publish-button').click();
		await this.part('activation-modal').getByRole('button', { name: 'Got it' }).click();
		await this.part('workflow-active-version-indicator').waitFor();
	}

	/** Opens the list of executions, and the newest one there as soon as there is one. */
	async openNewestExecution(timeout: number): Promise<void> {
		await this.part('radio-button-executions').click();
		const newest = this.part('current-executions-list')
			.locator('[data-test-id^="execution-details-"]')
			.first();
		await newest.waitFor({ timeout });
		await newest.click();
		await this.page.locator('[data-test-id^="execution-preview-details-"]').waitFor();
	}
}
