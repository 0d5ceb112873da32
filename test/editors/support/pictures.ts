import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { projectRoot } from '../../../scripts/project';

const folder = join(projectRoot, 'docs', 'images');

/** Renews a picture of the docs, where that is asked for by UPDATE_SCREENSHOTS=1. */
export async function takePicture(page: Page, name: string): Promise<void> {
	if (process.env.UPDATE_SCREENSHOTS !== '1') return;
	mkdirSync(folder, { recursive: true });
	await page.mouse.move(0, 0);
	await page.screenshot({
		path: join(folder, `${name}.png`),
		animations: 'disabled',
		// Passing messages in the corner hide what is below.
		style: '.el-notification { display: none }',
	});
}
