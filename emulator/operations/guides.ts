import { done, json, streamed, type Answer } from '../answer';
import { asObject, Refusal, senseless, unknown } from '../refusal';
import { GUIDE_STATES } from '../subscription/guides';
import type { Call, Operation } from './operation';

export const GUIDES: readonly Operation[] = [
	{
		method: 'GET',
		path: '/api/v1/guide/order',
		answer: ({ world }) =>
			json(
				200,
				shownByThemselves(world).map(({ id }) => id),
				world.variants,
			),
	},
	{
		method: 'GET',
		path: '/api/v1/guide/{guideId}/history',
		answer: ({ world, parameters }) =>
			json(200, world.subscription.guides.history(parameters.guideId ?? ''), world.variants),
	},
	{
		method: 'PUT',
		path: '/api/v1/guide/{guideId}/state',
		writes: true,
		body: 'json',
		answer: ({ world, parameters, body }) => {
			const { guides } = world.subscription;
			const { state } = asObject(body);
			const { id } = guides.get(parameters.guideId ?? '');
			const known = GUIDE_STATES.find((name) => name === state);
			if (!known) throw senseless(`state must be one of ${GUIDE_STATES.join(', ')}`);
			guides.change(id, 'state', known, world.now());
			return done(world.variants);
		},
	},
	{
		method: 'PUT',
		path: '/api/v1/guide/{guideId}/segment',
		writes: true,
		body: 'json',
		answer: ({ world, parameters, body }) => {
			const { guides, segments } = world.subscription;
			const { segmentId } = asObject(body);
			const { id } = guides.get(parameters.guideId ?? '');
			if (!segments.all().some((segment) => segment.id === segmentId))
				throw senseless('segmentId must be the id of a segment');
			guides.change(id, 'segmentId', String(segmentId), world.now());
			return done(world.variants);
		},
	},
	{
		method: 'POST',
		path: '/api/v1/guide/all/visitor/{visitorId}/reset',
		writes: true,
		answer: (call) =>
			reset(
				call,
				call.world.subscription.guides.all().map(({ id }) => id),
			),
	},
	{
		method: 'POST',
		path: '/api/v1/guide/{guideId}/visitor/{visitorId}/reset',
		writes: true,
		answer: (call) => reset(call, [call.parameters.guideId ?? '']),
	},
	{
		method: 'POST',
		path: '/api/v1/guide/staged/reset',
		writes: true,
		answer: ({ world }) => {
			const { guides } = world.subscription;
			for (const { id, state } of guides.all())
				if (state === 'staged') guides.resetStaged(id, world.now());
			return done(world.variants);
		},
	},
	{
		method: 'POST',
		path: '/api/v1/guide/{guideId}/reset',
		writes: true,
		answer: ({ world, parameters }) => {
			world.subscription.guides.resetStaged(parameters.guideId ?? '', world.now());
			return done(world.variants);
		},
	},
	{
		method: 'POST',
		path: '/api/v1/guide/{guideId}/experiment/export',
		writes: true,
		answer: ({ world, parameters }) => {
			const { id, experiment } = world.subscription.guides.get(parameters.guideId ?? '');
			if (!experiment) throw senseless('the guide is no experiment');
			const variants = { A: { visitors: 120 }, B: { visitors: 118 } };
			return json(200, { guideId: id, variants }, world.variants);
		},
	},
	{ method: 'GET', path: '/api/v1/guide/localization/export', answer: exportTexts },
	{
		method: 'POST',
		path: '/api/v1/guide/localization/import',
		writes: true,
		body: 'text',
		answer: ({ world, body }) => {
			if (!/<xliff[\s>]/.test(String(body))) throw new Refusal(400, 'the body is not XLIFF');
			return done(world.variants);
		},
	},
];

function shownByThemselves({ subscription }: Call['world']) {
	return subscription.guides
		.all()
		.filter(({ state, launchMethod }) => state === 'public' && launchMethod === 'auto');
}

function reset({ world, parameters }: Call, guideIds: readonly string[]): Answer {
	const { guides, directory } = world.subscription;
	const visitorId = parameters.visitorId ?? '';
	for (const id of guideIds) guides.get(id);
	if (!directory.find('visitor', visitorId)) throw unknown('visitor');
	for (const guideId of guideIds) guides.reset({ time: world.now(), guideId, visitorId });
	return done(world.variants);
}

function exportTexts({ world }: Call): Answer {
	const units = world.subscription.guides
		.all()
		.map(({ id, name }) => `<trans-unit id="${id}"><source>${name}</source></trans-unit>`);
	const text = `<?xml version="1.0"?><xliff version="1.2"><file source-language="en"><body>${units.join('')}</body></file></xliff>`;
	return streamed(200, 'application/xml', [text], world.variants);
}
