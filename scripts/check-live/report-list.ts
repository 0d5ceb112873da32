import {
	counted,
	differs,
	either,
	holds,
	notTestable,
	type Assumption,
	type Finding,
} from './assumption';
import type { ListedReport } from './listed-report';
import type { Live } from './live';
import { shapeOf } from './shape';

const KNOWN_TYPES = ['visitor', 'account', 'path', 'funnel', 'saved reports', ''];
const SHARING = ['share', 'target', 'scope', 'level'];

async function reports(live: Live): Promise<readonly ListedReport[]> {
	return (await live.list()).reports;
}

/** Of a list that has entries. */
function ofReports(judge: (reports: readonly ListedReport[]) => Finding): Assumption['check'] {
	return async (live) => {
		const all = await reports(live);
		return all.length === 0 ? notTestable('No report is shared with everyone.') : judge(all);
	};
}

/** Each different shape once. */
function shapesOf(values: readonly unknown[]): string {
	const shapes = [...new Set(values.map((value) => shapeOf(value)))];
	return shapes.slice(0, 10).join(', ') + (shapes.length > 10 ? ', ...' : '');
}

export const REPORT_LIST: readonly Assumption[] = [
	{
		id: 'list.empty',
		source: 'inferred',
		sentence: 'The list of reports is [] where no report is shared with everyone, not null',
		check: async (live) => {
			const { reports: all, start } = await live.list();
			if (all.length > 0) return notTestable(`${counted(all.length, 'report')} in the list.`);
			return either(/^\s*\[/.test(start), start.trim() === 'null' ? 'null' : 'an empty list');
		},
	},
	{
		id: 'list.private',
		source: 'inferred',
		sentence: 'Private reports are not in the list',
		check: ofReports((all) => {
			const odd = all.filter(({ item }) => item.shared !== true);
			return either(odd.length === 0, `${odd.length} of ${all.length} without shared: true`);
		}),
	},
	{
		id: 'list.names',
		source: 'inferred',
		sentence: 'Several reports may have one name',
		check: ofReports((all) => {
			const repeated = all.length - new Set(all.map(({ name }) => name)).size;
			return repeated > 0
				? holds(`${repeated} of ${all.length} have a name that another has`)
				: notTestable(`Each of ${counted(all.length, 'report')} has a name of its own.`);
		}),
	},
	{
		id: 'list.types',
		source: 'unknown',
		sentence: 'A report is of type Visitor, Account, Path, Funnel, Saved Reports or none',
		check: ofReports((all) => {
			const odd = all.map(({ item }) => item.type).filter((type) => !isKnownType(type));
			if (odd.length === 0) return holds(counted(all.length, 'report'));
			return differs(`${odd.length} of ${all.length} are of another type: ${shapesOf(odd)}`);
		}),
	},
	{
		id: 'list.sharing',
		source: 'unknown',
		sentence: 'The fields share, target, scope and level of a report are empty',
		check: ofReports((all) => {
			const odd = SHARING.flatMap((field) => {
				const values = all.map(({ item }) => item[field]).filter((value) => value !== '');
				return values.length === 0 ? [] : [`${field} (${values.length}): ${shapesOf(values)}`];
			});
			return either(odd.length === 0, odd.join('; ') || counted(all.length, 'report'));
		}),
	},
	{
		id: 'list.labels',
		source: 'unknown',
		sentence: 'Two columns of a report may have one title',
		check: ofReports((all) => {
			const lists = all.filter(({ columns }) => columns.length > 0);
			const odd = lists.filter(
				({ columns }) => new Set(columns.map(({ title }) => title)).size < columns.length,
			);
			return odd.length > 0
				? holds(`in ${odd.length} of ${lists.length}`)
				: notTestable(`Not in ${counted(lists.length, 'report')}.`);
		}),
	},
];

function isKnownType(type: unknown): boolean {
	return typeof type === 'string' && KNOWN_TYPES.includes(type.toLowerCase());
}
