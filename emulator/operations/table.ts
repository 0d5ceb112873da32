import { AGGREGATION } from './aggregation';
import { BULK_DELETIONS } from './bulk-deletions';
import { DATA_SYNC } from './data-sync';
import { EXCLUDE_LISTS } from './exclude-lists';
import { FEEDBACK } from './feedback';
import { GUIDES } from './guides';
import type { Operation } from './operation';
import { PRODUCT } from './product';
import { REPORTS } from './reports';
import { SCHEMA } from './schema';
import { SEGMENT_EXPORTS } from './segment-exports';
import { SEGMENTS } from './segments';
import { TOKEN } from './token';
import { TRACK } from './track';
import { VALUES } from './values';
import { VISITORS } from './visitors';

/** Everything that this Pendo can be asked; where two patterns fit, the first in the table answers. */
export const OPERATIONS: readonly Operation[] = [
	...TOKEN,
	...REPORTS,
	...AGGREGATION,
	...VISITORS,
	...SCHEMA,
	...VALUES,
	...PRODUCT,
	...GUIDES,
	...SEGMENTS,
	...SEGMENT_EXPORTS,
	...BULK_DELETIONS,
	...EXCLUDE_LISTS,
	...FEEDBACK,
	...TRACK,
	...DATA_SYNC,
];
