import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Answer } from './answer';

const FILES: Record<string, [file: string, contentType: string]> = {
	'/': ['index.html', 'text/html'],
	'/emulator/page.js': ['page.js', 'text/javascript'],
	'/emulator/page.css': ['page.css', 'text/css'],
};

/** The web page, which takes nothing from anywhere else. */
export function pageFile(path: string): Answer | undefined {
	const [file, contentType] = FILES[path] ?? [];
	if (!file) return undefined;
	return {
		status: 200,
		headers: {
			'content-type': `${contentType}; charset=utf-8`,
			'cache-control': 'no-store',
			'content-security-policy':
				"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		},
		body: [readFileSync(join(__dirname, 'page', file))],
	};
}
