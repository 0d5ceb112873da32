import { setTimeout as sleep } from 'node:timers/promises';
import {
	conditional,
	listReports,
	readReportList,
	reportResults,
	SharedReads,
	textOf,
	tooSlow,
	whatIsRead,
	withAttempts,
	type Body,
	type Report,
	type Validator,
} from '../../core/pendo';
import type { ReportName } from '../../core/watch';
import { PendoClient, type Account } from './pendo-client';

/** How long one read may take, tries and waiting included. */
const BUDGET = 300_000;
const LIST_BUDGET = 10_000;
const MOST_LISTED_BYTES = 64_000_000;

/** Several nodes that follow one report share a request. */
const sharedReads = new SharedReads({
	now: Date.now,
	// Nothing waits for it, so it does not keep the process.
	sleep: (milliseconds) => sleep(milliseconds, undefined, { ref: false }),
});

/** Reads one report, and what the list of reports says of it, until it is closed. */
export class ReportReader {
	private readonly client = new PendoClient();
	private readonly ending = new AbortController();

	constructor(
		private readonly account: Account,
		private readonly report: ReportName,
		/** Who reads: nobody gets one answer twice. */
		private readonly name: string,
	) {}

	get isClosed(): boolean {
		return this.ending.signal.aborted;
	}

	/** Ends what runs; no connection stays. */
	close(): void {
		this.ending.abort();
		this.client.close();
	}

	/** The report as it is now; for a person who asks. */
	readNow<T>(use: (results: AsyncIterable<Uint8Array>) => Promise<T>): Promise<T> {
		const { account, report } = this;
		return this.attempt(async (milliseconds) => {
			const limits = { milliseconds, report: report.name };
			return await this.client.read(account, reportResults(report.id), limits, use);
		});
	}

	/**
	 * The report; where it `shares`, as it was a few seconds ago at most. Undefined where it is as it
	 * was when it came with `validator`.
	 */
	read<T>(
		{ validator, shares }: { validator: Validator | undefined; shares: boolean },
		use: (body: Body | undefined) => Promise<T>,
	): Promise<T> {
		const { account, report, name, client } = this;
		const request = conditional(reportResults(report.id), validator);
		const key = whatIsRead(account.origin, account.apiKey);
		const what = `${key} ${report.id} ${JSON.stringify(validator)}`;
		return this.attempt(async (milliseconds) => {
			const limits = { milliseconds, report: report.name };
			const open = async () => await client.openBody(account, request, limits);
			const body = await (shares ? sharedReads.read({ name, what }, open) : open());
			try {
				return await use(body);
			} finally {
				await body?.bytes[Symbol.asyncIterator]().return?.();
			}
		});
	}

	private attempt<T>(work: (milliseconds: number) => Promise<T>): Promise<T> {
		const deadline = Date.now() + BUDGET;
		const { signal } = this.ending;
		const pace = {
			now: Date.now,
			random: Math.random,
			sleep: (milliseconds: number) => sleep(milliseconds, undefined, { signal }),
		};
		const { host } = this.account;
		const tryOnce = async () => {
			signal.throwIfAborted();
			const milliseconds = deadline - Date.now();
			if (milliseconds <= 0) throw tooSlow({ host, report: this.report.name }, BUDGET);
			return await work(milliseconds);
		};
		return withAttempts(tryOnce, deadline, pace);
	}

	async list(): Promise<Report[]> {
		const limits = { milliseconds: LIST_BUDGET };
		return await this.client.read(this.account, listReports, limits, async (body) =>
			readReportList(await textOf(body, MOST_LISTED_BYTES)),
		);
	}
}
