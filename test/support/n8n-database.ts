import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface StoredExecution {
	id: number;
	workflowId: string;
	status: string;
	mode: string;
	deletedAt: string | null;
	data: string | null;
}

/** What n8n has saved, read beside the running engine. */
export abstract class N8nDatabase {
	/** A folder in which a file whose name matches changes when n8n saves. */
	abstract readonly savesIn: { folder: string; file: RegExp };
	/** What makes n8n use it. */
	abstract readonly env: Record<string, string>;

	/** Each `?` stands for a value; names in double quotes keep their capital letters. */
	abstract query<T>(sql: string, ...values: (string | number)[]): T[];

	abstract close(): Promise<void>;

	/** Nothing goes on any more of what a killed n8n had asked for. */
	async settled(): Promise<void> {}

	/** Saved static data of the whole workflow, by n8n's key `node:<name>` or `global`. */
	staticData(workflowId: string): Record<string, Record<string, unknown>> {
		const [row] = this.query<{ staticData: string | null }>(
			'SELECT CAST("staticData" AS TEXT) AS "staticData" FROM workflow_entity WHERE id = ?',
			workflowId,
		);
		return row?.staticData ? JSON.parse(row.staticData) : {};
	}

	/** Durable cursors, by node id. */
	cursors(workflowId: string): Record<string, unknown> {
		const rows = this.query<{ nodeId: string; cursor: string | null }>(
			'SELECT "nodeId", CAST(cursor AS TEXT) AS cursor FROM poller_state WHERE "workflowId" = ?',
			workflowId,
		);
		return Object.fromEntries(
			rows.map((row) => [row.nodeId, row.cursor && JSON.parse(row.cursor)]),
		);
	}

	/** Oldest first, the soft-deleted ones too. */
	executions(workflowId: string): StoredExecution[] {
		return this.query<StoredExecution>(
			`SELECT e.id, e."workflowId", e.status, e.mode, e."deletedAt", d.data
			FROM execution_entity e LEFT JOIN execution_data d ON d."executionId" = e.id
			WHERE e."workflowId" = ? ORDER BY e.id`,
			workflowId,
		);
	}
}

/** The file that n8n keeps in its user folder, where nothing else is asked for. */
export class SqliteDatabase extends N8nDatabase {
	readonly env = {};
	readonly savesIn: { folder: string; file: RegExp };

	constructor(private readonly file: string) {
		super();
		this.savesIn = { folder: dirname(file), file: /sqlite/ };
	}

	query<T>(sql: string, ...values: (string | number)[]): T[] {
		const database = new DatabaseSync(this.file, { readOnly: true });
		try {
			database.exec('PRAGMA busy_timeout = 5000');
			return database.prepare(sql).all(...values) as T[];
		} finally {
			database.close();
		}
	}

	async close(): Promise<void> {}
}
