import { ANSWERS } from './answers';
import type { Assumption } from './assumption';
import { CSV_FILES } from './csv';
import { KEY } from './key';
import { OUT_OF_REACH } from './out-of-reach';
import { REPORT_LIST } from './report-list';
import { RESULTS_OF_REPORTS } from './results';
import { ROWS } from './rows';
import { TRANSPORT } from './transport';

/** In the order in which they are looked at; what only counts what came before stands at the end. */
export const ASSUMPTIONS: readonly Assumption[] = [
	...KEY,
	...REPORT_LIST,
	...RESULTS_OF_REPORTS,
	...ROWS,
	...CSV_FILES,
	...ANSWERS,
	...TRANSPORT,
	...OUT_OF_REACH,
];
