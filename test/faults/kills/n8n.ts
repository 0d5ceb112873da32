import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { everySeconds } from '../../../scripts/example';
import type { N8nNode } from '../../../scripts/n8n-client';
import { Bench, noOp, TRIGGER } from '../../n8n/support/bench';
import type { N8nDatabase } from '../../support/n8n-database';
import { waitUntil } from '../support/wait';
import type { GivenUp, Victim } from './engine';
import { makeReports } from './reports';

/** n8n can end while it recovers an execution that a kill ended; the next start finds it recovered. */
const MOST_FAILED_STARTS = 3;

const SPARED = {
	// No node here needs n8n's task runner, whose start takes a fifth of all.
	N8N_RUNNERS_MODE: 'external',
	N8N_RUNNERS_AUTH_TOKEN: 'nobody',
};

/** Real n8n in its default engine or with durable cursors, on SQLite where no other database is given. */
export async function n8nVictim(durable: boolean, database?: N8nDatabase): Promise<Victim> {
	const bench = await Bench.start({ durable, env: SPARED, database });
	const { emulator } = bench;
	const reports = makeReports(emulator);
	const workflows = new Map<string, string>();
	// n8n does not publish sixty poll times with the durable scheduler.
	const pollTimes = everySeconds(durable ? 2 : 1);
	for (const report of reports) {
		const send = sender(`${emulator.url}/emulator/inbox`);
		const { id } = await bench.client.createWorkflow({
			name: report,
			nodes: [bench.trigger(report, { pollTimes }), send, noOp('Notices', 100)],
			connections: {
				[TRIGGER]: { main: [[to(send.name)], [to('Notices')]] },
			},
		});
		await bench.publish(id);
		workflows.set(id, report);
	}
	const unended = "('new', 'running', 'waiting')";
	return {
		emulator,
		reports,
		savesIn: bench.database.savesIn,
		stateOf(report) {
			const id = [...workflows].find(([, each]) => each === report)![0];
			return JSON.stringify(durable ? bench.database.cursors(id) : bench.database.staticData(id));
		},
		async kill() {
			await bench.n8n.kill();
			await bench.database.settled();
		},
		async startAgain() {
			// For this alone n8n would wait ten seconds: dist/crash-journal.js.
			rmSync(join(dirname(bench.n8n.database), 'crash.journal'), { force: true });
			for (let failed = 0; ; failed++) {
				const problem = await bench.startAgain().catch((error: Error) => error);
				if (problem === undefined) return failed;
				if (failed === MOST_FAILED_STARTS) throw problem;
			}
		},
		async rest() {
			await waitUntil(
				'no execution is under way',
				() =>
					bench.database.query(`SELECT id FROM execution_entity WHERE status IN ${unended}`)
						.length === 0,
				120_000,
				200,
			).catch(() => undefined);
		},
		async givenUp(): Promise<GivenUp[]> {
			const rows = bench.database.query<{ id: number; workflowId: string; data: string | null }>(
				`SELECT e.id, e."workflowId", d.data FROM execution_entity e
				LEFT JOIN execution_data d ON d."executionId" = e.id
				WHERE e.status = 'crashed'`,
			);
			return rows.map(({ id, workflowId, data }) => ({
				id: String(id),
				report: workflows.get(workflowId) ?? '',
				text: data ?? '',
			}));
		},
		async retry(id) {
			await bench.client.retry(id);
		},
		close: () => bench.close(),
	};
}

function to(node: string) {
	return { node, type: 'main' as const, index: 0 };
}

function sender(inbox: string): N8nNode {
	const body =
		"{ from: 'event', report: $json.pendo.report.id, subject: $json.pendo.subject.id, eventId: $json.pendo.eventId, execution: $execution.id }";
	return {
		id: randomUUID(),
		name: 'Send',
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		position: [260, -100],
		parameters: {
			method: 'POST',
			url: inbox,
			sendBody: true,
			specifyBody: 'json',
			jsonBody: `={{ JSON.stringify(${body}) }}`,
			options: {},
		},
	};
}
