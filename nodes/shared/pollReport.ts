import {
	sleep,
	type IDataObject,
	type INodeExecutionData,
	type IPollFunctions,
} from 'n8n-workflow';
import { Failure, SharedLists, uptime } from '../../core/pendo';
import {
	afterFailure,
	afterSuccess,
	HEALTHY,
	isSameState,
	joined,
	keyOf,
	LOOK_EVERY,
	poll,
	pollUnchanged,
	preview,
	reportNamed,
	validatorFor,
	withListing,
	type DetectedRow,
	type Notice,
	type PollOptions,
	type PollResult,
	type SubjectKind,
	type WatchState,
} from '../../core/watch';
import { budgetOf, isDurable, isSuperseded, noteActivation, onceEmitted } from './engine';
import { nodeError } from './nodeError';
import { readReport } from './readReport';
import { fetchReports } from './transport';
import { settingsOf, type Settings } from './triggerSettings';
import { isKeptByName, mark, noteCopy, savedOf, spread } from './watchMark';
import { memoryOf, stateToPoll, type WatchMemory } from './watchMemory';

/** Kept back to compare and hand over, so that the engine never abandons a poll. */
const MARGIN = 3_000;
/**
 * n8n abandons a publication after 84 seconds, at its own start too, and never starts again a trigger that
 * was abandoned. What the first poll does not read in this time, the next one does in its own.
 */
const ACTIVATION_BUDGET = 40_000;
const QUIET_SAVE_EVERY = 3_600_000;
/** How long looking at the list of reports may take. */
const LOOK_LIMIT = 10_000;

const lists = new SharedLists({ now: uptime, sleep });

/** Contexts whose activation poll has passed: the default engine uses one context for all polls of an activation. */
const activated = new WeakSet<IPollFunctions>();

/** Of a trigger whose settings cannot be read. */
const NO_WATCH = '';

type Output = INodeExecutionData[][] | null;

/** One call by the engine: a poll, or the test of a person who looks at the editor. */
export async function pollReport(context: IPollFunctions, kind: SubjectKind): Promise<Output> {
	let problem: unknown;
	try {
		const output =
			context.getMode() === 'manual' ? await test(context, kind) : await tick(context, kind);
		activated.add(context);
		return output;
	} catch (error) {
		problem = error;
	}
	if (problem instanceof Failure) throw nodeError(context.getNode(), problem);
	throw problem;
}

async function test(context: IPollFunctions, kind: SubjectKind): Promise<Output> {
	const deadline = deadlineOf(context, uptime());
	const { place, options } = await settingsOf(context, kind);
	const watch = keyOf(options);
	// With durable cursors a test is shown the data of before they were switched on.
	const stored = ownMemory(context, watch).newest?.state ?? savedOf(context, watch).state;
	const rows = await readReport(context, place, options, deadline, (body) =>
		preview(stored, body!.bytes, options),
	);
	return [rows.map(asItem), []];
}

async function tick(context: IPollFunctions, kind: SubjectKind): Promise<Output> {
	const started = uptime();
	const isFirst = isActivation(context);
	const deadline = deadlineOf(context, started, isFirst ? ACTIVATION_BUDGET : Infinity);
	noteCopy(context);
	let watch = NO_WATCH;
	let options: PollOptions | undefined;
	let problem: unknown;
	try {
		const settings = await settingsOf(context, kind);
		options = settings.options;
		watch = keyOf(options);
		const memory = ownMemory(context, watch);
		memory.health = joined(ownMemory(context, NO_WATCH).health, memory.health);
		if (memory.busyUntil > started || memory.notBefore > started) return null;
		noteActivation(context);
		const busyUntil = deadline + MARGIN;
		memory.busyUntil = busyUntil;
		try {
			return await pollOnce(context, settings, memory, watch, { started, deadline });
		} finally {
			// One that outlived its time leaves the one that followed alone.
			if (memory.busyUntil === busyUntil) memory.busyUntil = 0;
		}
	} catch (error) {
		problem = error;
	}
	// A defect, too, must not keep n8n from starting the trigger: the next poll shows it.
	if (!(problem instanceof Failure) && isFirst && !isByPerson(context)) return null;
	if (!(problem instanceof Failure)) throw problem;
	return failed(context, ownMemory(context, watch), problem, options);
}

function deadlineOf(context: IPollFunctions, started: number, most = Infinity): number {
	return started + Math.min(budgetOf(context), most) - MARGIN;
}

/** Whether this is the poll by which the default engine activates the trigger. */
function isActivation(context: IPollFunctions): boolean {
	return !activated.has(context) && !isDurable(context);
}

/** Whether somebody publishes just now, and is told what is thrown. */
function isByPerson(context: IPollFunctions): boolean {
	return ['activate', 'update'].includes(context.getActivationMode());
}

function ownMemory(context: IPollFunctions, watch: string): WatchMemory {
	return memoryOf(`${nameOf(context)} ${watch}`, uptime());
}

function nameOf(context: IPollFunctions): string {
	return JSON.stringify([context.getWorkflow().id, context.getNode().id]);
}

