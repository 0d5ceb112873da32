import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse as parseFlatted } from 'flatted';

export interface Account {
	email: string;
	password: string;
}

export interface N8nNode {
	id: string;
	name: string;
	type: string;
	typeVersion: number;
	position: [number, number];
	parameters: Record<string, unknown>;
	credentials?: Record<string, { id: string; name: string }>;
	pollTimes?: unknown;
	[field: string]: unknown;
}

export type Connections = Record<
	string,
	{ main: { node: string; type: 'main'; index: number }[][] }
>;

export interface WorkflowDraft {
	name: string;
	nodes: N8nNode[];
	connections: Connections;
	settings?: Record<string, unknown>;
	/** What a node gives in a manual run instead of running, by its name. */
	pinData?: Record<string, unknown[]>;
}

export interface Workflow extends WorkflowDraft {
	id: string;
	versionId: string;
	active: boolean;
}

export interface Publication {
	status: string;
	triggers: { nodeId: string; status: string; errorMessage?: string }[];
}

export type Item = { json: Record<string, unknown>; [field: string]: unknown };

export interface ExecutionRow {
	id: string;
	workflowId: string;
	status: string;
	mode: string;
	startedAt: string;
	stoppedAt: string | null;
}

export class Execution {
	constructor(
		readonly row: ExecutionRow,
		/** n8n's run data: resultData.runData[node name][run].data.main[output]. */
		readonly data: ExecutionData,
	) {}

	get id(): string {
		return this.row.id;
	}

	get status(): string {
		return this.row.status;
	}

	/** Empty when the node did not run or that output had nothing. */
	items(node: string, output = 0): Item[] {
		const runs = this.data.resultData.runData[node] ?? [];
		return runs.flatMap((oneRun) => oneRun.data?.main[output] ?? []);
	}

	get error(): ExecutionError | undefined {
		return this.data.resultData.error;
	}
}

export interface ExecutionError {
	message: string;
	description?: string | null;
	[field: string]: unknown;
}

interface ExecutionData {
	resultData: {
		runData: Record<string, { data?: { main: (Item[] | null)[] }; error?: ExecutionError }[]>;
		error?: ExecutionError;
		[field: string]: unknown;
	};
	[field: string]: unknown;
}

export interface ListSearch {
	nodeType: string;
	version?: number;
	methodName: string;
	parameter: string;
	parameters?: Record<string, unknown>;
	credentials: Record<string, { id: string; name: string }>;
	filter?: string;
	paginationToken?: string;
}

export class N8nError extends Error {
	constructor(
		readonly status: number,
		readonly body: unknown,
		request: string,
	) {
		super(`${request}: HTTP ${status} ${JSON.stringify(body).slice(0, 600)}`);
	}
}

/** The interface that n8n's own editor uses, as one signed-in person. */
export class N8nClient {
	private cookie = '';
	private readonly browserId = randomUUID();

	constructor(readonly url: string) {}

	/** Makes the owner in a new n8n, or signs in where that was done before. */
	async signInAsOwner(account: Account): Promise<void> {
		const settings = await this.request<{ userManagement: { showSetupOnFirstLoad?: boolean } }>(
			'GET',
			'/rest/settings',
		);
		if (settings.userManagement.showSetupOnFirstLoad) {
			await this.request('POST', '/rest/owner/setup', {
				...account,
				firstName: 'Pat',
				lastName: 'Example',
			});
		}
		await this.request('POST', '/rest/login', {
			emailOrLdapLoginId: account.email,
			password: account.password,
		});
	}

	credentials(): Promise<{ id: string; name: string; type: string }[]> {
		return this.request('GET', '/rest/credentials');
	}

	createCredential(
		name: string,
		type: string,
		data: object,
	): Promise<{ id: string; name: string }> {
		return this.request('POST', '/rest/credentials', { name, type, data });
	}

	updateCredential(id: string, name: string, type: string, data: object): Promise<unknown> {
		return this.request('PATCH', `/rest/credentials/${id}`, { name, type, data });
	}

	/** What "Test" in the credential form answers. */
	testCredential(
		name: string,
		type: string,
		data: object,
		id = '',
	): Promise<{ status: 'OK' | 'Error'; message: string }> {
		return this.request('POST', '/rest/credentials/test', {
			credentials: { id, name, type, data },
		});
	}

	/** All node types that the editor offers, tools made from them included. */
	async nodeTypes(): Promise<{ name: string; outputs: unknown; [field: string]: unknown }[]> {
		const headers = { 'browser-id': this.browserId, cookie: this.cookie };
		const response = await fetch(`${this.url}/types/nodes.json`, { headers });
		return (await response.json()) as { name: string; outputs: unknown }[];
	}

	/** The list that a resource locator offers. */
	searchList(search: ListSearch): Promise<{
		results: { name: string; value: string | number; url?: string }[];
		paginationToken?: string;
	}> {
		return this.request('POST', '/rest/dynamic-node-parameters/resource-locator-results', {
			nodeTypeAndVersion: { name: search.nodeType, version: search.version ?? 1 },
			path: `parameters.${search.parameter}`,
			methodName: search.methodName,
			currentNodeParameters: search.parameters ?? {},
			credentials: search.credentials,
			filter: search.filter,
			paginationToken: search.paginationToken,
		});
	}

	workflows(): Promise<Workflow[]> {
		return this.request('GET', '/rest/workflows');
	}

	workflow(id: string): Promise<Workflow> {
		return this.request('GET', `/rest/workflows/${id}`);
	}

