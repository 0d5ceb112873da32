import { cleanEnvironment, run } from './command';
import { nodeBinary, projectRoot } from './project';

// `npm run model -- 1000000` for as many.
const histories = process.argv[2] ?? '100000';
const hours = 3_600_000;

async function main(): Promise<void> {
	await run(nodeBinary, ['node_modules/jest/bin/jest.js', 'test/core/watch/poll.model'], {
		cwd: projectRoot,
		timeoutMs: 12 * hours,
		env: cleanEnvironment({ HISTORIES: histories }),
		progress: true,
	});
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
