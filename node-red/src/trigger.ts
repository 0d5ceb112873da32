import type { Node, NodeAPI, NodeMessage, NodeMessageInFlow } from 'node-red';
import { Failure } from '../../core/pendo';
import { checkOptions, type DetectedRow, type Notice, type SubjectKind } from '../../core/watch';
import {
	choicesOf,
	intervalOf,
	releasePerSecondOf,
	reportIdOf,
	type TriggerParameters,
} from './parameters';
import type { ConfigNode } from './config';
import { accountOf } from './pendo-client';
import { problemFor } from './problem';
import { PollFailed, Watcher, type Listener, type WatcherSettings } from './watcher';
import { storeOf } from './watch-store';

type Send = (msg: Array<NodeMessage | NodeMessage[] | null>) => void;
type Translate = NodeAPI['_'];

const TYPES = { visitor: 'pendo-visitor-in-report', account: 'pendo-account-in-report' } as const;

/** Registers the node that follows a report of one kind. */
export function registerTrigger(RED: NodeAPI, kind: SubjectKind): void {
	const unconfigured = new Map<Node, Error>();
	RED.nodes.registerType(TYPES[kind], function (this: Node, parameters: TriggerParameters): void {
		RED.nodes.createNode(this, parameters);
		const problem = follow(RED, this, parameters, kind);
		if (problem) unconfigured.set(this, problem);
	});
	// Before that, Catch nodes do not hear.
	RED.events.on('flows:started', () => {
		for (const [node, problem] of unconfigured) node.error(problem, {});
		unconfigured.clear();
	});
}

/** Answers what keeps the node from following anything. */
function follow(
	RED: NodeAPI,
	node: Node,
	parameters: TriggerParameters,
	kind: SubjectKind,
): Error | undefined {
	let settings: WatcherSettings;
	try {
		settings = settingsOf(RED, node, parameters, kind);
	} catch (problem) {
		node.status({ fill: 'red', shape: 'ring', text: RED._('status.unconfigured') });
		const error = problemFor(RED, problem);
		node.on('input', (_msg, _send, done) => done(error));
		return error;
	}
	const watcher = new Watcher(settings, listenerOf(RED, node), (problem) =>
		node.error(problemFor(RED, problem), { topic: settings.options.report.id }),
	);
	node.on('input', (msg, send, done) => {
		act(watcher, msg, send).then(
			() => done(),
			(problem: unknown) => {
				if (watcher.isClosed) return;
				if (!(problem instanceof PollFailed)) done(problemFor(RED, problem));
				else if (problem.takeTurnToTell()) done(problemFor(RED, problem.problem));
				else done();
			},
		);
	});
	// A listener with exactly these two is told when it may take its time.
	node.on('close', (_removed: boolean, done: () => void) => {
		watcher.close().then(done, done);
	});
	watcher.start();
	return undefined;
}

/** @throws Failure, or an Error in the words of the editor's language */
function settingsOf(
	RED: NodeAPI,
	node: Node,
	parameters: TriggerParameters,
	kind: SubjectKind,
): WatcherSettings {
	const config = RED.nodes.getNode(parameters.pendo ?? '') as ConfigNode | null;
	if (!config) throw new Error(RED._('error.noConfig'));
	const id = reportIdOf(parameters);
	if (id === '') throw new Error(RED._('error.noReport'));
	const account = accountOf(config, config.credentials.apiKey);
	const report = { id, name: parameters.reportName?.trim() || id };
	const choices = choicesOf(parameters, kind);
	checkOptions(choices);
	return {
		nodeId: node.id,
		account,
		options: { kind, report, ...choices },
		interval: intervalOf(parameters),
		releasePerSecond: releasePerSecondOf(parameters),
		store: storeOf(RED, node, parameters.contextStore ?? ''),
	};
}

