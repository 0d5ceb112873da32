import { join } from 'node:path';
import { findFreePort } from '../../scripts/ports';
import { compiledFolder } from '../processes';
import type { LoopDelay } from './probe';

/** The event loop of an engine that was started with this environment. */
export class ProbedLoop {
	private constructor(private readonly port: number) {}

	static async create(): Promise<ProbedLoop> {
		return new ProbedLoop(await findFreePort());
	}

	get env(): Record<string, string> {
		return {
			NODE_OPTIONS: `--require ${JSON.stringify(join(compiledFolder, 'watches', 'probe.js'))}`,
			PENDO_NODES_PROBE_PORT: String(this.port),
		};
	}

	/** How late the loop was while this went on. */
	async during(work: () => Promise<unknown>): Promise<LoopDelay> {
		await this.ask('begin');
		await work();
		return (await this.ask('end')) as LoopDelay;
	}

	private async ask(what: 'begin' | 'end'): Promise<unknown> {
		const answer = await fetch(`http://127.0.0.1:${this.port}/${what}`, { method: 'POST' });
		return await answer.json();
	}
}
