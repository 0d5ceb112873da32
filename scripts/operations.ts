import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LEFT_OUT, OPERATIONS, RESOURCES, type Call } from '../core/pendo/operations';
import { projectRoot } from './project';

export interface OperationRow extends Call {
	resource: string;
	operation: string;
	write: boolean;
	left_out?: string;
}

export const coveragePage = join(projectRoot, 'docs', 'api-coverage.md');

/** Every call of the public API once or more: by the operation that makes it, or as left out. */
export function operationRows(): OperationRow[] {
	const ownCalls = new Set(OPERATIONS.map(keyOf));
	const rows = OPERATIONS.flatMap(({ resource, operation, method, path, write, also }) => [
		{ resource, operation, method, path, write },
		...also
			.filter((call) => !ownCalls.has(keyOf(call)) && !call.path.includes('/metadata/schema/'))
			.map((call) => ({ resource, operation, ...call, write: false })),
	]);
	return [...rows, ...LEFT_OUT];
}

function keyOf({ method, path }: Call): string {
	return `${method} ${path}`;
}

/** The page that tells users which call of Pendo's API is which operation. */
export function coverageText(): string {
	const sections = Object.entries(RESOURCES)
		.sort(([, one], [, other]) => one.localeCompare(other))
		.map(([resource, title]) => [`## ${title}`, tableOf(resource)].join('\n\n'));
	return [
		'# Which call of Pendo is which operation',
		'<!-- Made by `npm run operations -- --write`; a test fails when it is out of date. -->',
		'The n8n node _Pendo_ and the Node-RED node _pendo-request_ have the same operations. They cover the public Engage API of Pendo; what is left out stands at the end, with the reason.',
		'`npm run -s operations` prints the same as JSON.',
		'A ✎ needs an integration key with write access. A ⚠ cannot be undone: it wants a confirmation and can be rehearsed (_Dry Run_). A ⇉ takes all input items together, in as few calls as may be.',
		...sections,
		'## Left out',
		[
			'| Call | Why |',
			'| --- | --- |',
			...LEFT_OUT.map((call) => `| \`${keyOf(call)}\` | ${call.left_out} |`),
		].join('\n'),
		'',
	]
		.join('\n\n')
		.replace(/\n+$/, '\n');
}

function tableOf(resource: string): string {
	return [
		'| Operation | What it does | Calls | |',
		'| --- | --- | --- | --- |',
		...OPERATIONS.filter((one) => one.resource === resource).map((one) => {
			const calls = [one, ...one.also].map((call) => `\`${keyOf(call)}\``).join(', ');
			const signs = [one.write && '✎', one.destructive && '⚠', one.together && '⇉'];
			const shown = signs.filter(Boolean).join(' ');
			return `| ${one.name} | ${one.description} | ${calls} | ${shown} |`;
		}),
	].join('\n');
}

if (require.main === module) {
	if (process.argv.includes('--write')) writeFileSync(coveragePage, coverageText());
	else console.log(JSON.stringify(operationRows(), null, '\t'));
}