/** What an input message asks for; any other one polls now. */
async function act(watcher: Watcher, msg: NodeMessageInFlow, send: Send): Promise<void> {
	switch (msg.topic) {
		case 'test':
			return send([(await watcher.test()).map(eventMessage), null]);
		case 'reset':
			return await watcher.reset();
		case 'status':
			return send([null, noticeMessage(statusOf(watcher))]);
		case 'release':
			if ((await watcher.release()) > 0) return;
			return send([null, noticeMessage(nothingHeld('released', watcher.report))]);
		case 'discard':
			if ((await watcher.discard()) > 0) return;
			return send([null, noticeMessage(nothingHeld('discarded', watcher.report))]);
		default:
			return await watcher.poll(true);
	}
}

function listenerOf(RED: NodeAPI, node: Node): Listener {
	const show = (fill: 'red' | 'yellow' | 'green' | 'blue', shape: 'ring' | 'dot', text: string) =>
		node.status({ fill, shape, text });
	return {
		send(events, notices) {
			node.send([events.map(eventMessage), notices.map(noticeMessage)]);
		},
		polling() {
			show('blue', 'ring', RED._('status.polling'));
		},
		resting({ next, sent, held, releasing }) {
			if (releasing) show('yellow', 'dot', RED._('status.releasing', { n: held }));
			else if (held > 0) show('yellow', 'dot', RED._('status.held', { n: held }));
			else if (sent > 0) show('green', 'dot', sentText(RED._, sent));
			else show('green', 'ring', RED._('status.waiting', { time: timeOfDay(next) }));
		},
		failing(problem, since) {
			const why = RED._(`why.${problem instanceof Failure ? problem.code : 'storage'}`);
			const passing = problem instanceof Failure && problem.transient;
			const text = RED._('status.failing', { time: timeOfDay(since), why });
			show(passing ? 'yellow' : 'red', 'ring', text);
		},
	};
}

function sentText(translate: Translate, n: number): string {
	return translate('status.events', { n, time: timeOfDay(Date.now()) });
}

function timeOfDay(time: number): string {
	return new Date(time).toTimeString().slice(0, 5);
}

function eventMessage({ row, pendo }: DetectedRow): NodeMessage {
	return { topic: pendo.subject.id, payload: row, pendo };
}

function noticeMessage(notice: Notice | OwnNotice): NodeMessage {
	return { topic: notice.notice, payload: notice };
}

/** An answer to a message, in the shape of a notice. */
type OwnNotice = Omit<Notice, 'notice'> & {
	notice: 'status' | 'released' | 'discarded';
	nextPollAt?: string;
	lastReadAt?: string;
};

function nothingHeld(notice: 'released' | 'discarded', report: Notice['report']): OwnNotice {
	return {
		notice,
		title: `Nothing is held for "${report.name}"`,
		text: 'No events wait to be released or discarded.',
		severity: 'info',
		report,
		counts: { held: 0 },
		samples: [],
		next: 'Nothing to do.',
	};
}

function statusOf(watcher: Watcher): OwnNotice {
	const { report } = watcher;
	const { failures, since } = watcher.health;
	const { held, releasing } = watcher.standing;
	const well = failures === 0;
	const reading = well
		? 'The last poll went well, or none was made yet.'
		: `${failures} polls in a row have failed since ${new Date(since).toISOString()}.`;
	const waiting = releasing
		? `${held} held events are being sent, one after the other.`
		: `${held} events are held.`;
	return {
		notice: 'status',
		title: well ? `"${report.name}" is followed` : `"${report.name}" cannot be read`,
		text: `${reading} ${waiting}`,
		severity: well ? 'info' : 'warning',
		report,
		counts: { failures, held },
		samples: [],
		next:
			held > 0 && !releasing
				? 'Send the node a message with the topic "release" or "discard".'
				: 'Nothing to do.',
		nextPollAt: isoTime(watcher.nextAt),
		lastReadAt: isoTime(watcher.lastReadAt),
	};
}

function isoTime(time: number): string | undefined {
	return time === 0 ? undefined : new Date(time).toISOString();
}
