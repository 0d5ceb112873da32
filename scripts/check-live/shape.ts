/** Words of Pendo's own, of HTTP and of JSON APIs: whatever is not among them may be somebody's. */
const KNOWN_WORDS = new Set(
	`Visitor Account Path Paths Funnel Funnels Retention Workflow Workflows List Journey Report Segment Guide
	visitor account parentAccount agent auto custom pendo salesforce hubspot
	complete completed ready success succeeded done processing pending queued running created started failed error
	private public draft staged disabled everyone shared team creator
	string number integer float boolean time date list object
	visitorId accountId visitorid accountid visitor_auto_id account_auto_id daysActive eventCount usageTrending
	numEvents numMinutes page_eventCount id ids name type kind value values flag order apps labels importance
	productAreas category message messages errors code status statusCode detail details reason title results result
	startTime data rows count total items segmentId jobId job createdAt updatedAt lastUpdatedAt field group segments
	reports guides metadata dependencies visitors accounts servers ip server include exclude
	valid writeAccess requestId traceId`.split(/\s+/),
);
const KNOWN_PHRASES = new Set(['Saved Reports', 'Data Explorer', 'Visitor ID', 'Account ID']);

/** Fields that Pendo itself fills, beside its groups. */
const OWN_FIELDS = new Set(
	`id accountid accountids email lastvisit firstvisit lastbrowsername lastbrowserversion lastoperatingsystem
	lastservername lastuseragent donotprocess blacklistguides idhash`.split(/\s+/),
);

const MOST_ENTRIES = 12;
const DEEPEST = 3;

/** What a value looks like, without what it says: `text(12)`, `email`, `number(13 digits)`. */
export function shapeOf(value: unknown, depth = 0): string {
	if (value === null || value === undefined) return String(value);
	if (typeof value === 'string') return shapeOfText(value);
	if (typeof value === 'number') return shapeOfNumber(value);
	if (typeof value !== 'object') return typeof value;
	if (Array.isArray(value)) {
		if (value.length === 0) return 'empty list';
		return depth === DEEPEST
			? `list of ${value.length}`
			: `list of ${value.length}, first: ${shapeOf(value[0], depth + 1)}`;
	}
	const entries = Object.entries(value);
	if (depth === DEEPEST) return `object of ${entries.length}`;
	const shown = entries
		.slice(0, MOST_ENTRIES)
		.map(([name, entry]) => `${shapeOfName(name)}: ${shapeOf(entry, depth + 1)}`);
	const rest = entries.length - shown.length;
	return `{${[...shown, ...(rest > 0 ? [`${rest} more`] : [])].join(', ')}}`;
}

export function shapeOfText(text: string): string {
	if (KNOWN_WORDS.has(text) || KNOWN_PHRASES.has(text)) return `"${text}"`;
	if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) return 'email';
	if (/^\d+$/.test(text)) return `text(${text.length} digits)`;
	return `text(${text.length})`;
}

function shapeOfNumber(value: number): string {
	const digits = String(Math.abs(value)).replace(/\D/g, '').length;
	return Number.isInteger(value)
		? `${value < 0 ? 'negative ' : ''}number(${digits} ${digits === 1 ? 'digit' : 'digits'})`
		: 'fraction';
}

/** A name in an object; customers name their own fields. */
export function shapeOfName(name: string): string {
	return KNOWN_WORDS.has(name) ? name : `key(${name.length})`;
}

/** A column of a report: `visitor_agent_*(5)`, where the field is the customer's. */
export function shapeOfColumn(column: string): string {
	const parts = /^(visitor|account|parentAccount)_([a-z]+)(__\d+)?_(.+)$/s.exec(column);
	if (parts === null || KNOWN_WORDS.has(column)) return shapeOfName(column);
	const [, kind, group, app, field] = parts as unknown as [
		string,
		string,
		string,
		string?,
		string?,
	];
	const shownGroup = KNOWN_WORDS.has(group) ? group : `group(${group.length})`;
	const shownField = OWN_FIELDS.has(field!) ? field : `*(${field!.length})`;
	return `${kind}_${shownGroup}${app === undefined ? '' : '__(app)'}_${shownField}`;
}

/** How a date is written: every digit becomes 9, every letter a. */
export function patternOf(text: string): string {
	const pattern = text.replace(/\p{Nd}/gu, '9').replace(/\p{L}/gu, 'a');
	return /^[9a:/.,+ -]{1,40}$/.test(pattern) ? pattern : shapeOfText(text);
}

/** What the body of a refusal is, whatever it says. */
export function shapeOfBody(text: string): string {
	if (text.trim() === '') return 'an empty body';
	if (/^\s*</.test(text)) return 'a web page';
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return `text(${text.length})`;
	}
	return `JSON ${shapeOf(value)}`;
}
