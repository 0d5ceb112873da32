import type { IncomingMessage } from 'node:http';

import { empty, failure, json, streamed, type Answer } from './answer';
import type { KeyVerdict } from './keys';
import type { RequestKind } from './log';
import type { Report } from './reports';
import { gather, resultsCsv, resultsJson } from './results';
import type { World } from './world';

export interface Route {
	kind: RequestKind;
	reportId?: string;
}

/** Which of Pendo's addresses this is. */
export function routeOf(method: string, path: string): Route {
	if (method !== 'GET') return { kind: 'other' };
	if (path === '/api/v1/token/verify') return { kind: 'verify' };
	if (path === '/api/v1/report') return { kind: 'report-list' };
	const found = /^\/api\/v1\/report\/([^/]+)\/results\.(json|csv)$/.exec(path);
	if (!found) return { kind: 'other' };
	return { kind: found[2] === 'csv' ? 'csv' : 'results', reportId: decoded(found[1] as string) };
}

export function keyOf(request: IncomingMessage): string | undefined {
	const value = request.headers['x-pendo-integration-key'];
	return Array.isArray(value) ? value.join(', ') : value;
}

/** What Pendo says. */
export function answerOf(
	world: World,
	route: Route,
	request: IncomingMessage,
	requestId: number,
): Answer {
	const key = keyOf(request);
	const verdict = world.keys.judge(key, world.region);
	if (verdict !== 'ok') return refusal(world, route, verdict);
	switch (route.kind) {
		case 'verify': {
			const writeAccess = world.keys.find(key)?.writeAccess === true;
			return json(200, { valid: true, writeAccess }, world.variants);
		}
		case 'report-list':
			return streamed(200, 'application/json', reportList(world), world.variants);
		case 'results':
		case 'csv':
			return results(world, route, requestId);
		default:
			return failure(404, 'not found', world.variants);
	}
}

function refusal({ variants }: World, route: Route, verdict: KeyVerdict): Answer {
	if (verdict === 'revoked' && route.kind === 'verify' && variants.revokedKey === 'valid-false')
		return json(200, { valid: false, writeAccess: false }, variants);
	switch (variants.wrongKey) {
		case '403-empty':
			return empty(403);
		case '403-json':
			return json(403, { message: 'forbidden' }, variants);
		case '401-json':
			return json(401, { message: 'no valid key' }, variants);
	}
}

function* reportList({ reports, variants }: World): Iterable<string> {
	const listed = [...reports.values()].filter((report) => report.shared);
	if (listed.length === 0 && variants.emptyList === 'null') return yield 'null';
	yield* gather(function* () {
		let separator = '[';
		for (const report of listed) {
			yield separator + JSON.stringify(report.item());
			separator = ',';
		}
		yield listed.length === 0 ? '[]' : ']';
	});
}

function results(world: World, route: Route, requestId: number): Answer {
	const report = world.reports.get(route.reportId ?? '');
	if (!report || !hasRows(report)) return unavailable(world);
	const { variants } = world;
	// The variants of this moment hold for the whole answer.
	return route.kind === 'csv'
		? streamed(200, 'text/csv', resultsCsv(report, { ...variants }, requestId), variants)
		: streamed(200, 'application/json', resultsJson(report, { ...variants }, requestId), variants);
}

function hasRows(report: Report): boolean {
	return report.shared && report.kind !== 'other';
}

function unavailable({ variants }: World): Answer {
	if (variants.unavailableReport === '200-null') return json(200, null, variants);
	return failure(Number(variants.unavailableReport), 'report not available', variants);
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
