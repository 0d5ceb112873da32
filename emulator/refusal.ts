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
