import type { Operation } from './operation';
import { REPORTS } from './reports';
import { TOKEN } from './token';

/** Everything that this Pendo can be asked; where two patterns fit, the first in the table answers. */
export const OPERATIONS: readonly Operation[] = [...TOKEN, ...REPORTS];
