import { json, streamed, type Answer } from '../answer';
import { runPipeline } from '../aggregation/run';
import { asObject, isObject, Refusal, senseless } from '../refusal';
import { gather } from '../results';
import type { Call, Operation } from './operation';

export const AGGREGATION: readonly Operation[] = [
	// It only reads: no write access needed.
	{ method: 'POST', path: '/api/v1/aggregation', body: 'json', answer: aggregate },
];

function aggregate({ world, body }: Call): Answer {
	const { request, response } = asObject(body);
	if (!isObject(request)) throw new Refusal(400, 'request must be an object');
	const mimeType = isObject(response) ? response.mimeType : undefined;
	if (mimeType !== undefined && mimeType !== 'application/json')
		throw senseless('response.mimeType must be application/json');
	const rows = runPipeline(request.pipeline, world.subscription, world.now());
	const wrapper = world.variants.aggregationWrapper;
	const startTime = world.now();
	if (rows.length === 0 && wrapper === 'null-when-empty')
		return json(200, { startTime, results: null }, world.variants);
	const start = wrapper === 'results-only' ? '{' : `{"startTime":${startTime},`;
	const [open, close] = wrapper === 'array' ? ['[', ']'] : [`${start}"results":[`, ']}'];
	return streamed(200, 'application/json', written(rows, open, close), world.variants);
}

function* written(rows: readonly object[], open: string, close: string): Iterable<string> {
	yield* gather(function* () {
		yield open;
		let separator = '';
		for (const row of rows) {
			yield separator + JSON.stringify(row);
			separator = ',';
		}
		yield close;
	});
}
