import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
	GUIDE_IDS,
	NPS_COMMENT_POLL,
	NPS_POLL,
	READ_WRITE_KEY,
	SEGMENT_IDS,
	startEmulator,
	type Emulator,
} from '../../emulator/server';
import { ensureEngine } from '../../scripts/engines';
import { startNodeRed, type NodeRedFlow, type RunningNodeRed } from '../../scripts/node-red';
import { ensureNodeRedPackage } from '../../scripts/node-red-package';
import { waitFor } from './support/scene';

jest.setTimeout(60_000);

const examples = join(__dirname, '..', '..', 'node-red', 'examples');
const userDir = mkdtempSync(join(tmpdir(), 'pendo-nodes-examples-'));
const reportFolder = join(userDir, 'reports');

/** Reports of their own for each deploy: one that was read a moment ago is not read again. */
let visitors: string;
let accounts: string;
let deploys = 0;
let emulator: Emulator;
let nodeRed: RunningNodeRed;
let start: () => Promise<RunningNodeRed>;
let crm: Server;
/** Who is in the list that a segment follows. */
let listed: Array<{ id: string }> = [];
/** Which ticket is refused. */
let refusedTicket: string | undefined;
/** What the CRM, or another service, was asked, as `POST /path`, and with which body. */
const asked: Array<{ what: string; key: unknown; body: Record<string, unknown> }> = [];

beforeAll(async () => {
	const [engine, { modules }] = [await ensureEngine('node-red-5'), await ensureNodeRedPackage()];
	emulator = await startEmulator({ paused: true });
	crm = createServer((request, response) => {
		let text = '';
		request.on('data', (chunk) => (text += chunk));
		request.on('end', () => {
			const body = JSON.parse(text || '{}') as Record<string, unknown>;
			const key = request.headers['idempotency-key'];
			asked.push({ what: `${request.method} ${request.url}`, key, body });
			response.setHeader('content-type', 'application/json');
			if (refusedTicket !== undefined && body.externalId === refusedTicket)
				response.statusCode = 503;
			if (request.url === '/visitors') return response.end(JSON.stringify(listed));
			const total = body.externalId === 'known' ? 1 : 0;
			response.end(JSON.stringify({ total, id: `crm-${String(body.externalId)}` }));
		});
	});
	await new Promise<void>((done) => crm.listen(0, '127.0.0.1', done));
	const { port } = crm.address() as AddressInfo;
	const env = {
		CHAT_WEBHOOK: `${emulator.url}/emulator/inbox`,
		CRM_URL: `http://127.0.0.1:${port}`,
		LIST_URL: `http://127.0.0.1:${port}/visitors`,
		REPORT_FOLDER: reportFolder,
		SEGMENT_ID: SEGMENT_IDS.uploaded,
		TICKET_URL: `http://127.0.0.1:${port}/tickets`,
		WATCHDOG_URL: `http://127.0.0.1:${port}/alive`,
	};
	// As the comments in two of the examples ask for.
	const settings = `contextStorage: {
		default: { module: 'memory' },
		safe: { module: 'localfilesystem', config: { cache: false } },
	},`;
	start = () => startNodeRed({ engine, userDir, modules, env, settings });
	nodeRed = await start();
}, 300_000);

afterAll(async () => {
	await nodeRed?.stop();
	await emulator?.close();
	crm?.close();
	rmSync(userDir, { recursive: true, force: true });
});

function flowOf(example: string): NodeRedFlow[] {
	return JSON.parse(readFileSync(join(examples, `${example}.json`), 'utf8')) as NodeRedFlow[];
}

