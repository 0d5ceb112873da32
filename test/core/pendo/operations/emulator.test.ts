import { setTimeout as sleep } from 'node:timers/promises';
import { uptime } from '../../../../core/pendo';
import {
	OPERATIONS,
	operationOf,
	runOperation,
	runTogether,
	Session,
	type Given,
	type Row,
} from '../../../../core/pendo/operations';
import {
	GUIDE_IDS,
	READ_WRITE_KEY,
	SEGMENT_IDS,
	startEmulator,
	TRACK_SECRET,
	type Emulator,
} from '../../../../emulator/server';
import { defaultVariants } from '../../../../emulator/variants';

let emulator: Emulator;
const done = new Set<string>();

beforeAll(async () => {
	emulator = await startEmulator();
	emulator.control.setDelays({ segmentReadyAfter: 50, exportReadyAfter: 50 });
});
afterAll(async () => {
	await emulator.close();
});

/** What a host does, in few lines. */
const newSession = () =>
	new Session({
		host: new URL(emulator.url).host,
		now: uptime,
		timeOfDay: Date.now,
		random: Math.random,
		sleep: async (milliseconds) => await sleep(Math.min(milliseconds, 100)),
		send: async ({ path, host, ...request }) => {
			const key = host === 'data' ? TRACK_SECRET : READ_WRITE_KEY;
			const answer = await fetch(emulator.url + path, {
				...request,
				redirect: 'manual',
				headers: { ...request.headers, 'x-pendo-integration-key': key },
			});
			const body = (answer.body ?? new Blob([]).stream()) as unknown as AsyncIterable<Uint8Array>;
			return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body };
		},
	});

let session: Session;
async function run(name: string, given: Given = {}): Promise<Row[]> {
	const [resource, operation] = name.split(' ') as [string, string];
	const answer = await runOperation(operationOf(resource, operation)!, given, session);
	done.add(name);
	if (answer.kind === 'object') return [answer.value];
	const rows: Row[] = [];
	if (answer.kind === 'rows') for await (const row of answer.rows) rows.push(row);
	else for await (const chunk of answer.file.body) rows.push({ bytes: chunk.length });
	return rows;
}
const one = async (name: string, given?: Given) => (await run(name, given))[0]!;

const VARIANTS = [
	{},
	{ undescribedAnswer: 'object', bulkOutcome: 'errors', multistatus: '207', jobKey: 'id' },
	{ undescribedAnswer: 'null', bulkOutcome: 'missing', multistatus: 'array', jobDone: 'ready' },
	{
		undescribedAnswer: 'text',
		bulkOutcome: 'counts-only',
		aggregationWrapper: 'array',
		csvHeader: 'title',
		csvByteOrderMark: 'present',
		emptyList: 'null',
		jobDone: 'success',
	},
	{ aggregationWrapper: 'null-when-empty', unsetValue: 'null', jobDone: 'done' },
] as const;

