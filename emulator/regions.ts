/** A listener plays one region; keys do not cross regions. */
export const REGIONS = ['us', 'us1', 'eu', 'jpn', 'au'] as const;
export type Region = (typeof REGIONS)[number];

export function asRegion(value: unknown): Region {
	const region = REGIONS.find((known) => known === value);
	if (!region) throw new RangeError(`region must be one of ${REGIONS.join(', ')}`);
	return region;
}
