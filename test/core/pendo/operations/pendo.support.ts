import {
	operationOf,
	runOperation,
	runTogether,
	Session,
	type Answer,
	type Given,
	type Operation,
	type Outcome,
	type PendoAnswer,
} from '../../../../core/pendo/operations';
import type { PendoRequest } from '../../../../core/pendo';

/** What was sent, as somebody on the wire sees it. */
export interface Sent {
	method: string;
	path: string;
	body?: unknown;
	host?: string;
	headers: Readonly<Record<string, string>>;
}

export interface Reply {
	status?: number;
	retryAfter?: string;
	/** Text as it is; anything else as JSON. */
	body?: unknown;
}

/** Answers a request; undefined means 404. */
export type Script = (request: Sent, count: number) => Reply | undefined;

/** A wire whose other end is a script: it records what is sent and answers what the test says. */
export class Wire {
	readonly sent: Sent[] = [];
	readonly waits: number[] = [];
	timeOfDay = Date.UTC(2026, 4, 8, 12);
	uptime = 1_000;
	writeAccess = true;
	/** Bytes of a body that arrive at once. */
	chunk = 1_000;
	fields: Record<string, Record<string, { Type: string; DisplayName?: string }>> = {
		custom: {
			tier: { Type: 'string', DisplayName: 'Tier' },
			score: { Type: 'float' },
			renewal: { Type: 'time' },
			trial: { Type: 'boolean' },
		},
		agent: { email: { Type: 'string' } },
	};

	constructor(private readonly script: Script = () => ({ body: {} })) {}

	readonly session = new Session({
		host: 'app.pendo.io',
		now: () => this.uptime,
		timeOfDay: () => this.timeOfDay,
		random: () => 0.5,
		sleep: async (milliseconds) => {
			this.waits.push(milliseconds);
			this.uptime += milliseconds;
			this.timeOfDay += milliseconds;
		},
		send: async (request) => this.answer(request),
	});

	/** What was sent beside asking for the key's rights and the schema. */
	get asked(): Sent[] {
		return this.sent.filter(
			({ method, path }) =>
				path !== '/api/v1/token/verify' &&
				!(method === 'GET' && path.startsWith('/api/v1/metadata/schema/')),
		);
	}

	async run(resource: string, operation: string, given: Given = {}): Promise<Answer> {
		return await runOperation(this.find(resource, operation), given, this.session);
	}

	/** The object that an operation gives. */
	async object(resource: string, operation: string, given: Given = {}) {
		const answer = await this.run(resource, operation, given);
		if (answer.kind !== 'object') throw new Error(`gives ${answer.kind}`);
		return answer.value;
	}

	/** All rows that an operation gives. */
	async rows(resource: string, operation: string, given: Given = {}) {
		const answer = await this.run(resource, operation, given);
		if (answer.kind !== 'rows') throw new Error(`gives ${answer.kind}`);
		const rows: Record<string, unknown>[] = [];
		for await (const row of answer.rows) rows.push(row);
		return rows;
	}

	async together(
		resource: string,
		operation: string,
		givens: readonly Given[],
	): Promise<readonly Outcome[]> {
		return await runTogether(this.find(resource, operation), givens, this.session);
	}

	private find(resource: string, operation: string): Operation {
		const found = operationOf(resource, operation);
		if (found === undefined) throw new Error(`There is no operation ${resource} ${operation}`);
		return found;
	}

	private async answer({ method, path, body, host, headers }: PendoRequest): Promise<PendoAnswer> {
		const sent = {
			method,
			path,
			...(body !== undefined && {
				body: headers['content-type'] === 'application/json' ? JSON.parse(body) : body,
			}),
			...(host !== undefined && { host }),
			headers,
		};
		this.sent.push(sent);
		const reply = this.replyTo(sent) ?? { status: 404 };
		return {
			status: reply.status ?? 200,
			retryAfter: reply.retryAfter,
			body: bytesOf(reply.body, this.chunk),
		};
	}

	private replyTo(sent: Sent): Reply | undefined {
		if (sent.path === '/api/v1/token/verify')
			return { body: { valid: true, writeAccess: this.writeAccess } };
		const schema = sent.path.startsWith('/api/v1/metadata/schema/') && sent.method === 'GET';
		if (schema) return { body: this.fields };
		return this.script(sent, this.asked.length);
	}
}

async function* bytesOf(body: unknown, size: number): AsyncGenerator<Uint8Array> {
	if (body === undefined) return;
	const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
	for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** What was thrown. */
export async function problemOf(work: () => Promise<unknown>): Promise<unknown> {
	try {
		await work();
	} catch (error) {
		return error;
	}
	throw new Error('Nothing was thrown');
}
