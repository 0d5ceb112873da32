import { ask } from '../ask';
import { inBatches } from '../batches';
import type { SubjectKind } from '../metadata';
import { destroys, type Operation } from '../operation';
import { texts } from '../parameter';
import { subjectOf } from './subject';

/** Source: tools of other vendors, which send no more ids in a bulk deletion. */
const MOST_DELETED = 500;

export function deletionOf(kind: SubjectKind): Operation {
	const { title, example } = subjectOf(kind);
	const path = `/api/v1/bulkdelete/${kind}`;
	return destroys({
		resource: kind,
		operation: 'delete',
		name: 'Delete',
		action: `Delete ${kind}s for ever`,
		description: `Asks Pendo to erase ${kind}s and all their data (GDPR, CCPA). Cannot be undone. Pendo does it in the background; Bulk Deletion: Get tells how far it is.`,
		method: 'POST',
		path,
		together: true,
		parameters: {
			ids: texts(`${title} IDs`, `The ids of the ${kind}s to erase.`, {
				required: true,
				isId: true,
				example: [example],
			}),
		},
		plan: (inputs) =>
			inBatches(
				inputs.map(({ ids }) => ids),
				MOST_DELETED,
			).map(({ entries, serves }) => ({
				request: ask('POST', path, { body: { [`${kind}s`]: entries } }),
				serves,
				about: `${entries.length} ${kind}s`,
			})),
	});
}
