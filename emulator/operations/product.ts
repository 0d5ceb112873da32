import { json, type Answer } from '../answer';
import { senseless, type JsonObject } from '../refusal';
import { DEFAULT_APP } from '../subscription/product';
import type { Guide } from '../subscription/guides';
import type { Call, Operation } from './operation';

export const PRODUCT: readonly Operation[] = [
	list('/api/v1/page', ({ world }) => world.subscription.pages),
	list('/api/v1/feature', ({ world }) => world.subscription.features),
	list('/api/v1/tracktype', ({ world }) => world.subscription.trackTypes),
	list('/api/v1/guide', ({ world, query }) => {
		const state = query.get('state');
		const guides = world.subscription.guides.all();
		const chosen = state === null ? guides : guides.filter((guide) => guide.state === state);
		return query.get('summarizeContent') === 'true' ? chosen.map(summarized) : chosen;
	}),
];

interface Listed extends JsonObject {
	id: string;
	appId: number;
}

function list(path: string, items: (call: Call) => readonly Listed[]): Operation {
	return { method: 'GET', path, answer: (call) => chosen(call, items(call)) };
}

/** Of the default app without a word about apps; ids are looked for in every app. */
function chosen({ world, query }: Call, items: readonly Listed[]): Answer {
	const ids = query.get('id')?.split(',');
	const apps = query.get('appId')?.split(',').map(Number);
	const expand = query.get('expand');
	if (apps && expand !== null) throw senseless('appId and expand do not go together');
	if (apps?.some((app) => !Number.isInteger(app))) throw senseless('appId must be a number');
	const everywhere = ids !== undefined || expand === '*';
	const wanted = apps ?? [DEFAULT_APP];
	const found = items.filter(
		({ id, appId }) => (!ids || ids.includes(id)) && (everywhere || wanted.includes(appId)),
	);
	return json(200, found, world.variants);
}

function summarized(guide: Guide): Guide {
	const withoutContent = (step: JsonObject) =>
		Object.fromEntries(Object.entries(step).filter(([name]) => name !== 'content'));
	return { ...guide, steps: guide.steps.map(withoutContent) };
}
