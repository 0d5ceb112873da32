import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { READ_WRITE_KEY, startEmulator, type Emulator } from '../../../emulator/server';
import { ensureEngine } from '../../../scripts/engines';
import { everySeconds } from '../../../scripts/example';
import { runN8n, startN8n, type N8nOptions, type RunningN8n } from '../../../scripts/n8n';
import type { N8nClient, N8nNode, WorkflowDraft } from '../../../scripts/n8n-client';
import { ensurePackage } from '../../../scripts/package';
import { SqliteDatabase, type N8nDatabase } from '../../support/n8n-database';
import { OneAtATime } from './one-at-a-time';
import type { Row } from './rows';
import { Watch } from './watch';

export interface Credential {
	id: string;
	name: string;
}

export interface WatchOptions {
	rows?: Row[];
	kind?: 'visitor' | 'account';
	/** Of the trigger, beside its report and poll times. */
	parameters?: Record<string, unknown>;
	pollTimes?: { mode: 'custom'; cronExpression: string }[];
	settings?: Record<string, unknown>;
	credential?: Credential;
}

export const TRIGGER = 'Pendo Trigger';
const account = { email: 'owner@example.test', password: 'Promises-1' };

/** A real n8n with our packed package in it, signed in, beside a Pendo on this machine. */
export class Bench {
	private reports = 0;
	private readonly published = new Set<string>();

	private constructor(
		private readonly folder: string,
		private readonly start: (place?: Pick<N8nOptions, 'port' | 'env'>) => Promise<RunningN8n>,
		/** One of n8n's own commands, while it is stopped. */
		readonly command: (...words: string[]) => Promise<void>,
		public n8n: RunningN8n,
		public emulator: Emulator,
		readonly client: N8nClient,
		readonly database: N8nDatabase,
		public credential: Credential,
	) {}

	static async start(
		options: { durable?: boolean; env?: Record<string, string>; database?: N8nDatabase } = {},
	): Promise<Bench> {
		const engine = await ensureEngine('n8n-2');
		const tarball = await ensurePackage();
		const emulator = await startEmulator();
		const folder = mkdtempSync(join(tmpdir(), 'pendo-nodes-n8n-'));
		// Two poll times of everySeconds(2) fall due in each pass of the durable scheduler, which runs them in parallel.
		// Each poll would build an isolate for its expressions: too dear for a dozen watches that poll each 2 seconds.
		const env = {
			N8N_SCHEDULER_EXECUTOR_INTERVAL: '4',
			N8N_EXPRESSION_ENGINE: 'legacy',
			...options.database?.env,
			...options.env,
		};
		const settings = { engine, tarball, userFolder: folder, durable: options.durable, env };
		const start = (place?: Pick<N8nOptions, 'port' | 'env'>) =>
			startN8n({ ...settings, port: place?.port, env: { ...env, ...place?.env } });
		const command = (...words: string[]) => runN8n(settings, words);
		const n8n = await start();
		const client = new OneAtATime(n8n.url);
		await client.signInAsOwner(account);
		const data = { region: 'custom', baseUrl: emulator.url, apiKey: READ_WRITE_KEY };
		const credential = await client.createCredential('Pendo', 'pendoApi', data);
		const database = options.database ?? new SqliteDatabase(n8n.database);
		return new Bench(folder, start, command, n8n, emulator, client, database, {
			id: credential.id,
			name: 'Pendo',
		});
	}

	async close(): Promise<void> {
		await this.n8n.stop();
		await this.emulator.close();
		await this.database.close();
		rmSync(this.folder, { recursive: true, force: true });
	}

	/** At the same address, so that the signed-in client goes on. */
	async startAgain(env: Record<string, string> = {}): Promise<void> {
		this.n8n = await this.start({ port: this.n8n.port, env });
	}

	/** Pendo goes away: its port refuses connections until reopenPendo. */
	async closePendo(): Promise<void> {
		await this.emulator.close();
	}

	async reopenPendo(): Promise<void> {
		this.emulator = await startEmulator({ port: this.emulator.port });
	}

	async makeCredential(name: string, data: object): Promise<Credential> {
		const { id } = await this.client.createCredential(name, 'pendoApi', data);
		return { id, name };
	}

	/** A report of its own for each test, so that faults and requests are told apart by its path. */
	makeReport(rows: Row[], kind: 'visitor' | 'account' = 'visitor', id = this.nextId()): string {
		const type = kind === 'visitor' ? 'Visitor' : 'Account';
		this.emulator.control.createReport({ id, name: `Report ${id}`, type, rows });
		return id;
	}

	trigger(reportId: string, options: WatchOptions = {}, name = TRIGGER): N8nNode {
		const kind = options.kind === 'account' ? 'Account' : 'Visitor';
		return {
			id: randomUUID(),
			name,
			type: `n8n-nodes-pendo.pendo${kind}InReportTrigger`,
			typeVersion: 1,
			position: [0, 0],
			parameters: {
				pollTimes: { item: options.pollTimes ?? everySeconds(2) },
				report: reportParameter(reportId),
				...options.parameters,
			},
			credentials: { pendoApi: options.credential ?? this.credential },
		};
	}

	/** The trigger, and behind its two outputs a node each. */
	draft(reportId: string, options: WatchOptions = {}): WorkflowDraft {
		const node = this.trigger(reportId, options);
		return {
			name: `Watch ${reportId}`,
			nodes: [node, noOp('Events', -100), noOp('Notices', 100)],
			connections: connectionsOf(node.name),
			settings: options.settings,
		};
	}

	async makeWatch(options: WatchOptions = {}): Promise<Watch> {
		const reportId = this.makeReport(options.rows ?? [], options.kind);
		const { id } = await this.client.createWorkflow(this.draft(reportId, options));
		return new Watch(this, id, reportId);
	}

	/** Published, its first poll done. */
	async publishWatch(options: WatchOptions = {}): Promise<Watch> {
		const watch = await this.makeWatch(options);
		await this.publish(watch.workflowId);
		return watch;
	}

	async publish(workflowId: string): Promise<void> {
		this.published.add(workflowId);
		await this.client.publishAndWait(workflowId);
	}

	/** So that watches of earlier tests do not keep n8n busy. */
	async stopWatches(): Promise<void> {
		for (const id of this.published) await this.client.deactivate(id);
		this.published.clear();
	}

	private nextId(): string {
		return `report-${++this.reports}-${randomUUID().slice(0, 8)}`;
	}
}

export function reportParameter(reportId: string): Record<string, unknown> {
	return { __rl: true, mode: 'list', value: reportId, cachedResultName: `Report ${reportId}` };
}

export function connectionsOf(trigger: string): WorkflowDraft['connections'] {
	const to = (node: string) => [{ node, type: 'main' as const, index: 0 }];
	return { [trigger]: { main: [to('Events'), to('Notices')] } };
}

export function noOp(name: string, top: number): N8nNode {
	return {
		id: randomUUID(),
		name,
		type: 'n8n-nodes-base.noOp',
		typeVersion: 1,
		position: [260, top],
		parameters: {},
	};
}
