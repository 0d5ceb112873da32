import { preview, type PollOptions } from '../../../core/watch';
import { crowd, failureOf, Host, options, streamOf, visitors } from './watch.support';

const show = async (stored: unknown, body: string, changes: Partial<PollOptions> = {}) =>
	await preview(stored, streamOf(body), { ...options, ...changes });

async function following(...ids: string[]): Promise<Host> {
	const host = new Host();
	await host.poll(visitors(...ids));
	return host;
}

describe('a test of the trigger shows', () => {
	test('a few rows of the report, marked as samples, before anything was published', async () => {
		const rows = await show(undefined, visitors('a', 'a', 'b', 'c', 'd'));
		expect(rows.map(({ row, pendo }) => [row, pendo.subject.id, pendo.sample])).toEqual([
			[{ visitorId: 'a' }, 'a', true],
			[{ visitorId: 'b' }, 'b', true],
			[{ visitorId: 'c' }, 'c', true],
		]);
		expect(rows[0]!.pendo).toMatchObject({ event: 'entered', report: options.report });
	});

	test('the first row of a subject that has several', async () => {
		const rows = await show(undefined, '[{"visitorId":"a","n":1},{"visitorId":"a","n":2}]');
		expect(rows.map(({ row }) => row)).toEqual([{ visitorId: 'a', n: 1 }]);
	});

	test('who would fire now, unmarked and just as it would fire', async () => {
		const host = await following('a', 'b');
		const body = visitors('a', 'new', 'b');
		const shown = await show(host.state, body);
		expect(shown).toEqual((await host.poll(body)).events);
		expect(shown[0]!.pendo).not.toHaveProperty('sample');
	});

	test('samples where nobody would fire', async () => {
		const host = await following('a', 'b');
		const rows = await show(host.state, visitors('b', 'a'));
		expect(rows.map(({ pendo }) => [pendo.subject.id, pendo.sample])).toEqual([
			['b', true],
			['a', true],
		]);
	});

	test('samples where a returner does not fire again', async () => {
		const host = new Host({ returning: 'firstTimeOnly' });
		await host.poll(visitors('a', 'b'));
		await host.poll(visitors('a'));
		const rows = await show(host.state, visitors('a', 'b'), { returning: 'firstTimeOnly' });
		expect(rows.map(({ pendo }) => pendo.sample)).toEqual([true, true]);
	});

	test('samples where another report was chosen', async () => {
		const host = await following('a');
		const rows = await show(host.state, visitors('x'), { report: { id: 'other', name: 'Other' } });
		expect(rows.map(({ pendo }) => [pendo.subject.id, pendo.sample])).toEqual([['x', true]]);
	});

	test('no more rows than a person can look at', async () => {
		const host = await following('a');
		expect(await show(host.state, visitors(...crowd(5_000)))).toHaveLength(50);
	});

	test('nothing that it keeps: the next poll fires as if it had not been', async () => {
		const host = await following('a');
		const stored = Object.freeze(host.state);
		const before = JSON.stringify(stored);
		await show(stored, visitors('a', 'new'));
		await show(stored, visitors('a', 'new'));
		expect(JSON.stringify(stored)).toBe(before);
		expect((await host.poll(visitors('a', 'new'))).entered).toEqual(['new']);
	});
});

describe('a test of the trigger says', () => {
	test.each(['[]', 'null', '[{"visitorId":null},{"visitorId":""}]'])(
		'that the report is empty, and what to do: %s',
		async (nobody) => {
			for (const stored of [undefined, (await following('a')).state]) {
				const failure = await failureOf(show(stored, nobody));
				expect(failure).toMatchObject({
					code: 'empty-report',
					message: 'The report "Trial users, week 1" is empty',
				});
				expect(failure.next).toContain('start the watch all the same');
			}
		},
	);

	test('that the report is of the other kind', async () => {
		expect((await failureOf(show(undefined, '[{"accountId":"acme"}]'))).code).toBe('wrong-kind');
	});

	test('that the results were not whole', async () => {
		expect((await failureOf(show(undefined, '[{"visitorId":"a"}'))).code).toBe('malformed-results');
	});
});
