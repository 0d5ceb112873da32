import type { Field } from './people';
import { mix } from './random';
import type { Report } from './reports';

export type ListItem = Record<string, unknown>;

const CREATED = 1746000000000;
const LAST_RUN = 1746003600000;

/** The report as GET /api/v1/report shows it. */
export function listItem(report: Report): ListItem {
	const user = userOf(report);
	return {
		kind: 'Report',
		id: report.id,
		rootVersionId: report.id,
		stableVersionId: `${report.id}-20260430080000.000000000`,
		type: report.type,
		name: report.name,
		shared: report.shared,
		share: '',
		target: '',
		scope: '',
		level: '',
		createdAt: CREATED,
		lastUpdatedAt: CREATED,
		createdByUser: user,
		lastUpdatedByUser: user,
		ownedByUser: { id: '', username: '', first: '', last: '', role: 0, userType: '' },
		...queryOf(report),
	};
}

function queryOf(report: Report): ListItem {
	if (report.kind !== 'other') return listQuery(report, report.kind);
	if (report.type === 'Saved Reports') return explorerQuery(report);
	return pathQuery(report);
}

function listQuery(report: Report, kind: 'visitor' | 'account'): ListItem {
	const idField = `${kind}Id`;
	return {
		lastRunAt: kind === 'visitor' ? LAST_RUN : 0,
		definition: {
			type: 'List',
			kind,
			// Both kinds say visitorList.
			generator: 'visitorList',
			timeSeries: { type: 'Last 7 Days', start: '2026-05-01', end: '2026-05-08' },
			config: {
				appId: 'expandAppIds("web")',
				segmentId: 'everyone',
				columns: report.fields.slice(1).map((field) => column(field, kind)),
				filters: [],
				segments: [],
			},
			history: [],
		},
		aggregation: {
			fields: report.fields,
			pipeline: [
				{
					source: {
						events: { appId: 'expandAppIds("web")', blacklist: 'apply' },
						timeSeries: {
							period: 'dayRange',
							first: 'dateAdd(startOfPeriod("daily",now()),-7,"days")',
							last: 'dateAdd(startOfPeriod("daily",now()),-1,"days")',
						},
					},
				},
				{ group: { group: [idField] } },
				{ bulkExpand: { [kind]: { [kind]: idField } } },
				{
					select: Object.fromEntries(
						report.fields.map(({ field }) => [field, field.replaceAll('_', '.')]),
					),
				},
			],
		},
	};
}

function column({ type, title, field }: Field, kind: string): ListItem {
	return {
		columnLabel: title,
		columnName: field,
		fieldName: field.replaceAll('_', '.'),
		functionName: 'metadataField',
		kind,
		primaryKeys: [`${kind}Id`],
		schema: type,
		immutable: false,
		disabled: false,
	};
}

function explorerQuery(report: Report): ListItem {
	return {
		lastRunAt: LAST_RUN,
		lastSuccessRunAt: LAST_RUN,
		lastSuccessRunObj: `run-${mix(report.seed, 41)}`,
		definition: { version: 2, targetGroups: [], globals: { appId: -323232 } },
		aggregation: {},
		aggregationList: [{ pipeline: [] }],
	};
}

/** A path or a funnel nests whole pages and their users: this is what makes the list megabytes long. */
function pathQuery(report: Report): ListItem {
	const count = report.type === 'Path' ? 16 : 4;
	const pages = Array.from({ length: count }, (_, index) => ({
		id: `page-${mix(report.seed, index, 42)}`,
		name: `Page ${index + 1}`,
		appId: 5_000_000_000_000_000 + mix(report.seed, index, 43),
		rules: [
			{ rule: `//*/page-${index}/**`, designerHint: `https://app.example.test/page-${index}` },
		],
		createdByUser: userOf(report),
		lastUpdatedByUser: userOf(report),
	}));
	return {
		lastRunAt: 0,
		definition: { type: report.type || 'Funnel', config: { appId: [-323232], pages } },
		aggregation: report.seed % 5 === 0 ? null : { pipeline: [] },
	};
}

function userOf(report: Report): ListItem {
	const number = mix(report.seed, 44) % 40;
	return {
		id: String(6_000_000_000_000_000 + number),
		username: `analyst.${number}@example.test`,
		first: 'Analyst',
		last: String(number),
		role: 8,
		userType: 'user',
		hasLoggedIn: true,
	};
}
