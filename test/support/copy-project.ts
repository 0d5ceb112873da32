import { cpSync, existsSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../scripts/project';

/** A checkout of its own, so that somebody's running `npm start` and its data stay as they are. */
export function copyProject(): string {
	const folder = mkdtempSync(join(tmpdir(), 'pendo-nodes-start-'));
	const foreign = ['node_modules', '.git', '.pendo-nodes', 'dist', 'coverage', 'linters'];
	cpSync(projectRoot, folder, {
		recursive: true,
		filter: (path) => !foreign.some((name) => path.endsWith(join('/', name))),
	});
	for (const modules of ['node_modules', join('node-red', 'node_modules')])
		if (existsSync(join(projectRoot, modules)))
			symlinkSync(join(projectRoot, modules), join(folder, modules), 'junction');
	return folder;
}
