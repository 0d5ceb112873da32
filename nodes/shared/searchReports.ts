import type {
	ILoadOptionsFunctions,
	INodeListSearchResult,
	INodePropertyOptions,
} from 'n8n-workflow';
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
	const reports = await reportsOf(context);
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

/** The columns of the chosen report, for the fields whose changes are told. */
export async function listFieldsOf(
	context: ILoadOptionsFunctions,
	kind: SubjectKind,
): Promise<INodePropertyOptions[]> {
	const id = String(context.getCurrentNodeParameter('report', { extractValue: true }) ?? '');
	const report = (await reportsOf(context)).find((each) => each.id === id);
	return (report?.columns ?? [])
		.filter(({ field }) => field !== `${kind}Id`)
		.map(({ field, title }) => ({ name: title, value: field, description: field }));
}

async function reportsOf(context: ILoadOptionsFunctions): Promise<Report[]> {
	let problem: unknown;
	try {
		return await fetchReports(context);
	} catch (error) {
		problem = error;
	}
	throw problem instanceof Failure ? nodeError(context.getNode(), problem) : problem;
}

/** Equal names are told apart by their ids, reports of another kind by Pendo's word for it. */
function labelOf(report: Report, kind: SubjectKind, ambiguous: boolean): string {
	const id = ambiguous ? ` [${report.id}]` : '';
	const other = report.kind === kind ? '' : ` (${report.type || 'other kind'})`;
	return `${report.name}${id}${other}`;
}
