import type { JsonObject } from '../refusal';
import { lastVisitOf, type Metadata, type Subject } from './subjects';

/** The metadata as Pendo shows it: what it keeps itself is among it. */
export function shownMetadata({ kind, metadata, accountIds }: Subject): Metadata {
	if (kind === 'account') return metadata;
	return {
		...metadata,
		auto: {
			...metadata.auto,
			...(accountIds.length > 0 ? { accountid: accountIds[0] } : {}),
			accountids: accountIds,
		},
	};
}

export function shownVisitor(visitor: Subject): JsonObject {
	const [accountId] = visitor.accountIds;
	return {
		id: visitor.id,
		accountIds: visitor.accountIds,
		lastStartTime: lastVisitOf(visitor),
		metadata: shownMetadata(visitor),
		...(accountId === undefined ? {} : { account: { id: accountId } }),
	};
}

export function shownAccount(account: Subject): JsonObject {
	return { id: account.id, metadata: shownMetadata(account) };
}
