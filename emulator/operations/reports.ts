import { empty, failure, json, streamed, type Answer } from '../answer';
import type { Report } from '../reports';
import { gather, resultsCsv, resultsJson } from '../results';
import type { World } from '../world';
import type { Call, Operation } from './operation';

export const REPORTS: readonly Operation[] = [
	{
		method: 'GET',
		path: '/api/v1/report',
		kind: 'report-list',
		answer: ({ world }) => streamed(200, 'application/json', reportList(world), world.variants),
	},
	{
		method: 'GET',
		path: '/api/v1/report/{reportId}/results.json',
		kind: 'results',
		answer: (call) => results(call, 'application/json', resultsJson),
	},
	{
		method: 'GET',
		path: '/api/v1/report/{reportId}/results.csv',
		kind: 'csv',
		answer: (call) => results(call, 'text/csv', resultsCsv),
	},
];

function* reportList({ reports, variants }: World): Iterable<string> {
	const listed = [...reports.values()].filter((report) => report.shared);
	if (listed.length === 0 && variants.emptyList === 'null') return yield 'null';
	yield* gather(function* () {
		let separator = '[';
		for (const report of listed) {
			yield separator + JSON.stringify(report.item());
			separator = ',';
		}
		yield listed.length === 0 ? '[]' : ']';
	});
}

function results(
	{ world, parameters, requestId, known }: Call,
	contentType: string,
	write: typeof resultsJson,
): Answer {
	const { variants } = world;
	const report = world.reports.get(parameters.reportId ?? '');
	if (!report || !hasRows(report)) return unavailable(world);
	const headers = validatorOf(report, variants);
	if (known !== undefined && Object.values(headers).includes(known)) {
		return { ...empty(304), headers };
	}
	// The variants of this moment hold for the whole answer.
	const answer = streamed(200, contentType, write(report, { ...variants }, requestId), variants);
	return { ...answer, headers: { ...answer.headers, ...headers } };
}

function validatorOf(
	{ instance, roster }: Report,
	{ validator }: World['variants'],
): Record<string, string> {
	switch (validator) {
		case 'none':
			return {};
		case 'etag':
			return { etag: `"${instance}-${roster.revision}"` };
		case 'last-modified':
			// A second for each change, so that two of them never look the same.
			return {
				'last-modified': new Date(1_746_000_000_000 + 1_000 * roster.revision).toUTCString(),
			};
	}
}

function hasRows(report: Report): boolean {
	return report.shared && report.kind !== 'other';
}

function unavailable({ variants }: World): Answer {
	if (variants.unavailableReport === '200-null') return json(200, null, variants);
	return failure(Number(variants.unavailableReport), 'report not available', variants);
}