/** Does what the comment in the example asks for: a key and reports; polls each second and releases fast. */
async function deployExample(name: string): Promise<void> {
	// Otherwise a poll of the flow before is taken for the first one of this.
	await nodeRed.deploy([]);
	emulator.control.clearInbox();
	emulator.control.clearRequests();
	deploys++;
	visitors = `visitors-${deploys}`;
	accounts = `accounts-${deploys}`;
	const make = (id: string, type: string) =>
		emulator.control.createReport({ id, name: `${type}s of interest`, type, generated: 5 }).name;
	const visitorChoice = { report: visitors, reportName: make(visitors, 'Visitor') };
	const accountChoice = { report: accounts, reportName: make(accounts, 'Account') };
	const flow = flowOf(name);
	const place = {
		...{ region: 'custom', baseUrl: emulator.url },
		credentials: { apiKey: READ_WRITE_KEY },
	};
	const fast = { interval: 1, intervalUnit: 's', releasePerSecond: 50 };
	const picked: Record<string, string> = { reportId: visitors, guideId: GUIDE_IDS.nps };
	const filled = (parameters: NodeRedFlow['parameters']) =>
		Object.fromEntries(
			Object.entries(parameters as Record<string, { type: string; value: string }>).map(
				([name, input]) => [
					name,
					input.type === 'pick' ? { ...input, value: picked[name] } : input,
				],
			),
		);
	await nodeRed.deploy(
		flow.map((node) => {
			if (node.type === 'pendo-config') return { ...node, ...place };
			if (node.type === 'pendo-visitor-in-report') return { ...node, ...visitorChoice, ...fast };
			if (node.type === 'pendo-account-in-report') return { ...node, ...accountChoice, ...fast };
			if (node.type === 'pendo-request') return { ...node, parameters: filled(node.parameters) };
			return node;
		}),
	);
	const followed = flow.filter(({ type }) => type.endsWith('-in-report')).length;
	const read = () =>
		emulator.control.requests().filter(({ kind, done }) => kind === 'results' && done).length;
	await waitFor(() => read() >= followed, 'the first poll');
}

async function eventually(condition: () => Promise<boolean>, what: string): Promise<void> {
	const deadline = Date.now() + 20_000;
	while (!(await condition())) {
		if (Date.now() > deadline) throw new Error(`${what} did not happen`);
		await sleep(100);
	}
}

function posted(): string[] {
	return emulator.control.inbox().map(({ body }) => (body as { text: string }).text);
}

async function postToPendo(path: string, body: object): Promise<Response> {
	return await fetch(emulator.url + path, {
		method: 'POST',
		headers: {
			'x-pendo-integration-key': READ_WRITE_KEY,
			'content-type': 'application/json',
		},
		body: JSON.stringify(body),
	});
}

async function makeField(kind: string, field: object): Promise<void> {
	await postToPendo(`/api/v1/metadata/schema/${kind}/custom`, [field]);
}

/** The ticket for each score from 0 to 6 of the last 7 days, with the comment beside it; the newest first. */
async function ticketsDue(): Promise<{ externalId: string; description: string }[]> {
	const source = {
		pollEvents: { guideId: GUIDE_IDS.nps },
		timeSeries: { period: 'dayRange', first: 'now()', count: -7 },
	};
	const pipeline = [{ source }, { sort: ['-browserTime'] }];
	const answer = await postToPendo('/api/v1/aggregation', { request: { pipeline } });
	const { results } = (await answer.json()) as {
		results: Array<Record<'visitorId' | 'pollId' | 'browserTime' | 'pollResponse', unknown>>;
	};
	const comments = results.filter(({ pollId }) => pollId === NPS_COMMENT_POLL);
	return results
		.filter(({ pollId, pollResponse }) => pollId === NPS_POLL && Number(pollResponse) <= 6)
		.map(({ visitorId, pollId, browserTime }) => {
			const comment = comments.find((other) => other.visitorId === visitorId);
			const description = String(comment?.pollResponse ?? '');
			return { externalId: [visitorId, pollId, browserTime].join(' '), description };
		});
}

function scoreOf(visitorId: string): unknown {
	const { metadata } = emulator.control.visitor(visitorId) as {
		metadata: { custom?: { score?: unknown } };
	};
	return metadata.custom?.score;
}

async function readOnceThere(file: string): Promise<string> {
	let text = '';
	await eventually(() => {
		text = existsSync(file) ? readFileSync(file, 'utf8') : '';
		return Promise.resolve(text !== '');
	}, 'the file');
	return text;
}

/** The node of this name; the trigger of an example has none. */
function idOf(flow: string, name: string): string {
	const named = flowOf(flow).filter((node) => node.name === name);
	return (name === '' ? named.find(({ type }) => type.endsWith('-in-report')) : named[0])!.id;
}

