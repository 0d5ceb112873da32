import { withAttempts, type Pace } from './attempts';
import { tooSlow } from './meaning';
import { reportResults, type PendoRequest } from './requests';
import type { Reader, SharedReads } from './shared-reads';
import { conditional, type Body, type Validator } from './validators';

export interface ReportReading {
	readonly host: string;
	readonly report: { readonly id: string; readonly name: string };
	/** Milliseconds on the clock of `pace`, all tries and the waiting between them included. */
	readonly deadline: number;
	readonly pace: Pace;
	/** What came with the last answer, where that need not be given again. */
	readonly validator?: Validator;
	/** Where a request of somebody else may serve as well. */
	readonly shared?: { readonly reads: SharedReads; readonly reader: Reader };
	/** Sends a request that may take as long; undefined where nothing has changed. */
	open(request: PendoRequest, milliseconds: number): Promise<Body | undefined>;
}

/**
 * Opens the results of a report, again and again within the time where that may help, and closes them
 * when they were used. They are undefined where nothing has changed.
 *
 * @throws the last Failure, `too-slow` where the time is over
 */
export async function readReport<T>(
	{ host, report, deadline, pace, validator, shared, open }: ReportReading,
	use: (body: Body | undefined) => Promise<T>,
): Promise<T> {
	const request = conditional(reportResults(report.id), validator);
	const started = pace.now();
	return await withAttempts(
		async () => {
			const milliseconds = deadline - pace.now();
			if (milliseconds <= 0) throw tooSlow({ host, report: report.name }, deadline - started);
			const send = async () => await open(request, milliseconds);
			const body = await (shared ? shared.reads.read(shared.reader, send) : send());
			try {
				return await use(body);
			} finally {
				await body?.bytes[Symbol.asyncIterator]().return?.();
			}
		},
		deadline,
		pace,
	);
}
