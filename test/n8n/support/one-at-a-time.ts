import { N8nClient } from '../../../scripts/n8n-client';

/**
 * Sends one change after the other, as a person does: several at once can take all connections of
 * n8n's SQLite pool and wait for one more, whereupon its database stands still.
 */
export class OneAtATime extends N8nClient {
	private last: Promise<unknown> = Promise.resolve();

	override request<T>(method: string, path: string, body?: unknown): Promise<T> {
		if (method === 'GET') return super.request<T>(method, path, body);
		const next = this.last.then(() => super.request<T>(method, path, body));
		this.last = next.catch(() => undefined);
		return next;
	}
}