describe('The example', () => {
	it('"new visitor to chat" posts who is new, and what is wrong', async () => {
		await deployExample('new-visitor-to-chat');
		emulator.control.enter(visitors, { rows: [{ visitorId: 'kim' }] });
		await waitFor(() => posted().length > 0, 'the message');
		expect(posted()).toEqual(['kim is new in "Visitors of interest"']);
		await nodeRed.inject(idOf('new-visitor-to-chat', 'test with sample rows'));
		await waitFor(() => posted().length > 1, 'the samples');
		expect(posted()[1]).toContain('(only a test)');
		emulator.control.clearInbox();
		emulator.control.deleteReport(visitors);
		await waitFor(() => posted().some((text) => text.includes('404')), 'the failure');
	});

	it('"churn risk to chat" tells who is at risk and on which plan, also where the look-up fails', async () => {
		await deployExample('churn-risk-to-chat');
		emulator.control.enter(visitors, {
			rows: [
				{
					visitorId: 'kim',
					visitor_agent_email: 'kim@example.test',
					visitor_agent_plan: 'enterprise',
				},
			],
		});
		await waitFor(() => posted().length > 0, 'the message');
		expect(posted()).toEqual([
			'kim@example.test (plan enterprise) is at risk: now in "Visitors of interest"',
		]);
		emulator.control.addFault({
			match: { path: '/api/v1/visitor/' },
			fault: { type: 'status', status: 404 },
		});
		emulator.control.enter(visitors, { rows: [{ visitorId: 'lee' }] });
		await waitFor(() => posted().length > 1, 'the other message');
		expect(posted()[1]).toBe('lee is at risk: now in "Visitors of interest"');
		await nodeRed.inject(idOf('churn-risk-to-chat', 'test with sample rows'));
		await waitFor(() => posted().length > 2, 'the samples');
		expect(posted()[2]).toContain('(only a test)');
	});

	it('"new account to CRM" makes an account that the CRM does not know, and tells Pendo its id', async () => {
		await makeField('account', { name: 'crm_id', displayname: 'CRM id', type: 'string' });
		await deployExample('new-account-to-crm');
		emulator.control.enter(accounts, {
			rows: [{ accountId: 'known' }, { accountId: 'acme', account_agent_name: 'Acme' }],
		});
		await waitFor(() => asked.some(({ what }) => what === 'POST /companies'), 'the company');
		const searched = asked.filter(({ what }) => what === 'POST /companies/search');
		expect(searched.map(({ body }) => body.externalId)).toEqual(['known', 'acme']);
		const made = asked.filter(({ what }) => what === 'POST /companies');
		expect(made.map(({ body }) => body)).toEqual([{ externalId: 'acme', name: 'Acme' }]);
		expect(made[0]!.key).toMatch(/^[\w-]{10,}$/);
		const writtenBack = () => {
			const { metadata } = emulator.control.account('acme') as {
				metadata: { custom?: { crm_id?: string } };
			};
			return metadata.custom?.crm_id;
		};
		await waitFor(() => writtenBack() !== undefined, 'the write-back');
		expect(writtenBack()).toBe('crm-acme');
	});

	it('"write back metadata" scores who is new at once, and everybody on request', async () => {
		await deployExample('write-back-metadata');
		emulator.control.enter(visitors, { rows: [{ visitorId: 'kim', plan: 'enterprise' }] });
		await waitFor(() => scoreOf('kim') === 90, 'the score of the newcomer');
		await nodeRed.inject(idOf('write-back-metadata', 'each day at 6:00'));
		const others = emulator.control.rows(visitors) as { visitorId: string }[];
		expect(others).toHaveLength(6);
		await waitFor(
			() => others.every(({ visitorId }) => scoreOf(visitorId) !== undefined),
			'the scores of all',
		);
	});

	it('"NPS detractor to ticket" opens one for each low score, and tries again what was refused', async () => {
		await deployExample('nps-detractor-to-ticket');
		const button = idOf('nps-detractor-to-ticket', 'each hour');
		const due = await ticketsDue();
		const opened = () =>
			asked.filter(({ what }) => what === 'POST /tickets').map(({ body }) => body);
		// The oldest, which comes last where all are told again.
		refusedTicket = due.at(-1)!.externalId;
		await nodeRed.inject(button);
		await waitFor(() => opened().length >= due.length, 'the tickets');
		expect(opened()).toHaveLength(due.length);
		for (const ticket of due)
			expect(opened()).toContainEqual(
				expect.objectContaining({ ...ticket, subject: expect.stringMatching(/^NPS [0-6] by ./) }),
			);

		const tab = flowOf('nps-detractor-to-ticket').find(({ type }) => type === 'tab')!;
		const file = join(userDir, 'context', tab.id, 'flow.json');
		const remembered = () => {
			const text = existsSync(file) ? readFileSync(file, 'utf8') : '{}';
			return (JSON.parse(text) as { ticketed?: string[] }).ticketed?.length ?? 0;
		};
		await waitFor(() => remembered() === due.length - 1, 'the memory');
		await nodeRed.stop();
		nodeRed = await start();
		refusedTicket = undefined;
		await nodeRed.inject(button);
		await waitFor(() => remembered() === due.length, 'the last ticket');
		expect(opened().slice(due.length)).toEqual([expect.objectContaining(due.at(-1)!)]);
	});

	it('"weekly report to a spreadsheet" saves the report as one file, marked as UTF-8', async () => {
		await deployExample('weekly-report-to-spreadsheet');
		emulator.control.enter(visitors, { rows: [{ visitorId: 'Zoë' }] });
		const answer = await fetch(`${emulator.url}/api/v1/report/${visitors}/results.csv`, {
			headers: { 'x-pendo-integration-key': READ_WRITE_KEY },
		});
		const csv = await answer.text();
		expect(csv).toContain('Zoë');
		const files = () => (existsSync(reportFolder) ? readdirSync(reportFolder) : []);
		const isSaved = (name: string) =>
			readFileSync(join(reportFolder, name), 'utf8') === `\ufeff${csv}`;
		for (const csvByteOrderMark of ['present', 'absent'] as const) {
			rmSync(reportFolder, { recursive: true, force: true });
			emulator.control.setVariants({ csvByteOrderMark });
			await nodeRed.inject(idOf('weekly-report-to-spreadsheet', 'Mondays at 8:00'));
			await waitFor(() => files().some(isSaved), 'the file');
			expect(files()).toEqual([
				expect.stringMatching(/^\d{4}-\d\d-\d\d-report-visitors-\d+\.csv$/),
			]);
		}
	});

	it('"segment from list" adds who is missing and takes out the others, and never empties it', async () => {
		emulator.control.setDelays({ exportReadyAfter: 0 });
		await deployExample('segment-from-list');
		const members = () => emulator.control.segmentVisitors(SEGMENT_IDS.uploaded).sort();
		const requests = (method: string, end: string) =>
			emulator.control
				.requests()
				.filter(
					(request) => request.method === method && request.path.endsWith(end) && request.done,
				);
		const changes = () => requests('PATCH', '/visitor').length;
		const reads = () => requests('GET', '/results/csv').length;
		const follow = async (...ids: string[]) => {
			listed = ids.map((id) => ({ id }));
			const before = reads();
			await nodeRed.inject(idOf('segment-from-list', 'every 6 hours'));
			await waitFor(() => reads() > before, 'the comparison');
		};
		expect(members()).toEqual(['Kim+Test@Example.test', 'u-1001']);
		await follow('u-1001', 'u-1002');
		await waitFor(() => changes() === 2, 'the changes');
		expect(members()).toEqual(['u-1001', 'u-1002']);
		await follow('u-1002', 'u-1001');
		await follow();
		await follow('u-1002');
		await waitFor(() => changes() > 2, 'the next change');
		expect(members()).toEqual(['u-1002']);
		expect(changes()).toBe(3);
	});

	it('"held events review" asks in the chat, and one button releases them, another drops them', async () => {
		await deployExample('held-events-review');
		emulator.control.enter(visitors, { count: 120 });
		await waitFor(() => posted().length > 0, 'the question');
		expect(posted()).toHaveLength(1);
		expect(posted()[0]).toMatch(/^120 events of "Visitors of interest" are held/);
		await nodeRed.inject(idOf('held-events-review', 'how many are held?'));
		await waitFor(() => posted().length > 1, 'the status');
		expect(posted()[1]).toContain('120 events are held');
		await nodeRed.inject(idOf('held-events-review', 'release them'));
		const said = () => posted().filter((text) => text.includes(' is new in '));
		await waitFor(() => said().length >= 120, 'the events');
		await waitFor(() => posted().some((text) => text.startsWith('Nothing is held')), 'the end');
		expect(new Set(said()).size).toBe(120);

		emulator.control.clearInbox();
		emulator.control.enter(visitors, { count: 110 });
		await waitFor(() => posted().length > 0, 'the second question');
		await nodeRed.inject(idOf('held-events-review', 'discard them'));
		await waitFor(() => posted().length > 1, 'the answer');
		expect(posted()[1]).toMatch(/^110 events of "Visitors of interest" were discarded/);
	});

	it('"watchdog" gives a sign of life only as long as the report is read', async () => {
		await deployExample('watchdog');
		const button = idOf('watchdog', 'every 10 minutes');
		const signs = () => asked.filter(({ what }) => what === 'GET /alive').length;
		await eventually(async () => {
			await nodeRed.inject(button);
			return signs() > 0;
		}, 'the sign of life');
		emulator.control.deleteReport(visitors);
		emulator.control.clearRequests();
		const refused = () => emulator.control.requests().filter(({ status }) => status === 404);
		await waitFor(() => refused().length > 1, 'the failure');
		const before = signs();
		await nodeRed.inject(button);
		const polls = refused().length;
		await waitFor(() => refused().length > polls, 'another failure');
		expect(signs()).toBe(before);
		emulator.control.createReport({ id: visitors, name: 'Visitors of interest', generated: 5 });
		await eventually(async () => {
			await nodeRed.inject(button);
			return signs() > before;
		}, 'the next sign of life');
	});

	it('"drop repeats" passes an event on once, also when a crash makes it come again', async () => {
		await deployExample('drop-repeats');
		const file = join(userDir, 'pendo-watches', `${idOf('drop-repeats', '')}.json`);
		const revision = () =>
			(JSON.parse(readFileSync(file, 'utf8')) as { revision: number }).revision;
		const before = await readOnceThere(file);
		const first = revision();
		emulator.control.enter(visitors, { rows: [{ visitorId: 'kim' }] });
		await waitFor(() => posted().length > 0 && revision() > first, 'the event');
		await nodeRed.stop();
		// As if the crash had come between sending and saving.
		writeFileSync(file, before);
		nodeRed = await start();
		await waitFor(() => revision() > first, 'the same event again');
		emulator.control.enter(visitors, { rows: [{ visitorId: 'lee' }] });
		await waitFor(() => posted().some((text) => text.startsWith('lee')), 'the next event');
		const name = 'Visitors of interest';
		expect(posted()).toEqual([`kim is new in "${name}"`, `lee is new in "${name}"`]);
	});

	it('"daily digest" posts all who appeared or left, once', async () => {
		await deployExample('daily-digest');
		emulator.control.enter(visitors, { rows: [{ visitorId: 'kim' }, { visitorId: 'lee' }] });
		const digest = idOf('daily-digest', 'weekdays at 9:00');
		const names = () => posted().flatMap((text) => text.match(/^- .*/gm) ?? []);
		// An empty digest is not posted.
		await eventually(async () => {
			await nodeRed.inject(digest);
			return names().length >= 2;
		}, 'the digest');
		emulator.control.leave(visitors, { ids: ['lee'] });
		await eventually(async () => {
			await nodeRed.inject(digest);
			return names().length >= 3;
		}, 'the next digest');
		await nodeRed.inject(digest);
		expect(names()).toEqual(['- kim', '- lee', '- lee']);
		expect(posted().at(-1)).toContain('Left: 1');
	});

	it('"dashboard of watch status" shows each watch, and its failures', async () => {
		await deployExample('watch-status-dashboard');
		const page = async () => await (await fetch(`${nodeRed.url}/pendo-watches`)).text();
		await eventually(async () => /Visitors<\/td><td>[^<]+/.test(await page()), 'the first status');
		await eventually(async () => /Accounts<\/td><td>[^<]+/.test(await page()), 'the other status');
		emulator.control.deleteReport(accounts);
		await eventually(async () => (await page()).includes('404'), 'the failure');
		expect(await page()).not.toContain(READ_WRITE_KEY);
	});
});
