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
	/** `if-none-match` or `if-modified-since` of the request. */
	known: string | undefined;
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
