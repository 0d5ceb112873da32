import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const MB = 1_000_000;

test('a report of a million rows is read in the memory of a small one', () => {
	const script = join(__dirname, 'read-a-million-rows.ts');
	const output = execFileSync(
		process.execPath,
		['--max-old-space-size=128', '--import', 'tsx', script],
		{
			encoding: 'utf8',
		},
	);
	const { rows, bodyBytes, grownBytes } = JSON.parse(output.trim().split('\n').at(-1)!) as Record<
		string,
		number
	>;
	expect(rows).toBe(1_000_000);
	expect(bodyBytes).toBeGreaterThan(340 * MB);
	expect(grownBytes).toBeLessThan(60 * MB);
}, 120_000);
