import type { NodeDef } from 'node-red';
import type { EventKind, Flood, FloodMode, PollOptions, SubjectKind } from '../../core/watch';

/**
 * What a trigger node stores in a flow. Numbers and lists may be text: the editor and `${ENV}` give
 * text. Flows made before a parameter existed lack it.
 */
export interface TriggerParameters extends NodeDef {
	pendo?: string;
	report?: string;
	reportName?: string;
	interval?: string | number;
	intervalUnit?: string;
	events?: string | string[];
	changedFields?: string | string[];
	oldValues?: string | boolean;
	rows?: string;
	subject?: string;
	firstPoll?: string;
	returning?: string;
	floodMode?: string;
	floodThreshold?: string | number;
	releasePerSecond?: string | number;
	keepLeavers?: string | boolean;
	contextStore?: string;
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000 };
const SHORTEST = 1_000;
/** A longer timer fires at once. */
const LONGEST = 2 ** 31 - 1;

export function intervalOf({ interval, intervalUnit }: TriggerParameters): number {
	const asked = Number(interval) * (UNITS[intervalUnit ?? ''] ?? UNITS.min!);
	return clampTimer(positive(asked, 5 * UNITS.min!));
}

export function clampTimer(milliseconds: number): number {
	return Math.min(Math.max(milliseconds, SHORTEST), LONGEST);
}

/** The id of a report, also where its address was pasted. */
export function reportIdOf({ report }: Pick<TriggerParameters, 'report'>): string {
	const text = String(report ?? '').trim();
	return /^https?:\/\/\S+\/reports?\/([\w-]+)/.exec(text)?.[1] ?? text;
}

/** What the person chose, in the words of the core; the watcher itself says how many a poll releases. */
export interface Choices
	extends Omit<PollOptions, 'host' | 'kind' | 'report' | 'flood' | 'now' | 'pace'> {
	readonly flood: Omit<Flood, 'releaseNow'>;
}

export function choicesOf(parameters: TriggerParameters, kind: SubjectKind): Choices {
	const { events = ['entered'], changedFields = [], oldValues, rows, subject } = parameters;
	const { firstPoll, returning, floodMode, floodThreshold, keepLeavers } = parameters;
	return {
		pair: kind === 'visitor' && subject === 'pair',
		events: EVENTS.filter((event) => namesIn(events).includes(event)),
		changedFields: namesIn(changedFields),
		oldValues: isTrue(oldValues),
		rows: rows === 'all' ? 'all' : 'first',
		firstPoll: firstPoll === 'everyone' ? 'everyone' : 'snapshot',
		returning: returning === 'firstTimeOnly' ? 'firstTimeOnly' : 'everyTime',
		flood: {
			mode: FLOOD_MODES.find((mode) => mode === floodMode) ?? 'hold',
			threshold: Math.max(1, Math.floor(positive(floodThreshold, 100))),
			keepLeavers: isTrue(keepLeavers),
		},
		words: {
			release:
				'Send the node a message with the topic "release" to send them one after the other, or "discard" to drop them.',
			beginAnew:
				'Send the node a message with the topic "reset": it takes a new snapshot. Whoever appeared in between does not fire.',
		},
	};
}

/** How many held events a second are released; fewer than one a day would look like none. */
export function releasePerSecondOf({ releasePerSecond }: TriggerParameters): number {
	return Math.max(positive(releasePerSecond, 1), 1 / 86_400);
}

const EVENTS: readonly EventKind[] = ['entered', 'left', 'changed'];
const FLOOD_MODES: readonly FloodMode[] = ['hold', 'gradual', 'all', 'discard'];

/** One text may hold several names: an environment variable has no lists. */
function namesIn(value: string | string[]): string[] {
	return [value]
		.flat()
		.flatMap((text) => String(text).split(','))
		.map((name) => name.trim())
		.filter(Boolean);
}

function isTrue(value: unknown): boolean {
	return value === true || value === 'true';
}

function positive(value: unknown, otherwise: number): number {
	const number = Number(value);
	return Number.isFinite(number) && number > 0 ? number : otherwise;
}
