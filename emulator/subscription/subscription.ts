import type { Report } from '../reports';
import { Directory } from './directory';
import { Events } from './events';
import { Feedback } from './feedback';
import { Guides } from './guides';
import { Jobs } from './jobs';
import {
	buildFeatures,
	buildPages,
	buildTrackTypes,
	newTrackType,
	type Countable,
} from './product';
import { Schema } from './schema';
import { Segments } from './segments';
import type { SubjectKind } from './subjects';
import type { TrackedEvent } from './tracked';

/** How long later work takes, in milliseconds of the emulator's clock. */
export interface Delays {
	segmentReadyAfter: number;
	exportReadyAfter: number;
	deletionReadyAfter: number;
}

export interface Deletion {
	kind: SubjectKind;
	ids: string[];
}

export interface Export {
	segmentId: string;
	/** Who was in the segment when the export began. */
	visitors: string[];
}

/** What Pendo keeps for a customer beside the reports. */
export class Subscription {
	readonly directory: Directory;
	readonly schema = new Schema();
	readonly guides: Guides;
	readonly segments: Segments;
	readonly feedback = new Feedback();
	readonly exports = new Jobs<Export>('export');
	readonly deletions = new Jobs<Deletion>('deletion');
	readonly pages: Countable[];
	readonly features: Countable[];
	readonly trackTypes: Countable[];
	readonly tracked: TrackedEvent[] = [];
	readonly events: Events;
	private readonly erased = new Set<string>();

	constructor(
		private readonly seed: number,
		reports: ReadonlyMap<string, Report>,
		startedAt: number,
	) {
		this.directory = new Directory(seed, reports, startedAt);
		this.guides = new Guides(seed);
		this.segments = new Segments(seed);
		this.pages = buildPages(seed);
		this.features = buildFeatures(seed, this.pages);
		this.trackTypes = buildTrackTypes(seed);
		this.events = new Events(seed, this.directory, this, this.tracked);
	}

	/** Lets happen what was due by now. */
	catchUp(now: number): void {
		this.segments.catchUp(now);
		for (const { id, doneAt, facts } of this.deletions.all()) {
			if (doneAt > now || this.erased.has(id)) continue;
			this.erased.add(id);
			for (const subject of facts.ids) this.directory.erase(facts.kind, subject);
		}
	}

	track(event: TrackedEvent): void {
		this.tracked.push(event);
		if (event.dropped) return;
		const { accountId, visitorId, timestamp } = event;
		const visitor = this.directory.add('visitor', visitorId);
		if (accountId) this.directory.joinAccount(visitor, accountId);
		const { auto } = visitor.metadata;
		if (auto) {
			auto.firstvisit ??= timestamp;
			auto.lastvisit = Math.max(timestamp, Number(auto.lastvisit ?? 0));
		}
		if (!this.trackTypes.some(({ name }) => name === event.event))
			this.trackTypes.push(newTrackType(this.seed, event.event, this.trackTypes.length));
	}
}
