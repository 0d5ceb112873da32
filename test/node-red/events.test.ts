import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { REPORT, Scene, waitFor, type Told } from './support/scene';

const KIM = { visitorId: 'kim', accountId: 'acme', plan: 'trial', country: 'DE' };
const LEE = { visitorId: 'lee', accountId: 'acme', plan: 'trial', country: 'FR' };

describe.each(['node-red-5', 'node-red-4'] as const)('A trigger on %s', (engine) => {
	let scene: Scene;

	beforeAll(async () => {
		scene = await Scene.open({ engine });
	}, 600_000);

	afterAll(() => scene?.close());

	/** A report of these rows that nothing has followed yet, and a flow that follows it. */
	async function follow(rows: object[], trigger: Record<string, unknown>): Promise<void> {
		await scene.nodeRed.deploy([]);
		rmSync(join(scene.userDir, 'pendo-watches'), { recursive: true, force: true });
		scene.newReport();
		scene.emulator.control.setRows(REPORT, rows);
		await scene.nodeRed.deploy(scene.flow(trigger));
		await scene.pollAnew();
	}

	const setRows = (...rows: object[]) => scene.emulator.control.setRows(REPORT, rows);

	async function events(count: number): Promise<Told[]> {
		await waitFor(() => scene.told('event').length >= count, `${count} events`);
		await scene.pollAnew();
		const told = scene.told('event');
		expect(told).toHaveLength(count);
		return told;
	}

	it('tells who left, with the id alone, and who changed, with the old value', async () => {
		await follow([KIM, LEE], {
			events: ['entered', 'left', 'changed'],
			changedFields: ['plan'],
			oldValues: true,
		});
		setRows({ ...KIM, plan: 'paid', country: 'AT' }, { visitorId: 'ann', plan: 'trial' });
		const told = await events(3);
		const byTopic = new Map(told.map((message) => [message.topic, message]));
		expect(byTopic.get('ann')).toMatchObject({
			payload: { visitorId: 'ann', plan: 'trial' },
			pendo: { event: 'entered' },
		});
		expect(byTopic.get('kim')).toMatchObject({
			payload: { visitorId: 'kim', plan: 'paid', country: 'AT' },
			pendo: { event: 'changed', changes: { plan: { from: 'trial', to: 'paid' } } },
		});
		expect(byTopic.get('lee')).toMatchObject({
			payload: { visitorId: 'lee' },
			pendo: { event: 'left', subject: { kind: 'visitor', id: 'lee' } },
		});
		expect(new Set(told.map(({ pendo }) => pendo?.eventId)).size).toBe(3);
	}, 60_000);

	it('takes events and fields as text too, as an environment variable gives them', async () => {
		await follow([KIM, LEE], { events: 'left, changed', changedFields: 'plan, country' });
		setRows({ ...KIM, country: 'AT' }, LEE, { visitorId: 'ann' });
		const [changed] = await events(1);
		expect(changed).toMatchObject({
			topic: 'kim',
			pendo: { event: 'changed', changes: { country: { to: 'AT' } } },
		});
	}, 60_000);

	it('tells nobody as left before a second poll confirms a sudden loss, and says that it doubts', async () => {
		const many = Array.from({ length: 30 }, (_, n) => ({ visitorId: `many-${n}` }));
		await follow(many, { events: 'left', floodMode: 'all' });
		scene.emulator.control.addFault({
			match: { kind: 'results' },
			fault: { type: 'body', body: '[]' },
		});
		await scene.pollAgain(3);
		expect(scene.told('event')).toEqual([]);
		expect(scene.notices()).toEqual(['suspicious']);
		setRows(...many.slice(0, 10));
		expect((await events(20)).every(({ pendo }) => pendo?.event === 'left')).toBe(true);
	}, 60_000);

	if (engine === 'node-red-4') return;

	it.each([
		['again each time', 'everyTime', 2],
		['only the first time where that is chosen', 'firstTimeOnly', 1],
	])(
		'sends who leaves and comes back %s',
		async (_, returning, times) => {
			await follow([KIM], { returning });
			setRows(KIM, LEE);
			await scene.pollAnew();
			setRows(KIM);
			await scene.pollAnew();
			setRows(KIM, LEE);
			await scene.pollAnew();
			expect(scene.told('event').map(({ topic }) => topic)).toEqual(Array(times).fill('lee'));
		},
		60_000,
	);

	it.each(['first', 'all'])(
		'sends one event for a visitor of several rows, with rows: %s',
		async (rows) => {
			await follow([KIM], { rows });
			const both = [LEE, { ...LEE, accountId: 'initech' }];
			setRows(KIM, ...both);
			const [event] = await events(1);
			expect(event?.payload).toEqual(LEE);
			expect(event?.pendo?.rows).toEqual(rows === 'all' ? both : undefined);
		},
		60_000,
	);

	it('follows each visitor in each account where that is chosen', async () => {
		await follow([KIM, LEE], { subject: 'pair' });
		setRows(KIM, LEE, { ...LEE, accountId: 'initech' });
		const [event] = await events(1);
		expect(event).toMatchObject({
			topic: 'lee',
			payload: { accountId: 'initech' },
			pendo: { subject: { kind: 'visitor', id: 'lee', accountId: 'initech' } },
		});
	}, 60_000);

	it('shows in a test what would be sent, of every event, and changes nothing', async () => {
		await follow([KIM, LEE], { events: ['left'] });
		const seldom = { events: ['left'], interval: 10, intervalUnit: 'h' };
		await scene.nodeRed.deploy([]);
		await scene.pollAgain(1, () => scene.nodeRed.deploy(scene.flow(seldom)));
		setRows(KIM);
		await scene.nodeRed.inject('press-test');
		await waitFor(() => scene.told('event').length > 0, 'the test');
		await scene.nodeRed.inject('press-poll');
		await waitFor(() => scene.told('event').length > 1, 'the event');
		const [shown, sent] = scene.told('event');
		expect(shown).toMatchObject({ topic: 'lee', pendo: { event: 'left' } });
		expect(sent?.pendo?.eventId).toBe(shown?.pendo?.eventId);
	}, 60_000);

	it.each([
		['no event is chosen', { events: [] }],
		['no field is chosen', { events: ['changed'] }],
	])(
		'says to a Catch node that %s',
		async (_, trigger) => {
			await follow([KIM], {});
			await scene.nodeRed.deploy(scene.flow(trigger));
			await waitFor(() => scene.told('error').length > 0, 'the error');
			expect(scene.told('error')[0]?.error?.code).toBe('nothing-to-tell');
		},
		60_000,
	);

	it('says that the report was renamed, has other columns, or is gone', async () => {
		await follow([KIM], {});
		// It looks once an hour, and after a start.
		await scene.restart('stop');
		await scene.pollAnew();
		const { control } = scene.emulator;
		control.clearInbox();
		control.createReport({ id: REPORT, name: 'Renamed', rows: [KIM] });
		await scene.restart('stop');
		await waitFor(() => scene.notices().length > 0, 'the notice');
		expect(scene.notices()).toEqual(['report-changed']);
		expect(String(scene.told('notice')[0]?.payload.text)).toContain('"Followed" to "Renamed"');
		control.deleteReport(REPORT);
		await waitFor(() => scene.notices().length > 1, 'the second notice');
		expect(scene.told('notice')[1]?.payload).toMatchObject({
			notice: 'report-changed',
			title: 'The report "Renamed" is gone',
		});
		await waitFor(() => scene.told('error').length > 0, 'the error');
		expect(scene.told('error').map(({ error }) => error?.code)).toEqual(['report-missing']);
	}, 60_000);
});
