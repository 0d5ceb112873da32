import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '../../../scripts/ports';

/** What the process of an engine holds at a moment, after collecting garbage. */
export interface Held {
	/** Of heap and buffers. */
	megabytes: number;
	/** Sockets, timers and requests that keep it running, each by its kind. */
	open: string[];
	/** Files and sockets, as Linux counts them. */
	descriptors: number;
	/** Of too many listeners, so far. */
	warnings: number;
}

/** Looks into the process of an engine that was started with this environment. */
export class Probe {
	private constructor(private readonly port: number) {}

	static async create(): Promise<Probe> {
		return new Probe(await findFreePort());
	}

	get env(): Record<string, string> {
		return {
			NODE_OPTIONS: `--require ${JSON.stringify(join(__dirname, 'probe.cjs'))}`,
			PENDO_NODES_PROBE_PORT: String(this.port),
		};
	}

	async look(pid: number): Promise<Held> {
		const answer = await fetch(`http://127.0.0.1:${this.port}/`, {
			headers: { connection: 'close' },
		});
		const told = (await answer.json()) as Omit<Held, 'descriptors'>;
		return { ...told, descriptors: readdirSync(`/proc/${pid}/fd`).length };
	}
}
