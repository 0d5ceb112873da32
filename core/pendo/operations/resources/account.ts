import type { Operation } from '../operation';
import { deletionOf } from './subject-delete';
import { settingOf } from './subject-metadata';
import { readingOf } from './subject-read';

export const accountOperations: readonly Operation[] = [
	...readingOf('account'),
	...settingOf('account'),
	deletionOf('account'),
];
