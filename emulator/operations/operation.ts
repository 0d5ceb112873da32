import type { Answer } from '../answer';
import type { RequestKind } from '../log';
import type { World } from '../world';

export interface Call {
	world: World;
	/** Decoded parts of the path by the names that the pattern gives them. */
	parameters: Readonly<Record<string, string>>;
	query: URLSearchParams;
	/** Of the key that opened the call. */
	writeAccess: boolean;
	/** What was sent, by the operation's `body`. */
	body: unknown;
	requestId: number;
}

/** One thing that Pendo can be asked. */
export interface Operation {
	method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	/** A part in braces stands for an id. {visitorId}, {accountId} and {subjectId} may come as base64. */
	path: string;
	kind?: RequestKind;
	/** Only for keys with write access. */
	writes?: boolean;
	/** Opened by an app's track event secret instead of the integration key. */
	opensBySecret?: boolean;
	/** Without it the body is not read. */
	body?: 'json' | 'text';
	/** Throws a Refusal for what Pendo refuses. */
	answer(call: Call): Answer;
}

/** What Pendo says no to: a status and a reason in words. */
export class Refusal extends Error {
	constructor(
		readonly status: number,
		message: string,
	) {
		super(message);
	}
}

export function unknown(what: string): Refusal {
	return new Refusal(404, `${what} not found`);
}

/** Well-formed, and still wrong. */
export function senseless(message: string): Refusal {
	return new Refusal(422, message);
}

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asObject(body: unknown): JsonObject {
	if (isObject(body)) return body;
	throw new Refusal(400, 'the body must be a JSON object');
}

export function asText(value: unknown, name: string): string {
	if (typeof value === 'string' && value.trim() !== '') return value;
	throw senseless(`${name} must be text that is not empty`);
}

/** Ids that are text and not empty. */
export function asIds(value: unknown, name: string): string[] {
	if (Array.isArray(value) && value.every((id) => typeof id === 'string' && id !== ''))
		return value as string[];
	throw senseless(`${name} must be a list of ids`);
}
