import { whyNotRun, type Row } from '../test/faults/support/row';

/** What one check of `npm test` came to: a stage of its own, or one test in it. */
export interface Check {
	stage: string;
	/** The promise, as the test is titled. */
	title: string;
	outcome: 'passed' | 'failed' | 'skipped';
	milliseconds?: number;
	/** Why it failed or was skipped. */
	reason?: string;
}

/** The parts of jest's `--json` report that are read here. */
export interface JestReport {
	testResults: {
		name: string;
		status: string;
		message: string;
		assertionResults: {
			fullName: string;
			status: string;
			duration?: number | null;
			failureMessages: string[] | null;
		}[];
	}[];
}

export function readJestReport(stage: string, report: JestReport): Check[] {
	const checks: Check[] = [];
	for (const suite of report.testResults) {
		for (const test of suite.assertionResults) {
			const passed = test.status === 'passed';
			const failed = test.status === 'failed';
			checks.push({
				stage,
				title: test.fullName,
				outcome: passed ? 'passed' : failed ? 'failed' : 'skipped',
				milliseconds: test.duration ?? undefined,
				reason: passed ? undefined : failed ? test.failureMessages?.join('\n') : test.status,
			});
		}
		if (
			suite.status === 'failed' &&
			!suite.assertionResults.some((test) => test.status === 'failed')
		)
			checks.push({
				stage,
				title: `${suite.name} could not run`,
				outcome: 'failed',
				reason: suite.message,
			});
	}
	return checks;
}

/** Each row of `npm run faults` is a check. */
export function readFaultRows(stage: string, rows: readonly Row[]): Check[] {
	return rows.map((row) => {
		const { name: title, value, target, holds } = row;
		if (holds) return { stage, title, outcome: 'passed' };
		const missing = whyNotRun(row);
		if (missing !== undefined) return { stage, title, outcome: 'skipped', reason: missing };
		return { stage, title, outcome: 'failed', reason: `${value}; wanted: ${target}` };
	});
}

export function describeChecks(checks: Check[]): string {
	const lines: string[] = [];
	for (const stage of new Set(checks.map((check) => check.stage))) {
		lines.push('', stage);
		for (const check of checks.filter((each) => each.stage === stage)) {
			const mark = { passed: '✓', failed: '✗', skipped: '○' }[check.outcome];
			const time = check.milliseconds ? ` (${check.milliseconds} ms)` : '';
			const reason = check.outcome === 'skipped' ? `: ${check.reason ?? 'no reason given'}` : '';
			lines.push(`  ${mark} ${check.title}${time}${reason}`);
		}
	}
	const failed = checks.filter((check) => check.outcome === 'failed');
	for (const check of failed)
		lines.push('', `✗ ${check.stage}: ${check.title}`, check.reason ?? '');
	return lines.join('\n');
}

/** The line that ends `npm test`, alone. */
export function closingLine(checks: Check[]): string {
	const count = (outcome: Check['outcome']) =>
		checks.filter((check) => check.outcome === outcome).length;
	const skipped = count('skipped');
	const line = `${count('passed')} passed, ${count('failed')} failed`;
	return skipped > 0 ? `${line}, ${skipped} skipped` : line;
}

export function exitCode(checks: Check[]): number {
	const ran = checks.filter((check) => check.outcome === 'passed');
	return ran.length === 0 || checks.some((check) => check.outcome === 'failed') ? 1 : 0;
}
