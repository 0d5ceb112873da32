import { asObject, Refusal } from '../refusal';

/** An event that a server sent. */
export interface TrackedEvent {
	event: string;
	visitorId: string;
	accountId?: string;
	/** Epoch milliseconds. */
	timestamp: number;
	properties: unknown;
	context: unknown;
	/** Pendo says nothing when it drops an event; this says why. */
	dropped?: string;
}

const OLDEST = 7 * 86_400_000;
const MOST_NAMES = 5000;
const LONGEST_PROPERTIES = 512;

/** Checks the form only: everything else is accepted, and may be dropped later without a word. */
export function trackedEvent(body: unknown, now: number, names: ReadonlySet<string>): TrackedEvent {
	const { type, event, visitorId, accountId, timestamp, properties, context } = asObject(body);
	if (type !== 'track') throw new Refusal(400, 'type must be track');
	if (typeof event !== 'string' || event === '') throw new Refusal(400, 'event must be text');
	if (typeof visitorId !== 'string' || visitorId === '')
		throw new Refusal(400, 'visitorId must be text');
	if (!Number.isInteger(timestamp))
		throw new Refusal(400, 'timestamp must be milliseconds since 1970');
	const tracked: TrackedEvent = {
		event,
		visitorId,
		...(typeof accountId === 'string' && accountId !== '' ? { accountId } : {}),
		timestamp: timestamp as number,
		properties: properties ?? {},
		context: context ?? {},
	};
	const dropped = reasonToDrop(tracked, now, names);
	return dropped === undefined ? tracked : { ...tracked, dropped };
}

function reasonToDrop(
	{ event, timestamp, properties }: TrackedEvent,
	now: number,
	names: ReadonlySet<string>,
): string | undefined {
	if (now - timestamp > OLDEST) return 'older than 7 days';
	if (!names.has(event) && names.size >= MOST_NAMES) return 'too many names';
	if (JSON.stringify(properties).length > LONGEST_PROPERTIES) return 'properties too long';
	if (Object.keys(properties as object).some((name) => !/^\w{1,32}$/.test(name)))
		return 'a property with an unfit name';
	return undefined;
}
