import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { READ_ONLY_KEY, type Emulator } from '../../emulator/server';
import { checkLive, FILE_NAME } from '../../scripts/check-live';
import type { Outcome } from '../../scripts/check-live/outcome';

export interface Looked {
	code: number;
	/** All that was printed. */
	printed: string;
	/** The file as it lies there; '' where none was written. */
	file: string;
	/** By the id of the assumption: verdict and what was seen. */
	findings: Record<string, string>;
}

/** Runs the check on an emulator, without waiting between two tries. */
export async function look(emulator: Emulator, env: NodeJS.ProcessEnv = {}): Promise<Looked> {
	const folder = mkdtempSync(join(tmpdir(), 'pendo-live-check-'));
	const lines: string[] = [];
	try {
		const code = await checkLive({
			env: { PENDO_INTEGRATION_KEY: READ_ONLY_KEY, PENDO_BASE_URL: emulator.url, ...env },
			folder,
			print: (line) => lines.push(line),
			sleep: () => Promise.resolve(),
		});
		const file = readOr(join(folder, FILE_NAME), '');
		return { code, printed: lines.join('\n'), file, findings: findingsIn(file) };
	} finally {
		rmSync(folder, { recursive: true });
	}
}

export function findingsIn(file: string): Record<string, string> {
	if (file === '') return {};
	const { outcomes } = JSON.parse(file) as { outcomes: Outcome[] };
	return Object.fromEntries(outcomes.map(({ id, verdict, seen }) => [id, `${verdict}: ${seen}`]));
}

function readOr(path: string, otherwise: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return otherwise;
	}
}

/** A small subscription in which everything that can be read is there to be read. */
export function furnish({ control }: Emulator): void {
	control.deleteAllReports();
	control.createReport({
		id: 'liveVisitors',
		name: 'Visitors',
		fields: [
			{ type: 'string', title: 'Visitor ID', field: 'visitorId' },
			{ type: 'string', title: 'Email', field: 'visitor_agent_email' },
			{ type: 'time', title: 'Last Visit', field: 'visitor_auto_lastvisit' },
			{ type: 'string', title: 'Account ID', field: 'account_auto_id' },
		],
		rows: Array.from({ length: 12 }, (_, index) => ({
			visitorId: `somebody-${index}`,
			visitor_agent_email: `somebody.${index}@example.test`,
			visitor_auto_lastvisit: 1_746_090_000_000 + index,
			[index === 0 ? 'accountId' : 'account_auto_id']: 'acme',
		})),
	});
	control.createReport({ id: 'liveNobody', name: 'Nobody', rows: [] });
	control.createReport({
		id: 'liveAccounts',
		name: 'Accounts',
		type: 'Account',
		rows: [{ accountId: 'acme', account_agent_name: 'Acme' }, { accountId: null }],
	});
	control.createReport({ id: 'liveFunnel', name: 'Funnel', type: 'Funnel' });
}