	createWorkflow(draft: WorkflowDraft): Promise<Workflow> {
		return this.request('POST', '/rest/workflows', { settings: {}, ...draft });
	}

	/** Saves a draft; what is published goes on unchanged. */
	async saveWorkflow(id: string, change: Partial<WorkflowDraft>): Promise<Workflow> {
		const { versionId, name, nodes, connections, settings } = await this.workflow(id);
		return this.request('PATCH', `/rest/workflows/${id}`, {
			...{ name, nodes, connections, settings },
			...change,
			versionId,
		});
	}

	/** Publishes the newest draft; the trigger runs once waitUntilPublished says so. */
	async publish(id: string): Promise<Workflow> {
		const { versionId } = await this.workflow(id);
		return this.request('POST', `/rest/workflows/${id}/activate`, { versionId });
	}

	publication(id: string): Promise<Publication> {
		return this.request('GET', `/rest/workflows/${id}/publication-status`);
	}

	/** Ends with `published`, or with what n8n said instead. */
	async waitUntilPublished(id: string, timeoutMs = 180_000): Promise<Publication> {
		const deadline = Date.now() + timeoutMs;
		// Where a service of n8n publishes, it may begin a moment after the answer.
		const begun = Date.now() + 10_000;
		let publication = await this.publication(id);
		while (
			(publication.status === 'in_progress' && Date.now() < deadline) ||
			(publication.status === 'not_published' && Date.now() < begun)
		) {
			await sleep(100);
			publication = await this.publication(id);
		}
		return publication;
	}

	async publishAndWait(id: string): Promise<void> {
		await this.publish(id);
		const publication = await this.waitUntilPublished(id);
		if (publication.status !== 'published')
			throw new Error(`Not published: ${JSON.stringify(publication)}`);
	}

	deactivate(id: string): Promise<unknown> {
		return this.request('POST', `/rest/workflows/${id}/deactivate`, {});
	}

	async deleteWorkflow(id: string): Promise<void> {
		await this.request('POST', `/rest/workflows/${id}/archive`, {});
		await this.request('DELETE', `/rest/workflows/${id}`);
	}

	/** "Fetch Test Event" or "Execute workflow" from that trigger; answers when it has ended. */
	async runManually(workflowId: string, trigger: string): Promise<Execution> {
		const workflowData = await this.workflow(workflowId);
		const { executionId } = await this.request<{ executionId: string }>(
			'POST',
			`/rest/workflows/${workflowId}/run`,
			{ workflowData, triggerToStartFrom: { name: trigger } },
		);
		// An operation may wait for Pendo, and n8n for a busy machine.
		return this.waitForExecution(executionId, 240_000);
	}

	/** Newest first. */
	async executions(workflowId: string, limit = 100): Promise<ExecutionRow[]> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const answer = await this.request<{ results: ExecutionRow[] }>(
			'GET',
			`/rest/executions?filter=${filter}&limit=${limit}`,
		);
		return answer.results;
	}

	async execution(id: string): Promise<Execution> {
		const { data, ...row } = await this.request<ExecutionRow & { data: string }>(
			'GET',
			`/rest/executions/${id}`,
		);
		return new Execution(row, parseFlatted(data) as ExecutionData);
	}

	/** Retry of a failed or crashed execution, with the items it had. */
	retry(id: string): Promise<unknown> {
		return this.request('POST', `/rest/executions/${id}/retry`, { loadWorkflow: false });
	}

	async waitForExecution(id: string, timeoutMs = 60_000): Promise<Execution> {
		const deadline = Date.now() + timeoutMs;
		for (;;) {
			const execution = await this.execution(id).catch(() => undefined);
			if (execution && !['new', 'running', 'waiting'].includes(execution.status)) return execution;
			if (Date.now() > deadline) throw new Error(`Execution ${id} did not end in ${timeoutMs} ms.`);
			await sleep(100);
		}
	}

	/** All ended executions, oldest first, once there are as many; n8n removes none meanwhile. */
	async waitForExecutions(
		workflowId: string,
		count: number,
		timeoutMs = 30_000,
	): Promise<Execution[]> {
		const deadline = Date.now() + timeoutMs;
		for (;;) {
			const rows = (await this.executions(workflowId)).filter(
				(row) => !['new', 'running'].includes(row.status),
			);
			if (rows.length >= count)
				return Promise.all(rows.reverse().map((row) => this.execution(row.id)));
			if (Date.now() > deadline)
				throw new Error(`${rows.length} of ${count} executions after ${timeoutMs} ms.`);
			await sleep(200);
		}
	}

	async request<T>(method: string, path: string, body?: unknown): Promise<T> {
		const headers: Record<string, string> = { 'browser-id': this.browserId, cookie: this.cookie };
		if (body !== undefined) headers['content-type'] = 'application/json';
		const response = await fetch(this.url + path, {
			method,
			headers,
			body: body === undefined ? undefined : JSON.stringify(body),
			signal: AbortSignal.timeout(60_000),
		});
		const session = response.headers
			.getSetCookie()
			.find((cookie) => cookie.startsWith('n8n-auth='));
		if (session) this.cookie = session.split(';')[0] ?? '';
		const text = await response.text();
		let answer: unknown = text;
		if (response.headers.get('content-type')?.includes('json')) answer = JSON.parse(text);
		if (!response.ok) throw new N8nError(response.status, answer, `${method} ${path}`);
		return (answer as { data: T }).data;
	}
}
