import { parse as parseFlatted } from 'flatted';
import { Execution, type ExecutionRow } from '../../../scripts/n8n-client';
import { Bench, TRIGGER } from '../../n8n/support/bench';
import { createReports, type EngineSetup, type WatchingEngine } from './engine';

interface Told {
	readonly report: { readonly id: string };
	readonly subject: { readonly id: string };
}

/** n8n 2 with SQLite; each watch is a published workflow. */
export async function openN8n({ reports, interval, env }: EngineSetup): Promise<WatchingEngine> {
	const bench = await Bench.start({ env });
	const { client, database, emulator, n8n } = bench;
	createReports(emulator, reports);
	const workflows: string[] = [];
	for (const [index, report] of reports.entries()) {
		const pollTimes = evenly((index * interval) / reports.length, interval);
		workflows.push((await client.createWorkflow(bench.draft(report, { pollTimes }))).id);
	}
	return {
		name: 'n8n',
		pid: n8n.pid,
		emulator,
		async switchOn() {
			for (const id of workflows) await client.publish(id);
			for (const id of workflows) {
				const { status } = await client.waitUntilPublished(id);
				if (status !== 'published') throw new Error(`n8n did not publish a watch: ${status}`);
			}
		},
		async switchOff() {
			for (const id of workflows) await client.deactivate(id);
		},
		told: () =>
			database
				.query<ExecutionRow & { data: string }>(
					'SELECT e.*, d.data FROM execution_entity e JOIN execution_data d ON d.executionId = e.id',
				)
				.map(({ data, ...row }) => new Execution(row, parseFlatted(data) as never))
				.flatMap((execution) => execution.items(TRIGGER))
				.map(({ json }) => json.pendo as Told)
				.map(({ report, subject }) => `${report.id} ${subject.id}`),
		close: () => bench.close(),
	};
}

/** Poll times at fixed seconds, so that the watches poll one after the other. */
function evenly(first: number, interval: number): { mode: 'custom'; cronExpression: string }[] {
	return Array.from({ length: 60 / interval }, (_, turn) => ({
		mode: 'custom' as const,
		cronExpression: `${Math.floor(first) + turn * interval} * * * * *`,
	}));
}
