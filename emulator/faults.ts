import { HTML_PAGE, type Answer } from './answer';
import type { RequestKind } from './log';

export const FAULT_TYPES = [
	/** Replace the answer. */
	'status',
	'redirect',
	'html',
	'empty',
	'shape',
	'body',
	'append',
	/** Spoil the way it arrives. */
	'delay',
	'stall',
	'drip',
	'truncate',
	'reset',
	'length',
	'gzip-cut',
	'gzip-bad-crc',
	'brotli-cut',
	'wrong-encoding',
] as const;
export type FaultType = (typeof FAULT_TYPES)[number];

export interface Fault {
	type: FaultType;
	status?: number;
	headers?: Record<string, string>;
	/** Text is sent as it is, anything else as JSON. */
	body?: unknown;
	/** Where a truncate, stall or reset strikes, or a gzip-cut (negative: counted from the end). */
	afterBytes?: number;
	/** As afterBytes: right after the first occurrence of this text. */
	afterText?: string;
	/** How long a delay or a stall lasts (a stall without it: until the client leaves), the step of a drip. */
	milliseconds?: number;
	/** The piece of a drip. */
	bytes?: number;
	/** length: how much more than the body Content-Length says (negative: less). */
	difference?: number;
	location?: string;
}

export interface FaultMatch {
	kind?: RequestKind;
	method?: string;
	/** Part of the path. */
	path?: string;
}

export interface FaultRule {
	match?: FaultMatch;
	/** How many matching requests it lets pass first. */
	skip?: number;
	times?: number | 'always';
	fault: Fault;
}

export interface ActiveFault extends FaultRule {
	id: number;
	struck: number;
}

/** What is broken, and how often still. */
export class Faults {
	private active: ActiveFault[] = [];
	private made = 0;

	add(rule: FaultRule): ActiveFault {
		check(rule);
		const active = { ...rule, times: rule.times ?? 1, id: ++this.made, struck: 0 };
		this.active.push(active);
		return active;
	}

	clear(id?: number): void {
		this.active = id === undefined ? [] : this.active.filter((fault) => fault.id !== id);
	}

	list(): readonly ActiveFault[] {
		return this.active;
	}

	/** Delays add up; of the others the oldest strikes. */
	strike(kind: RequestKind, method: string, path: string): Fault[] {
		const struck: Fault[] = [];
		for (const rule of this.active) {
			if (rule.match?.kind !== undefined && rule.match.kind !== kind) continue;
			if (rule.match?.method !== undefined && rule.match.method !== method) continue;
			if (rule.match?.path !== undefined && !path.includes(rule.match.path)) continue;
			if (rule.skip) {
				rule.skip--;
				continue;
			}
			rule.struck++;
			struck.push(rule.fault);
			if (rule.fault.type !== 'delay') break;
		}
		this.active = this.active.filter(
			({ times, struck: n }) => times === 'always' || n < Number(times),
		);
		return struck;
	}
}

/** Whether the request is turned away, rather than its answer spoiled. */
export function refuses({ type, status = 200 }: Fault, kind: RequestKind): boolean {
	return kind === 'inbox' || type === 'status' || type === 'redirect' || status >= 400;
}

/** The answer that this fault puts in the place of the right one. */
export function replace(answer: Answer, fault: Fault): Answer {
	const body = fault.body === undefined ? undefined : bodyText(fault.body);
	const headers = (type: string) => ({ 'content-type': type, ...fault.headers });
	switch (fault.type) {
		case 'status': {
			const status = fault.status ?? 500;
			// A refused key is answered without a body.
			const usual = status === 403 ? '' : `{"message":"status ${status}"}`;
			return { status, headers: headers('application/json'), body: [body ?? usual] };
		}
		case 'redirect':
			return {
				status: fault.status ?? 302,
				headers: { location: fault.location ?? '/', ...fault.headers },
				body: [],
			};
		case 'html':
			return {
				status: fault.status ?? 200,
				headers: headers('text/html'),
				body: [body ?? HTML_PAGE],
			};
		case 'empty':
			return { status: fault.status ?? 200, headers: headers('application/json'), body: [] };
		case 'shape':
			return {
				status: fault.status ?? 200,
				headers: headers('application/json'),
				body: [body ?? '{"error":"unexpected"}'],
			};
		case 'body':
			return {
				status: fault.status ?? 200,
				headers: headers('application/json'),
				body: [body ?? ''],
			};
		case 'append':
			return { ...answer, body: followed(answer.body, body ?? '{"garbage":true}') };
		default:
			return fault.headers
				? { ...answer, headers: { ...answer.headers, ...fault.headers } }
				: answer;
	}
}

function* followed(body: Answer['body'], tail: string): Answer['body'] {
	yield* body;
	yield tail;
}

function bodyText(body: unknown): string {
	return typeof body === 'string' ? body : JSON.stringify(body);
}

function check({ fault, times, skip }: FaultRule): void {
	if (!FAULT_TYPES.includes(fault?.type))
		throw new RangeError(`fault.type must be one of ${FAULT_TYPES.join(', ')}`);
	if (times !== undefined && times !== 'always' && !(Number.isInteger(times) && times > 0))
		throw new RangeError('times must be a positive whole number or "always"');
	const { status, afterBytes, milliseconds, bytes, difference } = fault;
	for (const [name, value] of Object.entries({
		skip,
		status,
		afterBytes,
		milliseconds,
		bytes,
		difference,
	}))
		if (value !== undefined && !Number.isInteger(value))
			throw new RangeError(`${name} must be a whole number`);
	if (status !== undefined && (status < 200 || status > 599))
		throw new RangeError('status must be from 200 to 599');
}
