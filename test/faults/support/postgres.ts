import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../../../scripts/ports';
import { N8nDatabase } from '../../support/n8n-database';

const USER = 'postgres';
const LONGEST_START = 60_000;
const LONGEST_END = 60_000;

/** A PostgreSQL server of its own, on loopback, that goes with the test. */
export class PostgresDatabase extends N8nDatabase {
	readonly savesIn: { folder: string; file: RegExp };
	readonly env: Record<string, string>;

	private constructor(
		private readonly folder: string,
		private readonly port: number,
		private readonly server: ChildProcess,
	) {
		super();
		this.savesIn = { folder: join(folder, 'data', 'pg_wal'), file: /^[0-9A-F]{24}$/ };
		this.env = {
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: String(port),
			DB_POSTGRESDB_USER: USER,
			DB_POSTGRESDB_PASSWORD: 'none',
			DB_POSTGRESDB_DATABASE: USER,
		};
	}

	/** Why there can be none on this machine. */
	static lacks(): string | undefined {
		if (programs() === undefined) return 'PostgreSQL is not installed';
		if (isRoot() && owner() === undefined) return 'there is no user postgres to run PostgreSQL';
		return undefined;
	}

	static async start(): Promise<PostgresDatabase> {
		const folder = mkdtempSync(join(tmpdir(), 'pendo-nodes-postgres-'));
		const as = isRoot() ? owner() : undefined;
		if (as) chownSync(folder, as.uid, as.gid);
		const data = join(folder, 'data');
		const options = { cwd: folder, stdio: 'ignore', ...as } as const;
		execFileSync(
			program('initdb'),
			['-D', data, '-A', 'trust', '-U', USER, '-E', 'UTF8', '--no-locale'],
			options,
		);
		const port = await findFreePort();
		const listen = ['-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1'];
		const server = spawn(program('postgres'), ['-D', data, ...listen], options);
		const database = new PostgresDatabase(folder, port, server);
		process.once('exit', database.killNow);
		await database.answers();
		return database;
	}

	query<T>(sql: string, ...values: (string | number)[]): T[] {
		const given = [...values];
		const text = sql.replace(/\?/g, () => literal(given.shift()!));
		const output = execFileSync(
			program('psql'),
			[
				...['-X', '-A', '-t', '-q', '-h', '127.0.0.1', '-p', String(this.port), '-U', USER],
				...['-c', `SELECT coalesce(json_agg(r), '[]') FROM (${text}) r`],
			],
			{ encoding: 'utf8', maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'pipe'] },
		);
		return JSON.parse(output) as T[];
	}

	override async settled(): Promise<void> {
		const deadline = Date.now() + LONGEST_END;
		const connected = `SELECT pid FROM pg_stat_activity
			WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`;
		while (this.query(connected).length > 0) {
			if (Date.now() > deadline) throw new Error('PostgreSQL still works for a killed n8n');
			await sleep(50);
		}
	}

	async close(): Promise<void> {
		process.removeListener('exit', this.killNow);
		if (this.server.exitCode === null) {
			// Its fast way to stop.
			this.server.kill('SIGINT');
			await once(this.server, 'exit');
		}
		rmSync(this.folder, { recursive: true, force: true });
	}

	private async answers(): Promise<void> {
		const deadline = Date.now() + LONGEST_START;
		for (;;) {
			try {
				this.query('SELECT 1');
				return;
			} catch (error) {
				if (Date.now() > deadline || this.server.exitCode !== null) throw error;
			}
			await sleep(200);
		}
	}

	private readonly killNow = () => void this.server.kill('SIGQUIT');
}

function literal(value: string | number): string {
	return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;
}

function program(name: string): string {
	return join(programs()!, name);
}

/** Debian keeps them out of the path, each version in a folder of its own. */
function programs(): string | undefined {
	const versions = '/usr/lib/postgresql';
	const debian = existsSync(versions)
		? readdirSync(versions)
				.sort((one, other) => Number(other) - Number(one))
				.map((version) => join(versions, version, 'bin'))
		: [];
	const path = (process.env.PATH ?? '').split(':').filter((folder) => folder !== '');
	return [...debian, ...path].find((folder) =>
		['initdb', 'postgres', 'psql'].every((name) => existsSync(join(folder, name))),
	);
}

function isRoot(): boolean {
	return process.getuid?.() === 0;
}

/** PostgreSQL refuses to be run by root. */
function owner(): { uid: number; gid: number } | undefined {
	try {
		const id = (what: string) =>
			Number(execFileSync('id', [what, USER], { encoding: 'utf8', stdio: 'pipe' }));
		return { uid: id('-u'), gid: id('-g') };
	} catch {
		return undefined;
	}
}
