import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LISTED_REPORTS, READ_WRITE_KEY, REPORT_IDS, REVOKED_KEY } from '../../emulator/server';
import type { FaultRule } from '../../emulator/faults';
import type { N8nError } from '../../scripts/n8n-client';
import { Bench, TRIGGER } from './support/bench';
import { visitor, visitors } from './support/rows';
import { until } from './support/until';
import type { Watch } from './support/watch';

jest.setTimeout(120_000);

/** Publishing polls at once; after that nothing does while the tests run. */
const onNewYear = [{ mode: 'custom' as const, cronExpression: '0 0 0 1 1 *' }];

let bench: Bench;

beforeAll(async () => {
	bench = await Bench.start();
});

afterAll(async () => {
	await bench?.close();
});

async function whileBroken<T>(rule: FaultRule, work: () => Promise<T>): Promise<T> {
	const { id } = bench.emulator.control.addFault({ times: 'always', ...rule });
	try {
		return await work();
	} finally {
		bench.emulator.control.clearFaults(id);
	}
}

describe('Fetch Test Event', () => {
	const fetchTestEvent = (watch: Watch) => bench.client.runManually(watch.workflowId, TRIGGER);

	test('before publishing shows a few rows, marked as samples', async () => {
		const watch = await bench.makeWatch({ rows: visitors(25) });
		const execution = await fetchTestEvent(watch);
		expect(execution.status).toBe('success');
		const items = execution.items(TRIGGER).map(({ json }) => json);
		expect(items.length).toBeGreaterThanOrEqual(1);
		expect(items.length).toBeLessThanOrEqual(5);
		for (const item of items) {
			expect(item).toMatchObject({
				visitorId: expect.stringMatching(/^visitor-\d+$/),
				visitor_agent_email: `${String(item.visitorId)}@example.test`,
				pendo: { event: 'entered', sample: true, subject: { kind: 'visitor', id: item.visitorId } },
			});
		}
		expect(bench.database.staticData(watch.workflowId)).toEqual({});
	});

	test('of a published watch shows who would fire, and takes nothing from the next poll', async () => {
		const watch = await bench.publishWatch({ rows: visitors(25), pollTimes: onNewYear });
		const before = bench.database.staticData(watch.workflowId);
		watch.enter(visitor('ann'), visitor('bob'));
		const execution = await fetchTestEvent(watch);
		const items = execution.items(TRIGGER).map(({ json }) => json);
		expect(items.map(({ visitorId }) => visitorId)).toEqual(['ann', 'bob']);
		for (const { pendo } of items) expect(pendo).not.toHaveProperty('sample');
		expect(bench.database.staticData(watch.workflowId)).toEqual(before);

		await bench.client.deactivate(watch.workflowId);
		await bench.publish(watch.workflowId);
		const fired = await until('the events of the poll', async () => {
			const all = await watch.fired();
			return all.length > 0 ? all : undefined;
		});
		expect(fired).toEqual(['ann', 'bob']);
	});

	test.each([
		['an empty report', []],
		['a report answered as null', null],
	])('of %s says so; publishing it works all the same', async (_, rows) => {
		const watch = await bench.makeWatch({ rows: [] });
		if (rows === null) bench.emulator.control.setRows(watch.reportId, null);
		const execution = await fetchTestEvent(watch);
		expect(execution.status).toBe('error');
		expect(execution.error?.message).toBe(`The report "Report ${watch.reportId}" is empty`);
		expect(execution.error?.description).toMatch(/You can start the watch all the same/);
		await bench.publish(watch.workflowId);
		if (rows === null) bench.emulator.control.setRows(watch.reportId, []);
		watch.enter(visitor('ann'));
		expect(await watch.firesInAll(1)).toEqual(['ann']);
		await bench.stopWatches();
	});

	test('of an account report in the visitor trigger names the right trigger', async () => {
		const watch = await bench.makeWatch({
			parameters: { report: { __rl: true, mode: 'id', value: REPORT_IDS.sampleAccounts } },
		});
		const { error } = await fetchTestEvent(watch);
		expect(error?.message).toMatch(
			/is an account report, but this trigger follows a visitor report/,
		);
		expect(error?.description).toMatch(/Pendo Account in Report/);
	});

	test.each([
		['the address of the report', 'url', (id: string) => `https://app.pendo.io/s/5/reports/${id}`],
		['its id, even while the list is down', 'id', (id: string) => id],
	])('works with %s', async (_, mode, value) => {
		const id = REPORT_IDS.lastInList;
		const watch = await bench.makeWatch({
			parameters: { report: { __rl: true, mode, value: value(id) } },
		});
		const execution = await whileBroken(
			{ match: { kind: 'report-list' }, fault: { type: 'status', status: 500 } },
			() => fetchTestEvent(watch),
		);
		expect(execution.items(TRIGGER)[0]?.json.pendo).toMatchObject({ report: { id } });
	});

	test('with a base URL that is neither https nor this machine sends nothing', async () => {
		const baseUrl = bench.emulator.url.replace('127.0.0.1', '0.0.0.0');
		const data = { region: 'custom', baseUrl, apiKey: READ_WRITE_KEY };
		const credential = await bench.makeCredential('Elsewhere', data);
		const watch = await bench.makeWatch({ rows: visitors(5), credential });
		const { error } = await fetchTestEvent(watch);
		expect(error?.message).toBe('The custom base URL must start with https://');
		expect(error?.description).toMatch(/https:\/\/app\.example\.com/);
		expect(watch.requests()).toEqual([]);
	});
});

