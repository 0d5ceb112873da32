import type { Row } from '../../core/pendo/operations';
import { aggregation } from '../../core/pendo/operations/aggregate';
import { ask } from '../../core/pendo/operations/ask';
import {
	counted,
	either,
	holds,
	notTestable,
	unreadable,
	type Assumption,
	type Finding,
} from './assumption';
import { NOBODY, RESULTS, sampled, type Live } from './live';

const NO_ROWS = 'No report that could be read has rows of this kind.';

/** How the results of a report come. */
export const RESULTS_OF_REPORTS: readonly Assumption[] = [
	{
		id: 'results.wrapper',
		source: 'unknown',
		sentence: 'The rows of a report are a bare list, without an object around it',
		check: async (live) => {
			const samples = await sampled(live);
			if (samples.length === 0) return notTestable(NO_ROWS);
			const bare = samples.filter(({ start }) => !/^[^[{]*\{/.test(start));
			return either(
				bare.length === samples.length,
				`${bare.length} of ${counted(samples.length, 'report')} bare, the others in an object`,
			);
		},
	},
	{
		id: 'results.empty',
		source: 'inferred',
		sentence: 'A report without rows answers [], not null',
		check: async (live) => {
			const empty = (await sampled(live)).filter(({ rows }) => rows.length === 0);
			if (empty.length === 0) return notTestable('No report that was read is empty.');
			const nulls = empty.filter(({ start }) => /null/.test(start)).length;
			return either(nulls === 0, `${nulls} of ${counted(empty.length, 'empty report')} say null`);
		},
	},
	{
		id: 'results.at-once',
		source: 'inferred',
		sentence: 'Pendo computes a report within the call that reads it, without a job to wait for',
		check: async (live) => {
			const samples = await sampled(live);
			if (samples.length === 0) return notTestable(NO_ROWS);
			const longest = Math.max(...samples.map(({ seen }) => seen.milliseconds));
			const statuses = [...new Set(samples.map(({ seen }) => seen.status))];
			const shown = `${statuses.join(', ')}; the longest took ${Math.ceil(longest / 1000)} s`;
			return either(
				statuses.every((status) => status === 200),
				shown,
			);
		},
	},
	{
		id: 'results.order',
		source: 'inferred',
		sentence: 'The rows of a report come in the same order each time',
		check: async (live) => {
			const first = await live.wholeReport();
			if (first === undefined || first.rows.length < 2) return notTestable(NO_ROWS);
			const second = await live.secondReading(first.report);
			return order(first.rows, second.rows);
		},
	},
	{
		id: 'results.missing',
		source: 'unknown',
		sentence: 'A report that does not exist is answered with 404',
		check: async (live) => refusalOf(live, NOBODY),
	},
	{
		id: 'results.wrong-type',
		source: 'unknown',
		sentence: 'A report without rows to read, such as a path or a funnel, is answered with 404',
		check: async (live) => {
			const { reports } = await live.list();
			const other = reports.find(({ kind, id }) => kind === 'other' && id !== '');
			if (other === undefined) return notTestable('Every report in the list has rows.');
			return await refusalOf(live, other.id);
		},
	},
	{
		id: 'results.stored-pipeline',
		source: 'inferred',
		sentence: 'The stored pipeline of a report can be run as an aggregation, its now() included',
		check: async (live) => {
			const found = await live.wholeReport();
			if (found === undefined || found.report.pipeline.length === 0) return notTestable(NO_ROWS);
			const { pipeline } = found.report;
			const { status } = await live.answerTo(aggregation([...pipeline, { limit: 1 }]));
			const hasNow = JSON.stringify(pipeline).includes('now()');
			return either(status === 200, `${status}, ${hasNow ? 'with' : 'without'} now() in it`);
		},
	},
	unreadable(
		'results.private',
		'unknown',
		'A private report is answered with 404',
		'The list does not name private reports.',
	),
	unreadable(
		'results.stored-run',
		'unknown',
		'Each reading computes the report anew',
		'An answer does not say whether it was computed just now.',
	),
	unreadable(
		'results.limits',
		'unknown',
		'A report may take as long and be as large as an aggregation: five minutes, 4 GB',
		'It would need a report of that size.',
	),
];

function order(first: readonly Row[], second: readonly Row[]): Finding {
	const [one, other] = [first, second].map((rows) => rows.map((row) => JSON.stringify(row)));
	const count = counted(first.length, 'row');
	if (one!.join() === other!.join()) return holds(`${count}, read twice`);
	if ([...one!].sort().join() === [...other!].sort().join()) {
		return { verdict: 'differs', seen: `${count}, the same ones in another order` };
	}
	return notTestable('The report changed between the two readings.');
}

async function refusalOf(live: Live, reportId: string): Promise<Finding> {
	const { status, start } = await live.answerTo(ask('GET', RESULTS, { ids: { reportId } }));
	const isNull = status === 200 && /^\W*null/.test(start);
	return either(status === 404, isNull ? '200, null' : String(status));
}
