import { chromium, selectors, type Browser, type Page } from 'playwright-core';
import { findBrowser } from '../../../scripts/browser';

// The browser shall talk to nobody but the pages under test.
const flags = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

// n8n's own mark of the parts of its editor.
selectors.setTestIdAttribute('data-test-id');

export async function startBrowser(): Promise<Browser> {
	return chromium.launch({ executablePath: await findBrowser(), headless: true, args: flags });
}

/** What a page did that a person would call broken. */
export function watchForTrouble(page: Page): string[] {
	const trouble: string[] = [];
	page.on('pageerror', (error) => trouble.push(`exception: ${error.message}`));
	page.on('console', (message) => {
		if (message.type() === 'error') trouble.push(`console: ${message.text()}`);
	});
	page.on('dialog', (dialog) => {
		trouble.push(`dialog: ${dialog.message()}`);
		void dialog.dismiss();
	});
	return trouble;
}
