import { recoveredNotice, resetNotice, suspiciousNotice } from '../../../core/watch/notice';
import { options } from './watch.support';

const { report } = options;
const minute = 60_000;
const notices = [
	resetNotice(report, 7, 0),
	suspiciousNotice(report, 100, 60),
	recoveredNotice(report, 90 * minute, 2),
];

test.each(notices.map((notice) => [notice.notice, notice] as const))(
	'the notice %s is ready to be sent to a person: title, text, what to do next',
	(_name, notice) => {
		expect(Object.keys(notice).sort()).toEqual(
			['counts', 'next', 'notice', 'report', 'samples', 'severity', 'text', 'title'].sort(),
		);
		expect(notice.title).toContain('"Trial users, week 1"');
		for (const text of [notice.text, notice.next]) expect(text).toMatch(/\.$/);
		expect(JSON.parse(JSON.stringify(notice))).toEqual(notice);
	},
);

test('a notice says how many', () => {
	expect(notices.map(({ counts }) => counts)).toEqual([
		{ present: 7 },
		{ known: 100, missing: 60 },
		{ gapSeconds: 5_400, events: 2 },
	]);
	expect(notices[0]!.text).toContain('7');
	expect(notices[1]!.text).toContain('60 of 100');
	expect(notices[2]!.text).toContain('It brought 2 events');
	expect(recoveredNotice(report, minute, 0).text).toContain('Nobody new appeared meanwhile');
});

test.each([
	[0, '1 minute'],
	[minute, '1 minute'],
	[2 * minute, '2 minutes'],
	[119 * minute, '119 minutes'],
	[120 * minute, '2 hours'],
	[47 * 60 * minute, '47 hours'],
	[48 * 60 * minute, '2 days'],
	[30 * 24 * 60 * minute, '30 days'],
])('a gap of %i ms is %s', (gap, words) => {
	expect(recoveredNotice(report, gap, 0).text).toContain(`After ${words} of`);
});
