/** What nobody outside Pendo knows for sure; the first value of each is the default. */
export const VARIANTS = {
	resultsWrapper: ['array', 'object'],
	emptyResults: ['array', 'null'],
	emptyList: ['array', 'null'],
	wrongKey: ['403-empty', '401-json', '403-json'],
	/** A key without write access at an operation that writes. */
	readOnlyWrite: ['403-empty', '401-json', '403-json'],
	revokedKey: ['valid-false', '403'],
	/** Answer for a report that is private, deleted or of a type without rows. */
	unavailableReport: ['404', '400', '402', '403', '422', '200-null'],
	errorBody: ['message', 'error', 'errors', 'empty', 'text', 'html'],
	rowOrder: ['stable', 'shuffled'],
	visitorKey: ['visitorId', 'visitorid', 'visitor_auto_id'],
	accountKey: ['accountId', 'account_auto_id'],
	/** How a visitor's row names its account. */
	visitorAccountKey: ['as-written', 'account_auto_id', 'accountId'],
	/** What tells that results have not changed since. */
	validator: ['none', 'etag', 'last-modified'],
	charset: ['absent', 'present'],
	compression: ['gzip', 'none', 'brotli'],
	/** Body of an operation that answers 200 and whose body nobody has described. */
	undescribedAnswer: ['empty', 'object', 'null', 'text'],
	/** A metadata field that a visitor or account has no value in. */
	unsetValue: ['404', 'null'],
	/** A field that the schema does not know, when many values are set at once. */
	unknownField: ['failed', 'created'],
	/** What tells about the failures when many values are set at once, beside the counts. */
	bulkOutcome: ['missing-and-errors', 'errors', 'missing', 'counts-only'],
	/** What a larger list of ids than anybody was seen to send meets. */
	bulkSize: ['any', 'limited'],
	/** Status or shape of the answer to a PATCH of a segment's visitors. */
	multistatus: ['200', '207', 'array'],
	/** How a job names itself. */
	jobKey: ['jobId', 'id'],
	/** The word for a job that is done. */
	jobDone: ['completed', 'complete', 'ready', 'success', 'done'],
	/** What stands around the rows of an aggregation. */
	aggregationWrapper: ['startTime', 'results-only', 'null-when-empty', 'array'],
	csvHeader: ['field', 'title'],
	csvTime: ['milliseconds', 'iso'],
	csvByteOrderMark: ['absent', 'present'],
} as const;

export type VariantName = keyof typeof VARIANTS;
export type Variants = { [Name in VariantName]: (typeof VARIANTS)[Name][number] };

export function defaultVariants(): Variants {
	return Object.fromEntries(
		Object.entries(VARIANTS).map(([name, values]) => [name, values[0]]),
	) as Variants;
}

/** Checks all before it changes any. */
export function setVariants(variants: Variants, changes: Partial<Variants>): void {
	for (const [name, value] of Object.entries(changes)) {
		const known = Object.hasOwn(VARIANTS, name) ? VARIANTS[name as VariantName] : undefined;
		if (!known) throw new RangeError(`no variant is called ${name}`);
		if (!(known as readonly string[]).includes(value))
			throw new RangeError(`${name} must be one of ${known.join(', ')}`);
	}
	Object.assign(variants, changes);
}
