import { run } from '../../../scripts/command';
import { nodeBinary, projectRoot } from '../../../scripts/project';

/** What a program says in its last line, as JSON: busy work in this process would make the emulator late. */
export async function saidApart<T>(program: string, parameters: string[]): Promise<T> {
	const output = await run(nodeBinary, ['--import', 'tsx', program, ...parameters], {
		cwd: projectRoot,
		timeoutMs: 3 * 3_600_000,
	});
	return JSON.parse(output.trim().split('\n').at(-1)!) as T;
}
