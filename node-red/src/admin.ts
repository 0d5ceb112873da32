import type { NodeAPI } from 'node-red';
import {
	baseUrlOf,
	Failure,
	listReports,
	readKeyRights,
	readReportList,
	textOf,
	tooSlow,
	verifyKey,
	type Report,
} from '../../core/pendo';
import { lookUp, Session, type Lookup } from '../../core/pendo/operations';
import type { ConfigNode } from './config';
import { LentHost } from './lent-host';
import { operationsForm } from './operations-form';
import { reportIdOf } from './parameters';
import { accountOf, PendoClient, type Account } from './pendo-client';

const LIMIT = 30_000;
const MOST_BYTES = 64_000_000;
const MOST_REPORTS = 2_000;
const MOST_CHOICES = 2_000;
const MOST_COLUMNS = 500;
/** The editor shows this in place of a key that it was never told. */
const UNCHANGED = '__PWRD__';
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** What the dialog of an editor holds, deployed or not. */
interface Draft {
	configId?: unknown;
	region?: unknown;
	baseUrl?: unknown;
	apiKey?: unknown;
	kind?: unknown;
	lookup?: unknown;
	search?: unknown;
	group?: unknown;
	report?: unknown;
}

/** A refusal of our own, already in the editor's language. */
class Refused extends Error {
	constructor(
		readonly code: string,
		message: string,
	) {
		super(message);
	}
}

/** What the editor asks on behalf of the person at it. */
export function registerAdmin(RED: NodeAPI): void {
	answer(RED, '/pendo/verify', async (account) => {
		const { writeAccess } = readKeyRights(await ask(account, verifyKey));
		const message = RED._(writeAccess ? 'verify.writes' : 'verify.reads');
		return { code: 'ok', message, writeAccess };
	});
	answer(RED, '/pendo/reports', async (account, { kind }) => {
		const all = readReportList(await ask(account, listReports));
		const offered = all
			.filter((report) => kind === undefined || report.kind === kind)
			.sort((one, other) => one.name.localeCompare(other.name));
		const reports = offered.slice(0, MOST_REPORTS).map(nameAndKind);
		return { reports, total: offered.length, left: offered.length - reports.length };
	});
	answer(RED, '/pendo/choices', async (account, { lookup, search, group }) => {
		if (!isLookup(lookup)) throw new Refused('bad-input', RED._('verify.noList'));
		const given = textIn(group) === '' ? {} : { group: textIn(group) };
		const all = await choicesOf(account, lookup, { search: textIn(search), given });
		const choices = all.slice(0, MOST_CHOICES);
		return { choices, total: all.length, left: all.length - choices.length };
	});
	// The table of operations is no secret, but nobody without a right to the editor needs it.
	RED.httpAdmin.get('/pendo/operations', RED.auth.needsPermission('pendo.read'), (_, response) => {
		response.json({ resources: operationsForm() });
	});
	answer(RED, '/pendo/columns', async (account, { configId, report }) => {
		const id = reportIdOf({ report: resolved(RED, deployedConfig(RED, configId), report) });
		const listed = readReportList(await ask(account, listReports)).find((each) => each.id === id);
		const columns = (listed?.columns ?? []).slice(0, MOST_COLUMNS);
		return { columns: columns.map(({ field, title }) => ({ field, title })) };
	});
}

function answer(
	RED: NodeAPI,
	path: string,
	work: (account: Account, draft: Draft) => Promise<object>,
): void {
	// Who may write flows may use a key; a key never travels in an address.
	const allowed = RED.auth.needsPermission('pendo.write');
	RED.httpAdmin.post(path, allowed, (request, response) => {
		const draft = Object(request.body) as Draft;
		Promise.resolve()
			.then(() => work(draftAccount(RED, draft), draft))
			.then(
				(result) => response.json(result),
				(problem: unknown) => response.status(400).json(inWords(problem)),
			);
	});
}

/** @throws Failure or Refused where no key may go there */
function draftAccount(RED: NodeAPI, draft: Draft): Account {
	const deployed = deployedConfig(RED, draft.configId);
	const place = {
		region: resolved(RED, deployed, draft.region),
		baseUrl: resolved(RED, deployed, draft.baseUrl),
	};
	const given = resolved(RED, deployed, draft.apiKey);
	const key = given === '' || given === UNCHANGED ? deployed?.credentials.apiKey : given;
	if (!key) throw new Refused('no-credential', RED._('verify.noKey'));
	const account = accountOf(place, key);
	// Otherwise this server would carry requests to any host that somebody at an editor names.
	const open = place.region !== 'custom' || LOOPBACK.test(new URL(account.origin).hostname);
	if (!open && originOf(deployed) !== account.origin)
		throw new Refused('not-deployed', RED._('verify.deployFirst'));
	return account;
}

function deployedConfig(RED: NodeAPI, id: unknown): ConfigNode | undefined {
	const config = RED.nodes.getNode(textIn(id)) as ConfigNode | null;
	return config?.type === 'pendo-config' ? config : undefined;
}

function originOf(deployed: ConfigNode | undefined): string | undefined {
	try {
		return deployed && baseUrlOf(deployed);
	} catch {
		return undefined;
	}
}

/** As Node-RED does at deploy: `${NAME}` is the value of an environment variable. */
function resolved(RED: NodeAPI, deployed: ConfigNode | undefined, value: unknown): string {
	const text = textIn(value);
	const name = /^\$\{([^}]+)\}$/.exec(text)?.[1];
	if (name === undefined) return text;
	return textIn(deployed ? RED.util.getSetting(deployed, name) : process.env[name]);
}

function textIn(value: unknown): string {
	return typeof value === 'string' ? value.trim() : '';
}

async function ask(account: Account, request: typeof verifyKey): Promise<string> {
	const client = new PendoClient();
	try {
		return await client.read(account, request, { milliseconds: LIMIT }, (body) =>
			textOf(body, MOST_BYTES),
		);
	} finally {
		client.close();
	}
}

const LOOKUPS: Readonly<Record<Lookup, true>> = {
	report: true,
	segment: true,
	guide: true,
	page: true,
	feature: true,
	trackType: true,
	visitorField: true,
	accountField: true,
};

function isLookup(value: unknown): value is Lookup {
	return typeof value === 'string' && Object.hasOwn(LOOKUPS, value);
}

async function choicesOf(
	account: Account,
	lookup: Lookup,
	asked: NonNullable<Parameters<typeof lookUp>[2]>,
): ReturnType<typeof lookUp> {
	const host = new LentHost(account.host, () => account);
	const timer = setTimeout(() => host.close(), LIMIT);
	try {
		return await lookUp(lookup, new Session(host), asked);
	} catch (problem) {
		throw host.isClosed ? tooSlow({ host: account.host }, LIMIT) : problem;
	} finally {
		clearTimeout(timer);
		host.close();
	}
}

function nameAndKind({ id, name, kind, type }: Report): Omit<Report, 'columns'> {
	return { id, name, kind, type };
}

function inWords(problem: unknown): { code: string; message: string } {
	if (problem instanceof Failure)
		return { code: problem.code, message: `${problem.message}. ${problem.description}` };
	if (problem instanceof Refused) return { code: problem.code, message: problem.message };
	return { code: 'unexpected', message: 'Something unexpected went wrong; the log has no more.' };
}
