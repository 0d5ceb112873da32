import { createHash } from 'node:crypto';
import type { PollOptions } from '../../../core/watch';
import { Host } from './watch.support';

const COUNT = 5_000;
const hash = (index: number) => createHash('sha256').update(String(index)).digest('hex');
const names = ['kim', 'lee', 'anna', 'jon', 'maria', 'ali', 'wei', 'sofia', 'omar', 'ines'];

const ids = {
	'a number': (index: number) => String(100_000 + index * 7),
	'an email address': (index: number) =>
		`${names[index % 10]}.${hash(index).slice(0, 5)}@customer${index % 997}.example`,
	'a UUID': (index: number) =>
		hash(index).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5'),
};

/** Characters of state a subject, beyond those of the snapshot. */
async function costOf(id: (index: number) => string, how: Partial<PollOptions>): Promise<number> {
	const rows = Array.from({ length: COUNT }, (_, index) => ({
		visitorId: id(index),
		plan: ['free', 'team', 'paid'][Number.parseInt(hash(index).slice(-4), 16) % 3],
		lastvisit: 1_746_090_000_000 + Number.parseInt(hash(index).slice(-8), 16),
	}));
	const [plain, asked] = [new Host(), new Host(how)];
	await plain.poll(JSON.stringify(rows));
	await asked.poll(JSON.stringify(rows));
	return (asked.stored!.length - plain.stored!.length) / COUNT;
}

const changing = { events: ['changed'] as const };

describe('what a watch keeps of each subject, as the documents say, costs at most', () => {
	test.each([
		['a number', 6],
		['an email address', 12],
		['a UUID', 30],
	] as const)('to tell who left, where an id is %s: %i characters', async (what, most) => {
		expect(await costOf(ids[what], { events: ['left'] })).toBeLessThan(most);
	});

	test.each([
		[1, ['plan']],
		[2, ['plan', 'lastvisit']],
	] as const)('to tell changes: 5.4 characters for each field (%i)', async (count, fields) => {
		const cost = await costOf(ids['a UUID'], { ...changing, changedFields: fields });
		expect(cost / count).toBeLessThan(5.4);
	});

	test.each([
		['one of a few words', 'plan', 0.8],
		['a time', 'lastvisit', 9],
	])('to tell old values too, where a value is %s', async (_what, field, most) => {
		const how = { ...changing, changedFields: [field] };
		const cost = await costOf(ids['a UUID'], { ...how, oldValues: true });
		expect(cost - (await costOf(ids['a UUID'], how))).toBeLessThan(most);
	});

	test('to let nobody enter twice: 10 characters for each who was ever there', async () => {
		expect(await costOf(ids['a UUID'], { returning: 'firstTimeOnly' })).toBeLessThan(10);
	});
});
