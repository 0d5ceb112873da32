import { randomId } from '../catalogue';
import { mix } from '../random';
import { senseless, unknown, type JsonObject } from '../refusal';

export interface Segment {
	id: string;
	name: string;
	shared: boolean;
	createdByApi: boolean;
	createdAt: number;
	lastUpdatedAt: number;
	/** Who is in a segment that is a query. */
	pipeline: JsonObject[];
	/** Who is in a segment that was made from ids. */
	visitors: Set<string>;
	/** An upload takes effect at a time on the emulator's clock. */
	pending?: { visitors: Set<string>; readyAt: number };
}

export const SEGMENT_IDS = {
	everyone: 'everyone',
	powerUsers: '_powerUsers',
	uploaded: '-uploadedList',
	private: 'privateSegment',
} as const;

const CREATED = 1746000000000;

/** Groups of visitors: queries of people, lists of integrations. */
export class Segments {
	private readonly book: Map<string, Segment>;
	private made = 0;

	constructor(private readonly seed: number) {
		this.book = new Map(startingSegments().map((segment) => [segment.id, segment]));
	}

	all(): Segment[] {
		return [...this.book.values()];
	}

	get(id: string): Segment {
		const segment = this.book.get(id);
		if (!segment) throw unknown('segment');
		return segment;
	}

	/** Integrations may change only what integrations made. */
	getOwn(id: string): Segment {
		const segment = this.get(id);
		if (!segment.createdByApi) throw senseless('only a segment made by the API can be changed');
		return segment;
	}

	create(name: string, visitors: readonly string[], now: number, readyAt: number): Segment {
		const id = randomId(mix(this.seed, 106), this.made++);
		this.book.set(id, newSegment(id, name, { createdByApi: true, createdAt: now }));
		return this.upload(id, visitors, now, readyAt);
	}

	upload(id: string, visitors: readonly string[], now: number, readyAt: number): Segment {
		const segment = this.getOwn(id);
		segment.pending = { visitors: new Set(visitors), readyAt };
		segment.lastUpdatedAt = now;
		return segment;
	}

	/** Also an upload that has not taken effect yet gets the change. */
	change(id: string, change: (visitors: Set<string>) => void, now: number): void {
		const segment = this.getOwn(id);
		change(segment.visitors);
		if (segment.pending) change(segment.pending.visitors);
		segment.lastUpdatedAt = now;
	}

	/** Lets uploads take effect that were due by now. */
	catchUp(now: number): void {
		for (const segment of this.book.values()) {
			if (!segment.pending || segment.pending.readyAt > now) continue;
			segment.visitors = segment.pending.visitors;
			delete segment.pending;
		}
	}

	delete(id: string): void {
		this.book.delete(this.getOwn(id).id);
	}
}

function newSegment(id: string, name: string, more: Partial<Segment>): Segment {
	return {
		id,
		name,
		shared: true,
		createdByApi: false,
		createdAt: CREATED,
		lastUpdatedAt: CREATED,
		pipeline: [],
		visitors: new Set(),
		...more,
	};
}

function startingSegments(): Segment[] {
	const people: JsonObject = { source: { visitors: null } };
	return [
		newSegment(SEGMENT_IDS.everyone, 'Everyone', { pipeline: [people] }),
		newSegment(SEGMENT_IDS.powerUsers, 'Enterprise visitors', {
			pipeline: [people, { filter: 'metadata.agent.plan == "enterprise"' }],
		}),
		newSegment(SEGMENT_IDS.uploaded, 'From the CRM', {
			createdByApi: true,
			visitors: new Set(['u-1001', 'Kim+Test@Example.test']),
		}),
		newSegment(SEGMENT_IDS.private, 'Only mine', {
			shared: false,
			pipeline: [people, { identified: 'visitorId' }],
		}),
	];
}
