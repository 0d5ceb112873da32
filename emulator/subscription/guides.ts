import { randomId } from '../catalogue';
import { mix } from '../random';
import { senseless, unknown, type JsonObject } from '../refusal';
import { DEFAULT_APP, SECOND_APP } from './product';

export const GUIDE_STATES = ['draft', 'staged', 'public', 'disabled', '_pendingReview_'] as const;
export type GuideState = (typeof GUIDE_STATES)[number];

export interface Guide extends JsonObject {
	id: string;
	name: string;
	appId: number;
	state: GuideState;
	segmentId: string;
	lastUpdatedAt: number;
	steps: JsonObject[];
	polls: JsonObject[];
}

export interface GuideChange {
	/** Epoch milliseconds. */
	ts: number;
	property: string;
	from: unknown;
	to: unknown;
}

/** Somebody is to see a guide again; without a visitor: everybody. */
export interface GuideReset {
	time: number;
	guideId: string;
	visitorId?: string;
}

/** The guides whose ids never change. */
export const GUIDE_IDS = {
	nps: '_npsSurvey',
	welcome: '-welcomeTour',
	staged: 'stagedGuide',
	experiment: 'experimentGuide',
} as const;
/** An NPS survey asks for a score from 0 to 10 and for a comment. */
export const NPS_POLL = 'npsRating';
export const NPS_COMMENT_POLL = 'npsComment';

const CREATED = 1746000000000;
const OTHERS = 16;

/** What is shown in the customer's app, and what was changed about it. */
export class Guides {
	readonly resets: GuideReset[] = [];
	private readonly book: Map<string, Guide>;
	private readonly changes = new Map<string, GuideChange[]>();

	constructor(seed: number) {
		this.book = new Map(buildGuides(seed).map((guide) => [guide.id, guide]));
	}

	all(): Guide[] {
		return [...this.book.values()];
	}

	get(id: string): Guide {
		const guide = this.book.get(id);
		if (!guide) throw unknown('guide');
		return guide;
	}

	history(id: string): readonly GuideChange[] {
		return this.changes.get(this.get(id).id) ?? [];
	}

	change(id: string, property: 'state' | 'segmentId', to: string, time: number): void {
		const guide = this.get(id);
		const change = { ts: time, property, from: guide[property], to };
		this.changes.set(id, [...this.history(id), change]);
		Object.assign(guide, { [property]: to, lastUpdatedAt: time });
	}

	reset(reset: GuideReset): void {
		this.get(reset.guideId);
		this.resets.push(reset);
	}

	resetStaged(id: string, time: number): void {
		if (this.get(id).state !== 'staged')
			throw senseless('only a staged guide can be reset for all');
		this.reset({ guideId: id, time });
	}
}

function buildGuides(seed: number): Guide[] {
	const known = [
		guide(GUIDE_IDS.welcome, 'Welcome tour', 'public', { isMultiStep: true }),
		guide(GUIDE_IDS.nps, 'NPS survey', 'public', {
			polls: [
				{
					id: NPS_POLL,
					question: 'How likely are you to recommend us?',
					attributes: { type: 'NPSRating' },
				},
				{
					id: NPS_COMMENT_POLL,
					question: 'What is the reason for your score?',
					attributes: { type: 'FreeForm' },
				},
			],
		}),
		guide(GUIDE_IDS.staged, 'New navigation', 'staged'),
		guide(GUIDE_IDS.experiment, 'Two banners', 'public', {
			experiment: { variants: ['A', 'B'] },
		}),
	];
	const others = Array.from({ length: OTHERS }, (_, index) => {
		const state = GUIDE_STATES[mix(seed, index, 104) % GUIDE_STATES.length] as GuideState;
		const appId = index % 5 === 4 ? SECOND_APP : DEFAULT_APP;
		return guide(randomId(mix(seed, 105), index), `Announcement ${index + 1}`, state, { appId });
	});
	return [...known, ...others];
}

function guide(id: string, name: string, state: GuideState, more: Partial<Guide> = {}): Guide {
	return {
		id,
		kind: 'Guide',
		name,
		state,
		appId: DEFAULT_APP,
		rootVersionId: id,
		createdAt: CREATED,
		lastUpdatedAt: CREATED,
		publishedAt: state === 'public' ? CREATED : 0,
		launchMethod: 'auto',
		isMultiStep: false,
		isTraining: false,
		segmentId: 'everyone',
		audience: [],
		steps: [{ id: `${id}-step-1`, guideId: id, type: 'lightbox', content: `<h1>${name}</h1>` }],
		polls: [],
		...more,
	};
}
