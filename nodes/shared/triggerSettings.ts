import { sleep, type IPollFunctions } from 'n8n-workflow';
import { Failure } from '../../core/pendo';
import {
	checkOptions,
	type EventKind,
	type FloodMode,
	type HostWords,
	Pace,
	type PollOptions,
	type SubjectKind,
	Turns,
} from '../../core/watch';
import { placeOf, type Place } from './transport';

/** What a trigger asks for, and where. */
export interface Settings {
	readonly place: Place;
	readonly options: PollOptions;
}

/** Of what a verified node may use, only a timer gives the event loop back. */
const turns = new Turns(async () => await sleep(0));

/** What core says of the editor, with the labels of `properties.ts`. */
export const WORDS: HostWords = {
	release:
		'Open the trigger and change "If Many Come at Once": "Release a Few at Each Poll" or "Start for All of Them" releases what is held, "Discard Them" drops it. Then publish.',
	beginAnew:
		'Duplicate this trigger, delete the old one and publish: the new one takes a new snapshot. Whoever appeared in between does not fire.',
};

const EVENTS: readonly EventKind[] = ['entered', 'left', 'changed'];
const FLOOD_MODES: readonly FloodMode[] = ['hold', 'gradual', 'all', 'discard'];

/** @throws Failure where the credential, its region or a parameter cannot be used */
export async function settingsOf(context: IPollFunctions, kind: SubjectKind): Promise<Settings> {
	const place = await placeOf(context);
	const options = { host: place.host, ...parametersOf(context, kind) };
	checkOptions(options);
	return { place, options };
}

/** An expression that fails is a failure of the trigger's settings, told as such. */
function parametersOf(context: IPollFunctions, kind: SubjectKind): Omit<PollOptions, 'host'> {
	let problem: unknown;
	try {
		return readParameters(context, kind);
	} catch (error) {
		problem = error;
	}
	throw new Failure('bad-input', {
		what: `A parameter of this trigger cannot be worked out: ${wordsOf(problem)}`,
		why: 'Its expression fails, or names something that does not exist here.',
		next: 'Open the trigger, correct the parameter and publish.',
	});
}

function readParameters(context: IPollFunctions, kind: SubjectKind): Omit<PollOptions, 'host'> {
	const id = String(context.getNodeParameter('report', '', { extractValue: true })).trim();
	const { cachedResultName } = context.getNodeParameter('report', {}) as {
		cachedResultName?: string;
	};
	const asked = context.getNodeParameter('events', ['entered']) as string | string[];
	const more = context.getNodeParameter('options', {}) as {
		oldValues?: boolean;
		rows?: PollOptions['rows'];
		subject?: 'single' | 'pair';
		keepLeavers?: boolean;
	};
	return {
		kind,
		pair: kind === 'visitor' && more.subject === 'pair',
		report: { id, name: cachedResultName ?? id },
		events: EVENTS.filter((event) => namesIn(asked).includes(event)),
		changedFields: namesIn(context.getNodeParameter('changedFields', []) as string | string[]),
		oldValues: more.oldValues === true,
		rows: more.rows === 'all' ? 'all' : 'first',
		firstPoll: context.getNodeParameter('firstPoll', 'snapshot') as PollOptions['firstPoll'],
		returning: context.getNodeParameter('returning', 'everyTime') as PollOptions['returning'],
		flood: {
			mode:
				FLOOD_MODES.find((mode) => mode === context.getNodeParameter('floodMode', 'hold')) ??
				'hold',
			threshold: atLeastOne(context.getNodeParameter('floodThreshold', 100), 100),
			releaseNow: atLeastOne(context.getNodeParameter('releasePerPoll', 60), 60),
			keepLeavers: more.keepLeavers === true,
		},
		words: WORDS,
		now: Date.now(),
		pace: new Pace(async () => await turns.next()),
	};
}

function wordsOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/** An expression may give one text for several names. */
function namesIn(value: string | string[]): string[] {
	const names = Array.isArray(value) ? value : String(value).split(',');
	return names.map((name) => String(name).trim()).filter(Boolean);
}

function atLeastOne(value: unknown, otherwise: number): number {
	const number = Math.floor(Number(value));
	return Number.isFinite(number) && number >= 1 ? number : otherwise;
}
