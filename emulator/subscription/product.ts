import { randomId } from '../catalogue';
import { mix } from '../random';
import type { JsonObject } from '../refusal';

/** The app that a subscription has from the start, and a later one. */
export const DEFAULT_APP = -323232;
export const SECOND_APP = 5629499534213120;

/** Something in the customer's app that Pendo counts: a page, a feature or a track type. */
export interface Countable extends JsonObject {
	id: string;
	name: string;
	appId: number;
}

const CREATED = 1746000000000;
const AREAS = ['Billing', 'Dashboard', 'Settings', 'Reports', 'Team', 'Import', 'Search', 'Help'];
const PAGES = ['overview', 'detail', 'list', 'edit', 'history'];
const FEATURES = ['Save', 'Export', 'Share', 'Filter', 'Delete', 'Invite', 'Undo'];
const TRACKED = ['Registered', 'Plan upgraded', 'Invoice paid', 'Import finished', 'Login failed'];

export function buildPages(seed: number): Countable[] {
	return build(seed, 101, AREAS, PAGES, 'Page', (name, index) => ({
		rules: [
			{ rule: `//*/page-${index}/**`, designerHint: `https://app.example.test/page-${index}` },
		],
		isCoreEvent: index % 7 === 0,
		officialTag: name.length % 2 === 0,
	}));
}

export function buildFeatures(seed: number, pages: readonly Countable[]): Countable[] {
	return build(seed, 102, AREAS, FEATURES, 'Feature', (_, index) => ({
		elementPathRules: [`[data-feature="${index}"]`],
		pageId: pages[index % pages.length]?.id,
		isCoreEvent: index % 7 === 0,
	}));
}

export function buildTrackTypes(seed: number): Countable[] {
	return TRACKED.map((name, index) => newTrackType(seed, name, index));
}

export function newTrackType(seed: number, name: string, index: number): Countable {
	return {
		...common(seed, 103, index, name, 'TrackType'),
		trackTypeName: name,
		trackTypeRules: [name],
	};
}

function build(
	seed: number,
	purpose: number,
	areas: readonly string[],
	names: readonly string[],
	kind: string,
	more: (name: string, index: number) => JsonObject,
): Countable[] {
	return areas.flatMap((area, row) =>
		names.map((word, column) => {
			const index = row * names.length + column;
			const name = `${area} ${word}`;
			return { ...common(seed, purpose, index, name, kind), ...more(name, index) };
		}),
	);
}

function common(
	seed: number,
	purpose: number,
	index: number,
	name: string,
	kind: string,
): Countable {
	const id = randomId(mix(seed, purpose), index);
	return {
		id,
		kind,
		name,
		appId: index % 5 === 4 ? SECOND_APP : DEFAULT_APP,
		rootVersionId: id,
		stableVersionId: `${id}-20260430080000.000000000`,
		createdAt: CREATED,
		lastUpdatedAt: CREATED,
		createdByUser: { id: '', username: '', first: '', last: '', role: 0, userType: '' },
		group: { id: '_PENDO_DEFAULTGROUP_00_', name: 'Unassigned' },
		validThrough: CREATED,
		dirty: false,
	};
}