describe.each(VARIANTS)('on a Pendo that answers as %j', (variants) => {
	const stamp = VARIANTS.indexOf(variants);
	const field = `tier${stamp}`;
	let visitors: string[] = [];

	beforeAll(async () => {
		emulator.control.setVariants({ ...defaultVariants(), ...variants });
		session = newSession();
		await run('metadataSchema createFields', { fields: [{ name: field }] });
		visitors = (await run('visitor getMany', { limit: 30 })).map(({ visitorId }) =>
			String(visitorId),
		);
	});

	test('each visitor is found by its id, odd ones too', async () => {
		for (const visitorId of visitors) {
			expect(await one('visitor get', { visitorId })).toMatchObject({ id: visitorId });
		}
		const [account] = await run('account getMany', { limit: 1 });
		const accountId = String(account!.accountId);
		expect(await one('account get', { accountId })).toMatchObject({ id: accountId });
	});

	test('what is set is what is read, and who is unknown is told', async () => {
		const set = operationOf('visitor', 'bulkSetMetadata')!;
		const givens = [...visitors, 'nobody at all'].map((visitorId) => ({
			visitorId,
			values: { [field]: 'gold' },
		}));
		const outcomes = await runTogether(set, givens, session);
		const failed = outcomes.flatMap(({ failure }, place) => (failure ? [place] : []));
		expect(failed).toEqual([visitors.length]);
		const given = { visitorId: visitors[7]!, field };
		expect(await one('visitor getMetadataValue', given)).toMatchObject({ value: 'gold' });
		await run('visitor setMetadataValue', { ...given, value: 'silver' });
		await run('visitor setMetadata', { visitorId: visitors[8]!, values: { [field]: 'silver' } });
		const found = await run('visitor getMany', {
			conditions: [{ field: `custom.${field}`, value: 'silver' }],
		});
		expect(found.map(({ visitorId }) => visitorId)).toEqual([visitors[7], visitors[8]]);
		await run('visitor optOut', { visitorId: visitors[7]! });
		await run('visitor optOutOfGuides', { visitorId: visitors[7]! });
	});

	test('a segment is made, changed, exported and deleted', async () => {
		const { segmentId } = await one('segment create', { name: 'Mine', visitorIds: ['a', 'b/c'] });
		await run('segment status', { segmentId });
		await run('segment addVisitors', { segmentId, visitorIds: ['d'] });
		await run('segment addVisitor', { segmentId, visitorId: 'e/f' });
		await run('segment removeVisitors', { segmentId, visitorIds: ['a'] });
		await run('segment removeVisitor', { segmentId, visitorId: 'b/c' });
		await run('segment rename', { segmentId, name: 'Ours' });
		expect(await one('segment get', { segmentId })).toMatchObject({ name: 'Ours' });
		const members = await run('segment export', { segmentId });
		expect(members.map(({ visitorId }) => visitorId).sort()).toEqual(['d', 'e/f']);
		await run('segment downloadCsv', { segmentId });
		await run('segment replace', { segmentId, visitorIds: ['g'], confirm: true });
		await run('segment delete', { segmentId, confirm: true });
		await expect(run('segment get', { segmentId })).rejects.toMatchObject({ code: 'not-found' });
	}, 30_000);

	test('guides are changed and feedback is filed', async () => {
		const guideId = GUIDE_IDS.welcome;
		await run('guide setState', { guideId, state: 'disabled' });
		expect(await one('guide get', { id: guideId })).toMatchObject({ state: 'disabled' });
		await run('guide setState', { guideId, state: 'public' });
		await run('guide setSegment', { guideId, segmentId: SEGMENT_IDS.everyone });
		await run('guide resetSeenState', { guideId, visitorId: visitors[7]! });
		await run('guide resetSeenStateOfAll', { visitorId: visitors[7]! });
		await run('guide resetAllStaged');
		const { id } = await one('feedback create', { title: 'T', visitorId: visitors[7]! });
		await run('feedback update', { id, title: 'U' });
		await run('feedback delete', { ids: [id], confirm: true });
		await run('event track', { event: 'Registered', visitorId: visitors[7]! });
		await run('visitor delete', { ids: ['nobody at all'], confirm: true });
		await run('metadataSchema deleteField', { field, confirm: true });
	});

	test('questions about use are answered', async () => {
		expect(await run('aggregation activeVisitors', { limit: 5 })).toHaveLength(5);
		expect(await one('aggregation topPages')).toMatchObject({ pageName: expect.any(String) });
		const features = await run('feature getMany', { limit: 3 });
		for (const { id } of features) await run('aggregation featureAdopters', { featureId: id });
		const answers = await run('aggregation npsAnswers', {
			guideId: GUIDE_IDS.nps,
			period: 'last90Days',
		});
		expect(answers.length).toBeGreaterThan(0);
	});
});

test('there are many operations, and those above are among them', () => {
	const all = OPERATIONS.map(({ resource, operation }) => `${resource} ${operation}`);
	expect([...done].filter((name) => !all.includes(name))).toEqual([]);
	expect(done.size).toBeGreaterThan(30);
});
