import type { RawEvent } from '../../../core/watch/event';
import {
	discardedNotice,
	failingNotice,
	heldNotice,
	recoveredNotice,
	releasedNotice,
	reportChangedNotice,
	reportGoneNotice,
	resetNotice,
	suspiciousNotice,
} from '../../../core/watch/notice';
import { options } from './watch.support';

const { report } = options;
const minute = 60_000;
const raw = (event: RawEvent['event'], subject: string): RawEvent => ({
	event,
	subject,
	eventId: '',
	at: 0,
});
const several = [raw('left', 'a'), raw('entered', 'b'), raw('left', 'c'), raw('changed', 'a')];
const one = [raw('entered', 'kim')];
const failure = { message: 'Pendo is down', why: 'It answered 503.', next: 'Wait.' };
const notices = [
	resetNotice(report, 7, 0),
	suspiciousNotice(report, 100, 60),
	recoveredNotice(report, 90 * minute, 2),
	heldNotice(options, several, { events: [...one, ...several] }, 2, false),
	releasedNotice(options, 12, 1),
	discardedNotice(options, several, 0),
	failingNotice(report, failure, 3, 10 * minute),
	reportChangedNotice(report, ['It was renamed.', 'A column was added.']),
	reportGoneNotice(report),
];

test.each(notices.map((notice) => [notice.notice, notice] as const))(
	'the notice %s is ready to be sent to a person: title, text, what to do next',
	(_name, notice) => {
		expect(Object.keys(notice).sort()).toEqual(
			['counts', 'next', 'notice', 'report', 'samples', 'severity', 'text', 'title'].sort(),
		);
		expect(notice.title).toContain('"Trial users, week 1"');
		for (const text of [notice.text, notice.next]) expect(text).toMatch(/\.$/);
		expect(notice.text).toMatch(/^[A-Z0-9]/);
		expect(notice.text).not.toContain('  ');
		expect(notice.report).toEqual(report);
		expect(['info', 'warning']).toContain(notice.severity);
		expect(notice.samples.length).toBeLessThanOrEqual(5);
		expect(JSON.parse(JSON.stringify(notice))).toEqual(notice);
	},
);

test('a notice says how many', () => {
	expect(notices.map(({ counts }) => counts)).toEqual([
		{ present: 7 },
		{ known: 100, missing: 60 },
		{ gapSeconds: 5_400, events: 2 },
		{ detected: 4, held: 5, leftAgain: 2 },
		{ released: 12, held: 0, leftAgain: 1 },
		{ discarded: 4, held: 0, leftAgain: 0 },
		{ failures: 3, gapSeconds: 600 },
		{ changes: 2 },
		{ changes: 1 },
	]);
	expect(notices[0]!.text).toContain('7');
	expect(notices[1]!.text).toContain('60 of 100');
	expect(notices[2]!.text).toContain('It brought 2 events');
	expect(recoveredNotice(report, minute, 0).text).toContain('Nobody new appeared meanwhile');
});

test('a notice of a flood says of which kinds, and shows a few, each once', () => {
	const held = heldNotice(options, several, { events: several }, 0, false);
	expect(held.text).toContain('1 entered, 1 changed, 2 left at once');
	expect(held.samples).toEqual(['a', 'b', 'c']);
	const many = Array.from({ length: 50 }, (_, index) => raw('entered', `u-${index}`));
	expect(heldNotice(options, many, { events: many }, 0, false).samples).toHaveLength(5);
	const pairs = { ...options, pair: true };
	expect(discardedNotice(pairs, [raw('entered', '["kim","acme"]')], 0).samples).toEqual(['kim']);
});

test('a notice of one is in the singular', () => {
	const texts = [
		heldNotice(options, one, { events: one }, 1, false),
		releasedNotice(options, 1, 1),
		discardedNotice(options, one, 1),
		resetNotice(report, 1, 1),
	].map(({ title, text }) => `${title}. ${text}`);
	expect(texts[0]).toContain('1 event of "Trial users, week 1" is held');
	expect(texts[0]).toContain('1 waits now');
	expect(texts[1]).toContain('1 held event was released');
	expect(texts[2]).toContain('1 event of "Trial users, week 1" was discarded');
	expect(texts[3]).toContain('1 event that was held for what was followed before is gone');
	for (const text of texts.slice(0, 3)) {
		expect(text).toContain('1 visitor left the report again before the release and was dropped');
	}
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
