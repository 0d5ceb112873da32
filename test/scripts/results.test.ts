import {
	closingLine,
	describeChecks,
	exitCode,
	readFaultRows,
	readJestReport,
	type Check,
} from '../../scripts/results';
import { notRun } from '../faults/support/row';

const check = (outcome: Check['outcome'], reason?: string): Check => ({
	stage: 'n8n',
	title: 'fires once',
	outcome,
	reason,
});

const suite = (status: string, tests: { status: string; failure?: string }[] = []) => ({
	name: 'test/n8n/poll.test.ts',
	status,
	message: 'Cannot find module',
	assertionResults: tests.map((test) => ({
		fullName: 'fires once',
		status: test.status,
		duration: 3,
		failureMessages: test.failure ? [test.failure] : [],
	})),
});

describe('the end of npm test', () => {
	it('is one line that counts what passed and failed', () => {
		expect(closingLine([check('passed'), check('passed'), check('failed')])).toBe(
			'2 passed, 1 failed',
		);
	});

	it('counts skipped tests only where there are any', () => {
		expect(closingLine([check('passed'), check('skipped')])).toBe('1 passed, 0 failed, 1 skipped');
	});

	it('gives the reason of each skipped and of each failed test before', () => {
		const text = describeChecks([
			check('skipped', 'no disk'),
			check('failed', 'expected 1, got 2'),
		]);
		expect(text).toContain('○ fires once: no disk');
		expect(text).toContain('expected 1, got 2');
	});

	it('is a failure when anything failed or when nothing ran', () => {
		expect(exitCode([check('passed')])).toBe(0);
		expect(exitCode([check('passed'), check('failed')])).toBe(1);
		expect(exitCode([check('skipped')])).toBe(1);
		expect(exitCode([])).toBe(1);
	});
});

describe('the results of a test run', () => {
	it('have one line for each test', () => {
		const report = {
			testResults: [
				suite('failed', [{ status: 'passed' }, { status: 'failed', failure: 'got 2' }]),
			],
		};
		expect(readJestReport('n8n', report).map(({ outcome, reason }) => [outcome, reason])).toEqual([
			['passed', undefined],
			['failed', 'got 2'],
		]);
	});

	it('count a file that could not run as a failure', () => {
		expect(readJestReport('n8n', { testResults: [suite('failed')] })).toMatchObject([
			{ outcome: 'failed', reason: 'Cannot find module' },
		]);
	});

	it('count a file that broke outside its passing tests as a failure', () => {
		const checks = readJestReport('n8n', {
			testResults: [suite('failed', [{ status: 'passed' }])],
		});
		expect(checks.map(({ outcome }) => outcome)).toEqual(['passed', 'failed']);
	});

	it('count a test marked to do as skipped', () => {
		const checks = readJestReport('n8n', { testResults: [suite('passed', [{ status: 'todo' }])] });
		expect(checks.map(({ outcome }) => outcome)).toEqual(['skipped']);
	});
});

describe('the results of the tries to break it', () => {
	it('have one line for each, with what was measured where it does not hold', () => {
		const row = { name: 'Killed: missed', value: 1, target: '0', holds: false };
		const rows = [{ ...row, value: 0, holds: true }, row, notRun('Disk full', 'only root can')];
		expect(readFaultRows('Faults', rows)).toEqual([
			{ stage: 'Faults', title: 'Killed: missed', outcome: 'passed' },
			{ stage: 'Faults', title: 'Killed: missed', outcome: 'failed', reason: '1; wanted: 0' },
			{ stage: 'Faults', title: 'Disk full', outcome: 'skipped', reason: 'only root can' },
		]);
	});
});
