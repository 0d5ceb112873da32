import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Every file of an engine's own folder but what is installed there. */
export function filesIn(folder: string): Record<string, string> {
	const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((name) => !name.startsWith('node_modules') && !name.includes('/node_modules/'))
		.filter((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile());
	return Object.fromEntries(
		files.map((name) => [name, readFileSync(join(folder, name), 'latin1')] as const),
	);
}
