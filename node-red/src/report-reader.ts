import { setTimeout as sleep } from 'node:timers/promises';
import {
	listReports,
	readReportList,
	reportResults,
	textOf,
	tooSlow,
	withAttempts,
	type Report,
} from '../../core/pendo';
import type { ReportName } from '../../core/watch';
import { PendoClient, type Account } from './pendo-client';

/** How long one read may take, tries and waiting included. */
const BUDGET = 300_000;
const LIST_BUDGET = 10_000;
const MOST_LISTED_BYTES = 64_000_000;

/** Reads one report, and what the list of reports says of it, until it is closed. */
export class ReportReader {
	private readonly client = new PendoClient();
	private readonly ending = new AbortController();

	constructor(
		private readonly account: Account,
		private readonly report: ReportName,
	) {}

	get isClosed(): boolean {
		return this.ending.signal.aborted;
	}

	/** Ends what runs; no connection stays. */
	close(): void {
		this.ending.abort();
		this.client.close();
	}

	read<T>(use: (results: AsyncIterable<Uint8Array>) => Promise<T>): Promise<T> {
		const { account, report } = this;
		const request = reportResults(report.id);
		const deadline = Date.now() + BUDGET;
		const { signal } = this.ending;
		const pace = {
			now: Date.now,
			random: Math.random,
			sleep: (milliseconds: number) => sleep(milliseconds, undefined, { signal }),
		};
		const tryOnce = () => {
			signal.throwIfAborted();
			const milliseconds = deadline - Date.now();
			if (milliseconds <= 0) throw tooSlow({ host: account.host, report: report.name }, BUDGET);
			return this.client.read(account, request, { milliseconds, report: report.name }, use);
		};
		return withAttempts(async () => await tryOnce(), deadline, pace);
	}

	async list(): Promise<Report[]> {
		const limits = { milliseconds: LIST_BUDGET };
		return await this.client.read(this.account, listReports, limits, async (body) =>
			readReportList(await textOf(body, MOST_LISTED_BYTES)),
		);
	}
}
