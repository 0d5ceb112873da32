import type { ReportName } from './event';

export type NoticeName = 'reset' | 'suspicious' | 'recovered';

/** What the watch tells the person: one item, ready for a chat message or an email. */
export interface Notice {
	readonly notice: NoticeName;
	readonly title: string;
	readonly text: string;
	readonly severity: 'info' | 'warning';
	readonly report: ReportName;
	readonly counts: Readonly<Record<string, number>>;
	/** Ids of up to five subjects that it is about. */
	readonly samples: readonly string[];
	/** What to do next. */
	readonly next: string;
}

const MINUTE = 60_000;

function inWords(milliseconds: number): string {
	const minutes = Math.max(1, Math.round(milliseconds / MINUTE));
	if (minutes < 120) return `${minutes} minute${minutes === 1 ? '' : 's'}`;
	const hours = Math.round(minutes / 60);
	return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}

export function resetNotice(report: ReportName, present: number): Notice {
	return {
		notice: 'reset',
		title: `Now following "${report.name}"`,
		text: `A new snapshot was taken with ${present} in the report. Nobody of them fires; whoever appears from now on does.`,
		severity: 'info',
		report,
		counts: { present },
		samples: [],
		next: 'Nothing to do. The trigger was pointed at another report or region, or was copied or renamed.',
	};
}

export function suspiciousNotice(report: ReportName, known: number, missing: number): Notice {
	return {
		notice: 'suspicious',
		title: `"${report.name}" suddenly lost most of its rows`,
		text: `${missing} of ${known} are missing from the report. They are remembered until a second poll confirms it, so that nobody fires twice if this was a hiccup.`,
		severity: 'warning',
		report,
		counts: { known, missing },
		samples: [],
		next: 'If you changed the filter or segment of the report, nothing to do. Otherwise look at the report in Pendo.',
	};
}

/** @param gap milliseconds since the first failed poll */
export function recoveredNotice(report: ReportName, gap: number, events: number): Notice {
	return {
		notice: 'recovered',
		title: `"${report.name}" is read again`,
		text: `After ${inWords(gap)} of failed polls the report was read completely. ${events === 0 ? 'Nobody new appeared meanwhile.' : `${events} who appeared meanwhile fire now.`}`,
		severity: 'info',
		report,
		counts: { gapSeconds: Math.round(gap / 1000), events },
		samples: [],
		next: 'Nothing to do.',
	};
}
