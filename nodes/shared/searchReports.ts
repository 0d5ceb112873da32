import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { Failure, searchReports, type Report } from '../../core/pendo';
import type { SubjectKind } from '../../core/watch';
import { nodeError } from './nodeError';
import { fetchReports } from './transport';

const PAGE = 100;

/** The page of the report list that the editor's drop-down asks for. */
export async function listReportsOf(
	context: ILoadOptionsFunctions,
	kind: SubjectKind,
	search = '',
	page = '0',
): Promise<INodeListSearchResult> {
	let reports: Report[] = [];
	let problem: unknown;
	try {
		reports = await fetchReports(context);
	} catch (error) {
		problem = error;
	}
	if (problem instanceof Failure) throw nodeError(context.getNode(), problem);
	if (problem !== undefined) throw problem;

	const everyKind = context.getCurrentNodeParameter('everyKind') === true;
	const offered = reports
		.filter((report) => everyKind || report.kind === kind)
		.sort((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }));
	const found = searchReports(offered, search);
	const names = new Map<string, number>();
	for (const { name } of offered) names.set(name, (names.get(name) ?? 0) + 1);
	const from = Number(page) || 0;
	return {
		results: found.slice(from, from + PAGE).map((report) => ({
			name: labelOf(report, kind, names.get(report.name)! > 1),
			value: report.id,
		})),
		paginationToken: from + PAGE < found.length ? String(from + PAGE) : undefined,
	};
}

/** Equal names are told apart by their ids, reports of another kind by Pendo's word for it. */
function labelOf(report: Report, kind: SubjectKind, ambiguous: boolean): string {
	const id = ambiguous ? ` [${report.id}]` : '';
	const other = report.kind === kind ? '' : ` (${report.type || 'other kind'})`;
	return `${report.name}${id}${other}`;
}
