import type { Report } from '../../../core/pendo';
import { compareListing, type WatchState } from '../../../core/watch';
import { Host, options, visitors } from './watch.support';

const { id, name } = options.report;
const column = (field: string) => ({ field, title: field, type: 'string' });
const listed = (changes: Partial<Report> = {}): Report => ({
	id,
	name,
	kind: 'visitor',
	type: 'Visitor',
	columns: [column('visitorId'), column('plan')],
	...changes,
});
const other = listed({ id: 'other', name: 'Other' });

/** A watch that has seen these lists in turn, as a host stores it; the sentences of each notice. */
async function after(...lists: Report[][]) {
	const host = new Host();
	await host.poll(visitors('a'));
	const told: string[][] = [];
	for (const list of lists) {
		const before = host.state as WatchState;
		const { state, notices } = compareListing(before, options.report, list);
		expect(state.revision).toBe(before.revision + notices.length);
		told.push(notices.map(({ text }) => text));
		host.stored = JSON.stringify(state);
	}
	return { host, told };
}

describe('the report, as the list of reports has it', () => {
	test.each([
		[
			'its name',
			listed({ name: 'Week 2' }),
			'It was renamed from "Trial users, week 1" to "Week 2".',
		],
		[
			'its kind',
			listed({ kind: 'account' }),
			'It was of the kind visitor and is of the kind account now.',
		],
		[
			'a column more',
			listed({ columns: [column('plan'), column('new'), column('visitorId')] }),
			'Columns were added: new.',
		],
		['a column less', listed({ columns: [column('visitorId')] }), 'Columns were removed: plan.'],
	])('is told once when it has changed: %s', async (_what, changed, text) => {
		const { told } = await after([listed(), other], [other, changed], [changed]);
		expect(told).toEqual([[], [text], []]);
	});

	test('is told with all changes in one notice', async () => {
		const changed = listed({ name: 'Week 2', columns: [column('x')] });
		const { told } = await after([listed()], [changed]);
		expect(told[1]).toEqual([
			'It was renamed from "Trial users, week 1" to "Week 2". Columns were added: x. Columns were removed: plan, visitorId.',
		]);
	});

	test('is told once when it is gone, and once when it is back, with what changed meanwhile', async () => {
		const { told } = await after(
			[listed()],
			[other],
			[],
			[listed({ name: 'Back' })],
			[listed({ name: 'Back' })],
		);
		expect(told).toEqual([
			[],
			['It is no longer in the list of shared reports: it was deleted, or it is private now.'],
			[],
			[
				'It is in the list of shared reports again. It was renamed from "Trial users, week 1" to "Back".',
			],
			[],
		]);
	});

	test('is no news when it is seen first, shared or not', async () => {
		expect((await after([listed()])).told).toEqual([[]]);
		expect((await after([other], [other])).told).toEqual([[], []]);
	});

	test('gives back the very state where nothing changed, however the host stored it', async () => {
		for (const list of [[listed()], []]) {
			const { host } = await after(list, list);
			const { report, ...rest } = host.state as WatchState;
			const reordered = Object.fromEntries(Object.entries(report!).reverse());
			const state = { ...rest, report: reordered } as unknown as WatchState;
			expect(compareListing(state, options.report, list).state).toBe(state);
		}
	});

	test('gives later events its new name, and costs no event', async () => {
		const { host } = await after([listed()], [listed({ name: 'Week 2' })]);
		const read = await host.poll(visitors('a', 'b'));
		expect(read.events.map(({ pendo }) => [pendo.subject.id, pendo.report])).toEqual([
			['b', { id, name: 'Week 2' }],
		]);
	});
});
