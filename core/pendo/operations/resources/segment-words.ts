import { id, texts } from '../parameter';

export const SEGMENT = '/api/v1/segment/{segmentId}';

export const segmentId = id('Segment', 'The segment. Segment: Get Many finds its id.', {
	lookup: 'segment',
	example: 'seGm3nt',
});
export const ownSegmentId = id(
	'Segment',
	'The segment; it must have been made through the API. Segment: Get Many finds its id.',
	{ lookup: 'segment', example: 'seGm3nt' },
);
export const visitorIds = texts(
	'Visitor IDs',
	'The ids of the visitors: a list, or text with one id a line.',
	{
		required: true,
		isId: true,
		example: ['u-1001', 'u-1002'],
	},
);
export const about = (given: string) => `the segment "${given}"`;
