import { badInput } from './bad-input';
import { choice, dateTime } from './parameter';

const LAST_DAYS = { today: 1, last7Days: 7, last30Days: 30, last90Days: 90 } as const;

export const timeRange = {
	period: choice(
		'Period',
		{
			today: 'Today',
			last7Days: 'Last 7 Days',
			last30Days: 'Last 30 Days',
			last90Days: 'Last 90 Days',
			custom: 'From and To',
		},
		'Which days to look at, today included; days begin at midnight in the time zone of the subscription.',
		{ default: 'last7Days' },
	),
	from: dateTime('From', 'The first moment.', { shownWhen: { period: ['custom'] } }),
	to: dateTime('To', 'The last moment.', { shownWhen: { period: ['custom'] } }),
};

/** Windows up to now are left to Pendo, which alone knows the subscription's time zone. */
export function timeSeriesOf(range: {
	readonly period: keyof typeof LAST_DAYS | 'custom';
	readonly from: number | undefined;
	readonly to: number | undefined;
}): Readonly<Record<string, unknown>> {
	const { period, from, to } = range;
	if (period !== 'custom') return { period: 'dayRange', first: 'now()', count: -LAST_DAYS[period] };
	if (from === undefined || to === undefined) {
		throw badInput('From or To is empty', 'The period "From and To" wants both moments.');
	}
	if (from >= to) throw badInput('From is not before To', 'The period would have no length.');
	return { period: 'dayRange', first: from, last: to };
}
