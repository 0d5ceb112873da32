import type { Operation, Row } from '../../core/pendo/operations';

const PLAIN = ['id', 'name', 'kind', 'state', 'appId', 'segmentId', 'createdAt', 'lastUpdatedAt'];

const READING = new Set(['get', 'getMany']);
const LISTED = new Set(['guide', 'page', 'feature', 'trackType']);

/** Whether the answer has much that few people want. */
export function canSimplify({ resource, operation }: Operation): boolean {
	return READING.has(operation) && (isPerson(resource) || LISTED.has(resource));
}

/** Of a visitor or account the metadata on one level, of a thing what tells it from others. */
export function simplified({ resource }: Operation, row: Row): Row {
	return isPerson(resource) ? flattened(row) : picked(row);
}

function isPerson(resource: string): boolean {
	return resource === 'visitor' || resource === 'account';
}

/** `{visitorId, metadata: {agent: {email}}}` becomes `{visitorId, agent_email}`. */
function flattened({ metadata, ...row }: Row): Row {
	const values = Object.entries(Object(metadata) as Row).flatMap(([group, fields]) =>
		typeof fields === 'object' && fields !== null
			? Object.entries(fields).map(([name, value]): [string, unknown] => [
					`${group}_${name}`,
					value,
				])
			: [[group, fields] as [string, unknown]],
	);
	return { ...row, ...Object.fromEntries(values) };
}

function picked(row: Row): Row {
	return Object.fromEntries(PLAIN.filter((name) => name in row).map((name) => [name, row[name]]));
}
