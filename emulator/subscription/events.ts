import { mix } from '../random';
import type { Directory } from './directory';
import { GUIDE_IDS, NPS_COMMENT_POLL, NPS_POLL, type Guide, type Guides } from './guides';
import { DEFAULT_APP, type Countable } from './product';
import { lastVisitOf, type Subject } from './subjects';
import type { TrackedEvent } from './tracked';

export type EventKind = 'page' | 'feature' | 'track' | 'guide' | 'poll';

/** Something that a visitor did. */
export interface Happening {
	kind: EventKind;
	/** Epoch milliseconds. */
	time: number;
	visitorId: string;
	accountId: string;
	appId: number;
	/** Of the page, the feature, the track type or the guide. */
	id: string;
	pollId?: string;
	pollResponse?: number | string;
	properties?: unknown;
}

export interface Span {
	/** Epoch milliseconds, inclusive. */
	from: number;
	/** Exclusive. */
	to: number;
}

export const DAY = 86_400_000;
const WORKING_DAY = 10 * 3_600_000;

interface Product {
	pages: readonly Countable[];
	features: readonly Countable[];
	trackTypes: readonly Countable[];
	guides: Guides;
}

/** What everybody did, made from the seed, a visitor and a day at a time; and what was tracked from outside. */
export class Events {
	constructor(
		private readonly seed: number,
		private readonly directory: Directory,
		private readonly product: Product,
		private readonly tracked: readonly TrackedEvent[],
	) {}

	*within(span: Span): Generator<Happening> {
		for (const visitor of this.directory.all('visitor')) yield* this.madeUp(visitor, span);
		yield* this.trackedIn(span);
	}

	*of(visitor: Subject, span: Span): Generator<Happening> {
		yield* this.madeUp(visitor, span);
		for (const event of this.trackedIn(span)) if (event.visitorId === visitor.id) yield event;
	}

	private *madeUp(visitor: Subject, span: Span): Generator<Happening> {
		const lastVisit = lastVisitOf(visitor);
		if (lastVisit === 0) return;
		const firstVisit = Number(visitor.metadata.auto?.firstvisit ?? lastVisit);
		const seed = mix(this.seed, hashOf(visitor.id), 71);
		const lastDay = Math.floor(lastVisit / DAY);
		const until = Math.min(lastDay, Math.floor((span.to - 1) / DAY));
		const since = Math.max(Math.floor(firstVisit / DAY), Math.floor(span.from / DAY));
		for (let day = since; day <= until; day++) {
			if (day !== lastDay && mix(seed, day, 1) % 3 !== 0) continue;
			for (const event of this.onDay(visitor, seed, day)) {
				const time = Math.min(event.time, lastVisit);
				if (time >= span.from && time < span.to) yield { ...event, time };
			}
		}
	}

	private *onDay(visitor: Subject, seed: number, day: number): Generator<Happening> {
		const { pages, features, guides } = this.product;
		const common = { visitorId: visitor.id, accountId: visitor.accountIds[0] ?? '' };
		const at = (turn: number) => day * DAY + 8 * 3_600_000 + (mix(seed, day, turn) % WORKING_DAY);
		const of = (kind: EventKind, item: Countable | Guide, turn: number): Happening => ({
			kind,
			time: at(turn),
			...common,
			appId: item.appId,
			id: item.id,
		});
		const views = 1 + (mix(seed, day, 2) % 4);
		for (let turn = 10; turn < 10 + views; turn++)
			yield of('page', favourite(pages, seed, day, turn), turn);
		const clicks = mix(seed, day, 3) % 3;
		for (let turn = 20; turn < 20 + clicks; turn++)
			yield of('feature', favourite(features, seed, day, turn), turn);
		if (mix(seed, day, 4) % 5 === 0) {
			const shown = guides.all().filter(({ state }) => state === 'public');
			if (shown.length > 0) yield of('guide', shown[mix(seed, day, 5) % shown.length] as Guide, 30);
		}
		if (mix(seed, day, 6) % 12 !== 0) return;
		const score = mix(seed, day, 7) % 11;
		const answer: Happening = {
			...common,
			kind: 'poll',
			time: at(40),
			appId: DEFAULT_APP,
			id: GUIDE_IDS.nps,
		};
		yield { ...answer, pollId: NPS_POLL, pollResponse: score };
		if (mix(seed, day, 8) % 3 !== 0) return;
		yield { ...answer, pollId: NPS_COMMENT_POLL, pollResponse: commentOn(score) };
	}

	private *trackedIn(span: Span): Generator<Happening> {
		const ids = new Map(this.product.trackTypes.map(({ id, name }) => [name, id]));
		for (const { event, visitorId, accountId, timestamp, properties, dropped } of this.tracked)
			if (!dropped && timestamp >= span.from && timestamp < span.to)
				yield {
					kind: 'track',
					time: timestamp,
					visitorId,
					accountId: accountId ?? '',
					appId: DEFAULT_APP,
					id: ids.get(event) ?? event,
					properties,
				};
	}
}

function commentOn(score: number): string {
	if (score <= 6) return 'It is slow, and I cannot find the export.';
	return score <= 8 ? 'It does what it should.' : 'I use it every day.';
}

// A few are used far more than the rest.
function favourite(
	items: readonly Countable[],
	seed: number,
	day: number,
	turn: number,
): Countable {
	const share = mix(seed, day, 1000 + turn) / 2 ** 32;
	return items[Math.floor(share * share * items.length)] as Countable;
}

function hashOf(text: string): number {
	let hash = 0;
	for (let place = 0; place < text.length; place++) hash = mix(hash, text.charCodeAt(place));
	return hash;
}
