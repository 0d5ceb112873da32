import type { Method, PendoRequest } from '../requests';
import { badInput } from './bad-input';
import { pathOf } from './path';

const FORMATS = { json: 'application/json', csv: 'text/csv', xliff: 'application/xml' } as const;

export interface Asking {
	/** For the `{name}`s of the template. */
	readonly ids?: Readonly<Record<string, string>>;
	/** Undefined ones are left out; a list becomes `a,b`. */
	readonly query?: Readonly<
		Record<string, string | number | boolean | readonly string[] | undefined>
	>;
	/** Sent as JSON, a lone text or number too. */
	readonly body?: unknown;
	/** Sent as it is, instead of `body`. */
	readonly xliff?: string;
	readonly accept?: keyof typeof FORMATS;
	readonly host?: PendoRequest['host'];
}

/** One request cannot hold more; a larger one is a mistake, or belongs into parts. */
const MOST_BYTES = 20_000_000;

/** @throws Failure `bad-input` where an id can be none, or the body is too large */
export function ask(method: Method, template: string, asking: Asking = {}): PendoRequest {
	const { path, headers } = pathOf(template, asking.ids ?? {});
	const { accept = 'json' } = asking;
	const request = {
		method,
		path: path + queryOf(asking.query ?? {}),
		headers: { accept: FORMATS[accept], 'accept-encoding': 'gzip', ...headers },
		...(asking.host !== undefined && { host: asking.host }),
	};
	const body = asking.xliff ?? (asking.body === undefined ? undefined : toJson(asking.body));
	if (body === undefined) return request;
	if (Buffer.byteLength(body) > MOST_BYTES) {
		throw badInput('The request is larger than 20 MB', 'Pendo takes no request of that size.');
	}
	const contentType = FORMATS[asking.xliff === undefined ? 'json' : 'xliff'];
	return { ...request, headers: { ...request.headers, 'content-type': contentType }, body };
}

function toJson(value: unknown): string {
	return JSON.stringify(value);
}

function queryOf(query: NonNullable<Asking['query']>): string {
	const parts = Object.entries(query)
		.filter(([, value]) => value !== undefined)
		.map(([name, value]) => {
			const texts = (Array.isArray(value) ? value : [value]).map(String).map(encodeURIComponent);
			return `${name}=${texts.join(',')}`;
		});
	return parts.length === 0 ? '' : `?${parts.join('&')}`;
}
