import { sleep, type IPollFunctions } from 'n8n-workflow';
import {
	conditional,
	reportResults,
	SharedReads,
	tooSlow,
	withAttempts,
	type Body,
	type Reader,
	type Validator,
} from '../../core/pendo';
import type { PollOptions } from '../../core/watch';
import { open, type Place } from './transport';

/** Several triggers that follow one report share a request. */
const sharedReads = new SharedReads({ now: Date.now, sleep });

/** Opens the results of a report, again and again within the time where that may help. Undefined where nothing has changed. */
export async function readReport<T>(
	context: IPollFunctions,
	place: Place,
	options: PollOptions,
	deadline: number,
	use: (body: Body | undefined) => Promise<T>,
	how: { validator?: Validator; reader?: Reader } = {},
): Promise<T> {
	const pace = { now: Date.now, sleep, random: Math.random };
	const request = conditional(reportResults(options.report.id), how.validator);
	const started = Date.now();
	return await withAttempts(
		async () => {
			const milliseconds = deadline - Date.now();
			if (milliseconds <= 0)
				throw tooSlow({ host: place.host, report: options.report.name }, deadline - started);
			const limits = { milliseconds, report: options.report.name };
			const send = async () => await open(context, place, request, limits);
			const body = await (how.reader ? sharedReads.read(how.reader, send) : send());
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
