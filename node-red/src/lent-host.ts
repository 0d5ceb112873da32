import { setTimeout as sleep } from 'node:timers/promises';
import { baseUrlOf, dataUrlOf, uptime, type PendoRequest } from '../../core/pendo';
import {
	noTrackEventSecret,
	type PendoAnswer,
	type SessionHost,
} from '../../core/pendo/operations';
import type { ConfigNode } from './config';
import { accountOf, PendoClient, type Account } from './pendo-client';

type Destination = NonNullable<PendoRequest['host']>;

/** What this host lends a session of operations: HTTP, the clocks, and the secret that fits a request. */
export class LentHost implements SessionHost {
	/** Of the last answer. */
	status: number | undefined;
	private readonly client = new PendoClient();
	private readonly ending = new AbortController();

	/** @param accountFor may throw a Failure where the secret is not set */
	constructor(
		readonly host: string,
		private readonly accountFor: (destination: Destination) => Account,
	) {}

	readonly now = uptime;
	readonly timeOfDay = Date.now;
	readonly random = Math.random;

	async sleep(milliseconds: number): Promise<void> {
		await sleep(milliseconds, undefined, { signal: this.ending.signal });
	}

	async send(request: PendoRequest, milliseconds: number): Promise<PendoAnswer> {
		this.ending.signal.throwIfAborted();
		const account = this.accountFor(request.host ?? 'api');
		const answer = await this.client.open(account, request, milliseconds);
		this.status = answer.status;
		return answer;
	}

	get isClosed(): boolean {
		return this.ending.signal.aborted;
	}

	/** Ends what runs; no connection stays. */
	close(): void {
		this.ending.abort();
		this.client.close();
	}
}

/** @throws Failure `base-url` */
export function lendFor(config: ConfigNode): LentHost {
	const { host } = new URL(baseUrlOf(config));
	const { apiKey, trackEventSecret } = config.credentials;
	return new LentHost(host, (destination) =>
		destination === 'api' ? accountOf(config, apiKey) : trackAccountOf(config, trackEventSecret),
	);
}

function trackAccountOf(config: ConfigNode, secret: string | undefined): Account {
	const origin = dataUrlOf(config);
	const apiKey = (secret ?? '').trim();
	if (apiKey === '') throw noTrackEventSecret();
	return { origin, host: new URL(origin).host, apiKey };
}
