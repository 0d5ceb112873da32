import { parse as parseFlatted } from 'flatted';
import type { RequestRecord } from '../../../emulator/log';
import type { FaultRule } from '../../../emulator/faults';
import {
	Execution,
	type ExecutionRow,
	type Item,
	type N8nNode,
	type WorkflowDraft,
} from '../../../scripts/n8n-client';
import type { Bench } from './bench';
import { TRIGGER } from './bench';
import type { Row } from './rows';
import { PATIENCE, until } from './until';

type Json = Item['json'];

/** One workflow whose trigger follows one report of its own, as a test looks at it. */
export class Watch {
	constructor(
		private readonly bench: Bench,
		readonly workflowId: string,
		readonly reportId: string,
		readonly trigger = TRIGGER,
	) {}

	enter(...rows: Row[]): void {
		this.bench.emulator.control.enter(this.reportId, { rows });
	}

	leave(...ids: string[]): void {
		this.bench.emulator.control.leave(this.reportId, { ids });
	}

	/** Breaks this report alone, until mended. */
	breaks(fault: FaultRule['fault'], times: FaultRule['times'] = 'always'): { mend(): void } {
		const { control } = this.bench.emulator;
		const { id } = control.addFault({ match: { path: `/${this.reportId}/` }, times, fault });
		return { mend: () => control.clearFaults(id) };
	}

	requests(): RequestRecord[] {
		return this.bench.emulator.control
			.requests()
			.filter(({ path }) => path.includes(`/${this.reportId}/`));
	}

	/** Waits until this many more requests have begun and ended. */
	async settle(requests: number, milliseconds = PATIENCE + 6_000 * requests): Promise<void> {
		const from = Math.max(0, ...this.requests().map(({ id }) => id));
		await until(
			`${requests} more requests for ${this.reportId}`,
			() => {
				const ended = this.requests().filter(({ id, done }) => id > from && done);
				return ended.length >= requests ? ended : undefined;
			},
			milliseconds,
		);
	}

	/** Waits until so many requests have begun in all. */
	async begun(requests: number): Promise<void> {
		await until(`${requests} requests for ${this.reportId}`, () =>
			this.requests().length >= requests ? true : undefined,
		);
	}

	/** Every ended execution, oldest first; from the database, so that looking does not keep n8n busy. */
	async executions(): Promise<Execution[]> {
		const rows = await until('no execution is under way', () => {
			const all = this.bench.database.query<ExecutionRow & { data: string | null }>(
				`SELECT e.*, d.data FROM execution_entity e LEFT JOIN execution_data d ON d.executionId = e.id
				WHERE e.workflowId = ? ORDER BY e.id`,
				this.workflowId,
			);
			const ended = all.every(({ status, data }) => data && !['new', 'running'].includes(status));
			return ended ? all : undefined;
		});
		return rows.map(({ data, ...row }) => new Execution(row, parseFlatted(data!) as never));
	}

	async events(): Promise<Json[]> {
		return this.items(0);
	}

	async notices(): Promise<Json[]> {
		return this.items(1);
	}

	async errors(): Promise<Execution[]> {
		return (await this.executions()).filter(({ status }) => status === 'error');
	}

	/** The ids of all subjects that ever fired, in order. */
	async fired(): Promise<unknown[]> {
		return (await this.events()).map(
			({ pendo }) => (pendo as { subject: { id: string } }).subject.id,
		);
	}

	/** Waits for so many events, then for two more polls, in which a repetition would show. */
	async firesInAll(count: number): Promise<unknown[]> {
		await until(`${count} events of ${this.reportId}`, async () =>
			(await this.events()).length >= count ? true : undefined,
		);
		await this.settle(2);
		return await this.fired();
	}

	/** Saves a change of the workflow, and publishes it. */
	async republish(change: Partial<WorkflowDraft> = {}): Promise<void> {
		await this.bench.client.saveWorkflow(this.workflowId, change);
		await this.bench.client.publishAndWait(this.workflowId);
	}

	/** The nodes as saved, with the trigger changed. */
	async nodesWith(change: Partial<N8nNode>): Promise<N8nNode[]> {
		const { nodes } = await this.bench.client.workflow(this.workflowId);
		return nodes.map((node) => (node.name === this.trigger ? { ...node, ...change } : node));
	}

	/** The same workflow as seen through another of its triggers, or after its report was switched. */
	also(reportId: string, trigger = this.trigger): Watch {
		return new Watch(this.bench, this.workflowId, reportId, trigger);
	}

	private async items(output: number): Promise<Json[]> {
		const executions = await this.executions();
		return executions
			.filter(({ row }) => row.mode === 'trigger')
			.flatMap((execution) => execution.items(this.trigger, output).map(({ json }) => json));
	}
}