async function pollOnce(
	context: IPollFunctions,
	{ place, options }: Settings,
	memory: WatchMemory,
	watch: string,
	{ started, deadline }: { started: number; deadline: number },
): Promise<Output> {
	const saved = savedOf(context, watch);
	if (saved.isOfAnother) memory.newest = undefined;
	const from = stateToPoll(saved, memory, isDurable(context) ? 'durable' : 'shared', started);
	if (from === 'stale') return null;
	const { newest } = memory;
	const isKnown = saved.revision !== undefined || saved.isOfAnother;
	const anew = from === undefined && isKnown;
	const validator = validatorFor(from, memory.lastRead, options, started);
	// A read ends when whoever opened it must end: not shared with those who have another time.
	const time = Math.round((deadline - started) / 10_000);
	const what = `${place.account} ${options.report.id} ${JSON.stringify(validator)} ${time}`;
	let lastRead = memory.lastRead;
	const result = await readReport(
		context,
		place,
		options,
		deadline,
		async (body) => {
			if (body === undefined) return pollUnchanged(from!);
			lastRead = { validator: body.validator, at: started };
			return await poll(from, body.bytes, { ...options, anew });
		},
		// A new watch begins with the report as it is now.
		{ validator, ...(from && { reader: { name: nameOf(context), what } }) },
	);
	const seen = await lookAtReport(context, { place, options }, memory, deadline, result);
	memory.lastRead = lastRead && { ...lastRead, state: seen.state };
	// A poll that outlived its time, and was followed by another.
	if (memory.newest !== newest) return null;
	return handOver(context, { options, watch, memory, from }, seen);
}

/** From time to time a poll also looks whether the report itself was changed in Pendo. */
async function lookAtReport(
	context: IPollFunctions,
	{ place, options: { report } }: Settings,
	memory: WatchMemory,
	deadline: number,
	result: PollResult,
): Promise<PollResult> {
	const now = uptime();
	if (now - memory.lookedAt < LOOK_EVERY || deadline - now < LOOK_LIMIT) return result;
	memory.lookedAt = now;
	const fetch = async () => await fetchReports(context, LOOK_LIMIT);
	return await withListing(
		result,
		report,
		async () => await lists.read({ what: place.account, id: report.id }, fetch),
	);
}

interface Polled {
	readonly options: PollOptions;
	readonly watch: string;
	readonly memory: WatchMemory;
	readonly from: WatchState | undefined;
}

/** Everything has gone well: the one assignment that makes it count, then what the workflow gets. */
function handOver(
	context: IPollFunctions,
	{ options, watch, memory, from }: Polled,
	result: PollResult,
): Output {
	if (isSuperseded(context)) return null;
	const now = uptime();
	const report = reportNamed(options.report, result.state);
	const notices = afterSuccess(memory.health, result, { report, now });
	const data = context.getWorkflowStaticData('node');
	const changed = !isSameState(data.watch, result.state);
	if (changed) data.watch = result.state as unknown as IDataObject;
	mark(context, watch, result.state);
	const silent = result.events.length === 0 && notices.length === 0;
	// A notice alone may be lost: what it was found from must not be polled from once more.
	const fires = result.events.length > 0 || (from && result.state.revision > from.revision);
	const handover = fires ? { from } : memory.newest?.handover;
	memory.newest = { state: result.state, at: now, handover };
	const certain = handover ? handover.from : result.state;
	if (certain) spread(context, watch, certain);
	memory.health = HEALTHY;
	ownMemory(context, NO_WATCH).health = HEALTHY;
	memory.notBefore = 0;
	if (!silent) {
		memory.savedQuietlyAt = now;
		onceEmitted(context, () => {
			// A cursor may still be refused.
			if (!isKeptByName(context)) return;
			memory.newest = { state: result.state, at: now };
			spread(context, watch, result.state);
		});
		return [result.events.map(asItem), notices.map(asNoticeItem)];
	}
	const saveQuietly =
		changed &&
		!isDurable(context) &&
		activated.has(context) &&
		(context.getNodeParameter('saveQuietChanges', false) as boolean) &&
		now - memory.savedQuietlyAt >= QUIET_SAVE_EVERY;
	if (!saveQuietly) return null;
	memory.savedQuietlyAt = now;
	return [[], []];
}

/**
 * A failed poll changes no state. It is told once per cause; the first poll of an activation throws
 * only while a person publishes and only for what that person must mend: n8n gives a trigger up for
 * good after five such throws.
 */
function failed(
	context: IPollFunctions,
	memory: WatchMemory,
	failure: Failure,
	options: PollOptions | undefined,
): Output {
	if (isSuperseded(context)) return null;
	const now = uptime();
	memory.notBefore = now + (failure.answer.retryAfterMs ?? 0);
	const chosen = options?.report ?? { id: '', name: context.getNode().name };
	const report = reportNamed(chosen, memory.newest?.state);
	const followed = memory.newest !== undefined;
	const after = afterFailure(memory.health, failure, { report, followed, now });
	if (isActivation(context)) {
		if (isByPerson(context) && !failure.transient) throw failure;
		// Nobody was told of it.
		const { told, noticedAt } = memory.health;
		memory.health = { ...after.health, told, noticedAt };
		return null;
	}
	memory.health = after.health;
	// An error and items cannot both be the answer of a poll.
	if (after.tell && after.notices.length > 0) context.__emit([[], after.notices.map(asNoticeItem)]);
	if (after.tell) throw failure;
	return after.notices.length > 0 ? [[], after.notices.map(asNoticeItem)] : null;
}

function asItem({ row, pendo }: DetectedRow): INodeExecutionData {
	return { json: { ...row, pendo } as unknown as IDataObject };
}

function asNoticeItem(notice: Notice): INodeExecutionData {
	return { json: { ...notice } as unknown as IDataObject };
}
