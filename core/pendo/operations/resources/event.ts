import { ask } from '../ask';
import { badInput, quoted } from '../bad-input';
import { writes, type Operation } from '../operation';
import { dateTime, fields, text, type Fields } from '../parameter';

const WEEK = 7 * 86_400_000;
/** Source: Pendo help, "Configure Track Events". */
const MOST_BYTES = 512;

export const eventOperations: readonly Operation[] = [
	writes({
		resource: 'event',
		operation: 'track',
		name: 'Track',
		action: 'Send a track event',
		description:
			'Records that a visitor did something, as "Invoice paid". Wants the track event secret of an app in the credential. Pendo takes every event and drops some later: older than seven days, for example.',
		method: 'POST',
		path: '/data/track',
		secret: 'trackEventSecret',
		parameters: {
			event: text('Event', 'The name of the event, as in Pendo.', {
				required: true,
				example: 'Registered',
			}),
			visitorId: text('Visitor ID', 'Who did it.', {
				required: true,
				isId: true,
				example: 'u-1001',
			}),
			accountId: text('Account ID', 'The account for which the visitor did it.', {
				isId: true,
				example: 'acme',
			}),
			timestamp: dateTime('Timestamp', 'When it happened; now when empty.'),
			properties: fields('Properties', 'Details of the event: 512 bytes of JSON in all.', {
				default: {},
				example: { plan: 'gold' },
			}),
			context: fields('Context', 'Where it happened: ip, userAgent, url, title.', { rare: true }),
		},
		run: async ({ timestamp: given, properties, context, ...event }, session) => {
			checkProperties(properties);
			const now = session.host.timeOfDay();
			const timestamp = given ?? now;
			const body = { type: 'track', ...event, timestamp, properties, context };
			const request = ask('POST', '/data/track', { body, host: 'data' });
			await session.write(request, `the event "${event.event}"`);
			const late = now - timestamp > WEEK && {
				warning: 'Older than seven days: Pendo has taken the event, but may never show it.',
			};
			return { sent: true, event: event.event, visitorId: event.visitorId, timestamp, ...late };
		},
	}),
];

function checkProperties(properties: Fields): void {
	const long = Object.keys(properties).find((name) => name.length > 32);
	if (long !== undefined) {
		throw badInput(
			`The property ${quoted(long)} has a name of ${long.length} characters`,
			'Pendo takes names of up to 32 letters, digits and underscores.',
		);
	}
	const bytes = Buffer.byteLength(JSON.stringify(properties));
	if (bytes > MOST_BYTES) {
		throw badInput(
			`The properties are ${bytes} bytes of JSON`,
			`Pendo keeps no more than ${MOST_BYTES} bytes.`,
		);
	}
}