describe('the list of reports', () => {
	interface Search {
		kind?: 'Visitor' | 'Account';
		filter?: string;
		everyKind?: boolean;
	}

	/** As the drop-down does when somebody scrolls to its end. */
	async function search({ kind = 'Visitor', filter, everyKind = false }: Search) {
		const found: { name: string; value: string | number }[] = [];
		let pages = 0;
		let paginationToken: string | undefined;
		do {
			const page = await bench.client.searchList({
				nodeType: `n8n-nodes-pendo.pendo${kind}InReportTrigger`,
				methodName: 'searchReports',
				parameter: 'report',
				parameters: { everyKind },
				credentials: { pendoApi: bench.credential },
				filter,
				paginationToken,
			});
			found.push(...page.results);
			({ paginationToken } = page);
			pages++;
		} while (paginationToken !== undefined);
		return { found, pages };
	}

	async function listed(): Promise<{ id: string; name: string; type: string }[]> {
		const response = await fetch(`${bench.emulator.url}/api/v1/report`, {
			headers: { 'x-pendo-integration-key': READ_WRITE_KEY },
		});
		return (await response.json()) as { id: string; name: string; type: string }[];
	}

	test.each(['Visitor', 'Account'] as const)(
		'offers every %s report, and no other',
		async (kind) => {
			const wanted = (await listed()).filter(({ type }) => type === kind).map(({ id }) => id);
			const { found, pages } = await search({ kind });
			expect(found.map(({ value }) => value).sort()).toEqual(wanted.sort());
			expect(pages).toBe(Math.ceil(wanted.length / 100));
			expect(found.filter(({ name }) => name.trim() === '' && name !== ' ')).toEqual([]);
		},
	);

	test('offers reports of every kind where that is asked for', async () => {
		const wanted = (await listed()).map(({ id }) => id);
		expect(wanted.length).toBeGreaterThanOrEqual(LISTED_REPORTS);
		const { found } = await search({ everyKind: true });
		expect(found.map(({ value }) => value).sort()).toEqual(wanted.sort());
		expect(found.find(({ value }) => value === REPORT_IDS.path)?.name).toBe(
			'Path through signup (Path)',
		);
	});

	test('finds the last of them by words of its name in any order and case, or by its id', async () => {
		const last = { name: 'Zebra crossing', value: REPORT_IDS.lastInList };
		for (const filter of ['Zebra crossing', 'CROSS zeb', REPORT_IDS.lastInList])
			expect((await search({ filter })).found).toEqual([expect.objectContaining(last)]);
		expect((await search({ filter: 'no report is called so' })).found).toEqual([]);
	});

	test('tells equal names apart', async () => {
		const { found } = await search({ filter: 'Weekly active', everyKind: true });
		expect(found.map(({ name }) => name).sort()).toEqual([
			`Weekly active [${REPORT_IDS.sameNameFirst}]`,
			`Weekly active [${REPORT_IDS.sameNameSecond}] (Account)`,
		]);
	});

	test.each([
		['Pendo is down', { type: 'status', status: 500 }, /not available \(500\)/],
		['the key is refused', { type: 'status', status: 403 }, /refused the key \(403/],
		['a web page comes instead', { type: 'html' }, /a web page instead of the list/],
		['the list is cut short', { type: 'truncate', afterBytes: 5000 }, /not a list of reports/],
	] as const)('says what is wrong while %s', async (_, fault, says) => {
		const failure = await whileBroken({ match: { kind: 'report-list' }, fault }, () =>
			search({}).then(
				({ found }) => found,
				(error: N8nError) => error,
			),
		);
		expect((failure as N8nError).body).toMatchObject({ message: expect.stringMatching(says) });
	});
});

describe('the test of the credential', () => {
	const verify = (data: object) =>
		bench.client.testCredential('Pendo', 'pendoApi', {
			region: 'custom',
			baseUrl: bench.emulator.url,
			apiKey: READ_WRITE_KEY,
			...data,
		});

	test('passes with a good key', async () => {
		expect(await verify({})).toEqual({
			status: 'OK',
			message: 'Connection successful: the key is valid and may read and write',
		});
		expect(await verify({ baseUrl: `${bench.emulator.url}/` })).toMatchObject({ status: 'OK' });
	});

	test('names a wrong key, and the region as another cause', async () => {
		const { status, message } = await verify({ apiKey: 'wrong' });
		expect(status).toBe('Error');
		expect(message).toMatch(/refused the key \(403, Invalid Integration Key\).*check the region/);
	});

	test('names a revoked key', async () => {
		const { status, message } = await verify({ apiKey: REVOKED_KEY });
		expect(status).toBe('Error');
		expect(message).toMatch(/not valid any more/);
	});

	test.each([
		[500, /Pendo is not available \(500\)/],
		[503, /Pendo is not available \(503\)/],
		[429, /slow down/],
		[404, /Pendo does not have .* \(404\).*region/],
		[401, /refused the key \(401, Invalid Integration Key\)/],
	])('has words of its own for status %d', async (status, says) => {
		const answer = await whileBroken(
			{ match: { kind: 'verify' }, fault: { type: 'status', status } },
			() => verify({}),
		);
		expect(answer).toEqual({ status: 'Error', message: expect.stringMatching(says) });
	});

	test.each([301, 302, 303, 307, 308])(
		'does not carry the key along a redirect (%d)',
		async (status) => {
			const requests: unknown[] = [];
			const other = createServer((request, response) => {
				requests.push(request.headers);
				response.end('{"valid":true}');
			});
			await new Promise<void>((ready) => other.listen(0, '127.0.0.1', ready));
			const location = `http://localhost:${(other.address() as AddressInfo).port}/`;
			const answer = await whileBroken(
				{ match: { kind: 'verify' }, fault: { type: 'redirect', status, location } },
				() => verify({}),
			);
			other.close();
			expect(answer).toEqual({ status: 'Error', message: expect.stringMatching(/redirect/) });
			expect(requests).toEqual([]);
		},
	);

	test.each([
		['http to another host', (url: string) => url.replace('127.0.0.1', '0.0.0.0')],
		['a host behind a sign-in', (url: string) => url.replace('//', '//localhost@')],
		['a path', (url: string) => `${url}/api`],
		['no address at all', () => ''],
	])('refuses %s, and sends nothing', async (_, baseUrl) => {
		const before = bench.emulator.control.requests().length;
		const { status } = await verify({ baseUrl: baseUrl(bench.emulator.url) });
		expect(status).toBe('Error');
		expect(bench.emulator.control.requests()).toHaveLength(before);
	});
});
