import { setTimeout as sleep } from 'node:timers/promises';
import {
	listReports,
	readReport,
	readReportList,
	SharedLists,
	SharedReads,
	textOf,
	uptime,
	whatIsRead,
	type Body,
	type Report,
	type ReportReading,
	type Validator,
} from '../../core/pendo';
import type { ReportName } from '../../core/watch';
import { PendoClient, type Account } from './pendo-client';

/** How long one read may take, tries and waiting included. */
const BUDGET = 300_000;
const LIST_BUDGET = 10_000;
const MOST_LISTED_BYTES = 64_000_000;

/** Several nodes that follow one report share a request. */
const clock = {
	now: uptime,
	// Nothing waits for it, so it does not keep the process.
	sleep: (milliseconds: number) => sleep(milliseconds, undefined, { ref: false }),
};
const sharedReads = new SharedReads(clock);
const sharedLists = new SharedLists(clock);

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
		return readReport(this.reading(), async (body) => await use(body!.bytes));
	}

	/**
	 * The report; where it `shares`, as it was a few seconds ago at most. Undefined where it is as it
	 * was when it came with `validator`.
	 */
	read<T>(
		{ validator, shares }: { validator: Validator | undefined; shares: boolean },
		use: (body: Body | undefined) => Promise<T>,
	): Promise<T> {
		const { account, report, name } = this;
		const key = whatIsRead(account.origin, account.apiKey);
		const what = `${key} ${report.id} ${JSON.stringify(validator)}`;
		const shared = shares ? { reads: sharedReads, reader: { name, what } } : undefined;
		return readReport({ ...this.reading(), validator, shared }, use);
	}

	private reading(): ReportReading {
		const { account, report, client } = this;
		const { signal } = this.ending;
		return {
			host: account.host,
			report,
			deadline: uptime() + BUDGET,
			pace: {
				now: uptime,
				random: Math.random,
				sleep: (milliseconds) => sleep(milliseconds, undefined, { signal }),
			},
			async open(request, milliseconds) {
				signal.throwIfAborted();
				return await client.openBody(account, request, { milliseconds, report: report.name });
			},
		};
	}

	/** The list of reports, as it was a few seconds ago at most. */
	list(): Promise<readonly Report[]> {
		const { account, report, client } = this;
		const what = whatIsRead(account.origin, account.apiKey);
		return sharedLists.read({ what, id: report.id }, () =>
			client.read(account, listReports, { milliseconds: LIST_BUDGET }, async (body) =>
				readReportList(await textOf(body, MOST_LISTED_BYTES)),
			),
		);
	}
}
