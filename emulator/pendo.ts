import type { IncomingMessage } from 'node:http';

import { empty, failure, json, type Answer } from './answer';
import { bodyOf } from './body';
import type { KeyVerdict } from './keys';
import type { RequestKind } from './log';
import { decodeParts, findOperation, type Found } from './operations/find';
import { Refusal } from './refusal';
import type { World } from './world';

export interface Route {
	kind: RequestKind;
	found?: Found;
}

/** Which of Pendo's addresses this is. */
export function routeOf(method: string, path: string): Route {
	const found = findOperation(method, path);
	return { kind: found ? (found.operation.kind ?? 'operation') : 'other', found };
}

/** What the key in the header opens: Pendo has one header for two kinds of secrets. */
export function judge(world: World, route: Route, request: IncomingMessage): KeyVerdict {
	const key = keyOf(request);
	return route.found?.operation.opensBySecret
		? world.keys.judgeSecret(key)
		: world.keys.judge(key, world.region);
}

function keyOf(request: IncomingMessage): string | undefined {
	const value = request.headers['x-pendo-integration-key'];
	return Array.isArray(value) ? value.join(', ') : value;
}

/** What Pendo says. */
export async function answerOf(
	world: World,
	route: Route,
	request: IncomingMessage,
	requestId: number,
): Promise<Answer> {
	const { variants } = world;
	const verdict = judge(world, route, request);
	if (verdict !== 'ok') return refusedKey(world, route, verdict);
	if (!route.found) return failure(404, 'not found', variants);
	const { operation, parts } = route.found;
	const writeAccess = world.keys.find(keyOf(request))?.writeAccess === true;
	if (operation.writes && !writeAccess) return refused(variants.readOnlyWrite, 'forbidden', world);
	try {
		const text = operation.body ? await bodyOf(request) : '';
		return operation.answer({
			world,
			parameters: decodeParts(parts, request.headers['x-pendo-base64-encoded-params'] === 'true'),
			query: new URLSearchParams(/\?([^#]*)/.exec(request.url ?? '')?.[1]),
			body: operation.body === 'json' ? parsed(text) : text,
			requestId,
			known: request.headers['if-none-match'] ?? request.headers['if-modified-since'],
			writeAccess,
		});
	} catch (error) {
		if (error instanceof Refusal) return failure(error.status, error.message, variants);
		throw error;
	}
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw new Refusal(400, 'the body is not JSON');
	}
}

function refusedKey(world: World, route: Route, verdict: KeyVerdict): Answer {
	const { variants } = world;
	if (verdict === 'revoked' && route.kind === 'verify' && variants.revokedKey === 'valid-false')
		return json(200, { valid: false, writeAccess: false }, variants);
	return refused(variants.wrongKey, 'no valid key', world);
}

function refused(
	how: '403-empty' | '401-json' | '403-json',
	message: string,
	{ variants }: World,
): Answer {
	switch (how) {
		case '403-empty':
			return empty(403);
		case '403-json':
			return json(403, { message: 'forbidden' }, variants);
		case '401-json':
			return json(401, { message }, variants);
	}
}
