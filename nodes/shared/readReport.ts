import { sleep, type IPollFunctions } from 'n8n-workflow';
import * as pendo from '../../core/pendo';
import type { PollOptions } from '../../core/watch';
import { open, type Place } from './transport';

/** Several triggers that follow one report share a request. */
const reads = new pendo.SharedReads({ now: pendo.uptime, sleep });

/** Reads the results of a report before the deadline; see `readReport` of the core. */
export async function readReport<T>(
	context: IPollFunctions,
	place: Place,
	{ report }: PollOptions,
	/** Of `uptime`. */
	deadline: number,
	use: (body: pendo.Body | undefined) => Promise<T>,
	how: { validator?: pendo.Validator; reader?: pendo.Reader } = {},
): Promise<T> {
	const reading: pendo.ReportReading = {
		host: place.host,
		report,
		deadline,
		pace: { now: pendo.uptime, sleep, random: Math.random },
		validator: how.validator,
		shared: how.reader && { reads, reader: how.reader },
		open: async (request, milliseconds) =>
			await open(context, place, request, { milliseconds, report: report.name }),
	};
	return await pendo.readReport(reading, use);
}
