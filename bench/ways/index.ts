import { byHand } from './by-hand';
import { drain } from './drain';
import { pendoNodes } from './pendo-nodes';
import { streamJson } from './stream-json';
import { streamparserJson } from './streamparser-json';
import type { Way } from './way';

export const WAYS = {
	'pendo-nodes': pendoNodes,
	'by hand': byHand,
	'stream-json': streamJson,
	'@streamparser/json': streamparserJson,
	drain,
} satisfies Record<string, Way>;

export type WayName = keyof typeof WAYS;
