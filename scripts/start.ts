import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { REGIONS } from '../core/pendo/regions';
import { READ_WRITE_KEY, REPORT_IDS, startEmulator, type Emulator } from '../emulator/server';
import { ensureEngine } from './engines';
import { fillExample, redirectChat, triggerType } from './example';
import { startN8n, type RunningN8n } from './n8n';
import { N8nClient, type Account, type Workflow } from './n8n-client';
import { ensurePackage } from './package';
import { findFreePort } from './ports';
import { cacheFolder } from './project';
import { refuseSecond } from './running';
import { startOnNodeRed } from './start-node-red';

const credentialName = 'Pendo API';
const pollEverySeconds = 5;
const usualPorts = { n8n: 5678, emulator: 8797 };

const key = process.env.PENDO_INTEGRATION_KEY;
const region = process.env.PENDO_REGION ?? 'us';
// Real Pendo has a folder of its own: the example's watch must not start polling it.
const folder = join(cacheFolder, 'start', key ? 'n8n-real' : 'n8n');

const runningFile = join(folder, 'running');

let n8n: RunningN8n | undefined;
let emulator: Emulator | undefined;
const stops: (() => Promise<unknown>)[] = [];

/** What was started last is stopped first. */
function stopLater(stop: () => Promise<unknown>): void {
	stops.unshift(stop);
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			json: { type: 'boolean', default: false },
			'node-red': { type: 'boolean', default: false },
		},
	});
	if (!REGIONS.some(({ id }) => id === region))
		throw new Error(`PENDO_REGION is one of ${REGIONS.map(({ id }) => id).join(', ')}.`);
	stopOnSignals();
	if (values['node-red']) {
		await startOnNodeRed({ key, region, json: values.json, stopLater });
		return;
	}
	mkdirSync(folder, { recursive: true });
	await refuseSecond(runningFile, '/healthz');
	const engine = await ensureEngine('n8n-2');
	const tarball = await ensurePackage();
	if (!key) emulator = await startEmulator({ port: await findFreePort(usualPorts.emulator) });
	const port = await findFreePort(usualPorts.n8n);
	tell(`Starting n8n on port ${port}.`);
	const account = ownerAccount();
	n8n = await startN8n({ engine, userFolder: folder, port, tarball });
	writeFileSync(runningFile, n8n.url);
	const client = new N8nClient(n8n.url);
	await client.signInAsOwner(account);
	const credential = await setCredential(client);
	const workflow = await setExample(client, credential);
	const editor = `${n8n.url}/workflow/${workflow.id}`;
	if (values.json)
		console.log(JSON.stringify({ url: n8n.url, editor, emulator: emulator?.url, ...account }));
	else console.log(describe(editor, account, await countReports(client, credential)));
}

function ownerAccount(): Account {
	const file = join(folder, 'account.json');
	if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Account;
	// n8n wants a digit and a capital letter in it.
	const password = `Pn1-${randomBytes(9).toString('base64url')}`;
	const account = { email: 'owner@pendo-nodes.example', password };
	writeFileSync(file, JSON.stringify(account), { mode: 0o600 });
	return account;
}

async function setCredential(client: N8nClient): Promise<{ id: string; name: string }> {
	const data = emulator
		? { region: 'custom', baseUrl: emulator.url, apiKey: READ_WRITE_KEY }
		: { region, apiKey: key };
	const known = (await client.credentials()).find(({ name }) => name === credentialName);
	if (known) await client.updateCredential(known.id, credentialName, 'pendoApi', data);
	const { id } = known ?? (await client.createCredential(credentialName, 'pendoApi', data));
	return { id, name: credentialName };
}

async function setExample(
	client: N8nClient,
	credential: { id: string; name: string },
): Promise<Workflow> {
	const chat = emulator && `${emulator.url}/emulator/inbox`;
	const report = emulator && { id: REPORT_IDS.livingVisitors, name: 'Trial users, week 1' };
	const draft = fillExample({
		credential,
		report,
		chat,
		pollEverySeconds: emulator && pollEverySeconds,
	});
	const known = (await client.workflows()).find(({ name }) => name === draft.name);
	if (!known) {
		const made = await client.createWorkflow(draft);
		if (emulator) await client.publishAndWait(made.id);
		return made;
	}
	const existing = await client.workflow(known.id);
	const nodes = chat ? redirectChat(existing.nodes, chat) : existing.nodes;
	if (JSON.stringify(nodes) !== JSON.stringify(existing.nodes)) {
		await client.saveWorkflow(existing.id, { nodes });
		await client.publishAndWait(existing.id);
	}
	return existing;
}

async function countReports(
	client: N8nClient,
	credential: { id: string; name: string },
): Promise<string> {
	if (emulator) return '';
	const found = await client
		.searchList({
			nodeType: triggerType,
			methodName: 'searchReports',
			parameter: 'report',
			credentials: { pendoApi: credential },
		})
		.catch((error: Error) => error);
	if (found instanceof Error)
		return `Pendo's reports could not be listed: ${found.message.replaceAll(key ?? '\0', '(key)')}`;
	const more = found.paginationToken ? 'the first ' : '';
	return `Pendo answered with ${more}${found.results.length} visitor reports.`;
}

function describe(editor: string, { email, password }: Account, reports: string): string {
	const signIn = `  n8n         ${editor}\n  sign in     ${email}\n  password    ${password}`;
	if (!emulator)
		return `
n8n runs with n8n-nodes-pendo and your Pendo key (region ${region}).

${signIn}

${reports}
Open the trigger, choose a report, press "Fetch Test Event", then publish the workflow.
Ctrl-C stops n8n.`;
	return `
n8n runs with n8n-nodes-pendo, on a Pendo that lives on this computer.

${signIn}

  Pendo       ${emulator.url}
              its reports, who is in them, and the inbox where chat messages arrive

What to watch for: about every 20 seconds somebody enters the report "Trial users, week 1".
Within ${pollEverySeconds} seconds the workflow has a new execution (tab Executions), and the inbox a message.
On the Pendo page you can add and remove people yourself, or let Pendo fail.
Ctrl-C stops both.`;
}

function stopOnSignals(): void {
	let firstAt: number | undefined;
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => {
			// npm, a terminal and the bootstrap may each hand on the same Ctrl-C.
			if (firstAt !== undefined && Date.now() - firstAt < 1000) return;
			if (firstAt !== undefined) process.exit(1);
			firstAt = Date.now();
			tell('Stopping.');
			void stopAll().then(() => process.exit(0));
		});
	}
}

async function stopAll(): Promise<void> {
	for (const stop of stops) await stop();
	if (n8n) {
		await n8n.stop();
		rmSync(runningFile, { force: true });
	}
	await emulator?.close();
}

function tell(text: string): void {
	process.stderr.write(`${text}\n`);
}

main().catch(async (error: unknown) => {
	tell(error instanceof Error ? error.message : String(error));
	await stopAll();
	process.exit(1);
});
