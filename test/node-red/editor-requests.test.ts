import { OPERATIONS } from '../../core/pendo/operations';
import { READ_ONLY_KEY, READ_WRITE_KEY } from '../../emulator/server';
import { Scene } from './support/scene';

describe('What the Node-RED editor asks for a person', () => {
	let scene: Scene;

	beforeAll(async () => {
		scene = await Scene.open({
			env: { PENDO_KEY: READ_WRITE_KEY, FOLLOWED: '_Q7hZr0aT2kLmN8vXcYbWdEfGiU' },
		});
	}, 600_000);

	afterAll(() => scene?.close());

	async function ask(path: string, body: object, url = scene.nodeRed.url) {
		const answer = await fetch(`${url}/pendo/${path}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
		const text = await answer.text();
		expect(text).not.toContain(READ_WRITE_KEY);
		return {
			status: answer.status,
			body: answer.headers.get('content-type')?.includes('json')
				? (JSON.parse(text) as Record<string, unknown>)
				: {},
		};
	}

	const draft = (more: object = {}) => ({
		configId: 'config',
		region: 'custom',
		baseUrl: scene.emulator.url,
		apiKey: READ_WRITE_KEY,
		...more,
	});

	it('tells before the first deploy that a key is right, and what it may do', async () => {
		expect((await ask('verify', draft())).body).toMatchObject({ code: 'ok', writeAccess: true });
		const readOnly = await ask('verify', draft({ apiKey: READ_ONLY_KEY }));
		expect(readOnly.body).toMatchObject({ code: 'ok', writeAccess: false });
	});

	it('says in words that a key is wrong or missing', async () => {
		const wrong = await ask('verify', draft({ apiKey: 'wrong' }));
		expect(wrong.status).toBe(400);
		expect(wrong.body).toMatchObject({ code: 'key-refused' });
		expect(wrong.body.message).toMatch(/region/);
		const missing = await ask('verify', draft({ apiKey: '__PWRD__' }));
		expect(missing.body).toMatchObject({ code: 'no-credential' });
	});

	it('takes a key from an environment variable, as a deploy would', async () => {
		expect((await ask('verify', draft({ apiKey: '${PENDO_KEY}' }))).body.code).toBe('ok');
	});

	it('lists the reports of one kind before the first deploy, by name', async () => {
		const { body } = await ask('reports', { ...draft(), kind: 'visitor' });
		const reports = body.reports as Array<{ name: string; kind: string }>;
		expect(reports.length).toBeGreaterThan(50);
		expect(reports.every(({ kind }) => kind === 'visitor')).toBe(true);
		expect(reports.map(({ name }) => name)).toContain('Trial users, week 1');
	});

	it('lists what an operation can be given, by name, and searches it', async () => {
		const { body } = await ask('choices', draft({ lookup: 'segment' }));
		const names = (body.choices as { name: string }[]).map(({ name }) => name);
		expect(names).toContain('From the CRM');
		expect(names).toEqual([...names].sort());
		const found = await ask('choices', draft({ lookup: 'segment', search: 'crm FROM' }));
		expect(found.body).toMatchObject({
			choices: [{ value: '-uploadedList', name: 'From the CRM' }],
			left: 0,
		});
		const fields = await ask('choices', draft({ lookup: 'visitorField', group: 'agent' }));
		expect((fields.body.choices as { value: string }[]).map(({ value }) => value)).toContain(
			'email',
		);
	});

	it('refuses a list that there is not, and tells why one cannot be had', async () => {
		for (const lookup of ['', 'constructor', 'secrets', 7, undefined])
			expect((await ask('choices', draft({ lookup }))).body).toMatchObject({ code: 'bad-input' });
		const wrong = await ask('choices', draft({ lookup: 'guide', apiKey: 'wrong' }));
		expect(wrong.body).toMatchObject({ code: 'key-refused' });
		const far = draft({ lookup: 'guide', baseUrl: 'https://pendo.example.com' });
		expect((await ask('choices', far)).body).toMatchObject({ code: 'not-deployed' });
	});

	it('gets the table of operations, without the boxes that only the dialog has', async () => {
		const answer = await fetch(`${scene.nodeRed.url}/pendo/operations`);
		const { resources } = (await answer.json()) as {
			resources: { operations: { destructive: boolean; parameters: { name: string }[] }[] }[];
		};
		const operations = resources.flatMap((resource) => resource.operations);
		expect(operations).toHaveLength(OPERATIONS.length);
		const names = operations.flatMap(({ parameters }) => parameters.map(({ name }) => name));
		expect(names).toContain('visitorId');
		expect(names).not.toContain('confirm');
	});

	it('lists the columns of one report, by its id or address, before the first deploy', async () => {
		const id = '_Q7hZr0aT2kLmN8vXcYbWdEfGiU';
		for (const report of [id, `https://app.pendo.io/s/1/reports/${id}?x=1`, '${FOLLOWED}']) {
			const { body } = await ask('columns', { ...draft(), report });
			expect(body.columns).toContainEqual({ field: 'visitor_agent_email', title: 'Email' });
		}
		for (const report of ['no-such-report', undefined, { id }])
			expect((await ask('columns', { ...draft(), report })).body).toEqual({ columns: [] });
	});

	it('uses the deployed key where none was typed', async () => {
		await scene.follow();
		expect((await ask('verify', draft({ apiKey: undefined }))).body.code).toBe('ok');
		expect((await ask('verify', draft({ apiKey: '__PWRD__' }))).body.code).toBe('ok');
	});

	it('sends nothing to a host that is neither a region, deployed, nor this machine', async () => {
		const other = draft({ baseUrl: 'https://pendo.example.com' });
		expect((await ask('verify', other)).body).toMatchObject({ code: 'not-deployed' });
		const plain = draft({ baseUrl: 'http://pendo.example.com' });
		expect((await ask('reports', plain)).body).toMatchObject({ code: 'base-url' });
		expect((await ask('columns', other)).body).toMatchObject({ code: 'not-deployed' });
		expect((await ask('verify', draft({ region: 'mars' }))).body).toMatchObject({
			code: 'base-url',
		});
	});

	it('answers odd questions without harm', async () => {
		for (const body of [{}, { configId: 7, apiKey: [] }, { configId: 'send-event', region: 'us' }])
			expect((await ask('verify', body)).status).toBe(400);
	});

	it('is refused to who may only read', async () => {
		const guarded = await Scene.open({
			settings: "adminAuth: { type: 'credentials', users: [], default: { permissions: 'read' } },",
		});
		try {
			expect((await ask('verify', draft(), guarded.nodeRed.url)).status).toBe(401);
			expect((await ask('reports', draft(), guarded.nodeRed.url)).status).toBe(401);
			const choices = draft({ lookup: 'segment' });
			expect((await ask('choices', choices, guarded.nodeRed.url)).status).toBe(401);
			expect((await fetch(`${guarded.nodeRed.url}/pendo/operations`)).status).toBe(200);
			expect((await ask('columns', draft(), guarded.nodeRed.url)).status).toBe(401);
		} finally {
			await guarded.close();
		}
	}, 60_000);
});
