import { Host, visitors } from './watch.support';

const raw = (...ids: string[]) => `[${ids.map((id) => `{"visitorId":${id}}`).join(',')}]`;

describe('ids that are easily mistaken', () => {
	test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', ' ', 'null', '0', '<nil>'])(
		'%j enters once, and never again',
		async (id) => {
			for (const returning of ['everyTime', 'firstTimeOnly'] as const) {
				const host = new Host({ returning });
				await host.poll(visitors('a'));
				const read = await host.poll(visitors('a', id));
				expect(read.entered).toEqual([id]);
				expect(read.events[0]!.row).toEqual(JSON.parse(`{"visitorId":${JSON.stringify(id)}}`));
				expect((await host.poll(visitors(id, 'a'))).entered).toEqual([]);
				expect((await host.poll(visitors('a', id, 'b'))).entered).toEqual(['b']);
			}
		},
	);

	test('a column called __proto__ is a column, and changes no prototype', async () => {
		const host = new Host({ firstPoll: 'everyone' });
		const read = await host.poll(
			'[{"visitorId":"a","__proto__":{"polluted":true},"constructor":1}]',
		);
		const { row } = read.events[0]!;
		expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
		expect(Object.keys(row)).toEqual(['visitorId', '__proto__', 'constructor']);
		expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
	});

	test.each([
		['composed and decomposed letters', 'j\u00fcrgen', 'ju\u0308rgen'],
		['upper and lower case', 'A@x', 'a@x'],
		['a space at the end', 'a@x', 'a@x '],
		['a joiner without width', 'a@x', 'a\u200d@x'],
		['quotes around it', 'a', '"a"'],
		['a parent account', 'child', 'parent::child'],
		['a number with a zero before it', '7', '07'],
		['halves of a character', '\ud83d', '\ude00'],
	])('are two subjects: %s', async (_what, one, other) => {
		const host = new Host();
		await host.poll(visitors(one));
		expect((await host.poll(visitors(one, other))).entered).toEqual([other]);
		expect((await host.poll(visitors(one, other))).entered).toEqual([]);
	});

	test.each([
		['1000', '"1000"'],
		['1000', '1e3'],
		['1000', '1000.0'],
		['-0', '0'],
		['0.1', '1e-1'],
		['"é"', '"\\u00e9"'],
		['9007199254740993', '"9007199254740993"'],
	])('are one subject: %s and %s', async (one, other) => {
		const host = new Host({ firstPoll: 'everyone' });
		expect((await host.poll(raw(one, other))).events).toHaveLength(1);
		expect((await host.poll(raw(other))).events).toEqual([]);
		expect((await host.poll(raw(one))).events).toEqual([]);
	});

	test('integers beyond 2^53 are two subjects and keep their digits', async () => {
		const host = new Host();
		await host.poll(raw('9007199254740992'));
		const read = await host.poll(
			raw('9007199254740992', '9007199254740993', '-12345678901234567890'),
		);
		expect(read.entered).toEqual(['9007199254740993', '-12345678901234567890']);
		expect(read.events.map(({ row }) => row)).toEqual([
			{ visitorId: '9007199254740993' },
			{ visitorId: '-12345678901234567890' },
		]);
	});

	test('a small number keeps its type in the row; the subject is named by its text', async () => {
		const host = new Host({ firstPoll: 'everyone' });
		const [event] = (await host.poll(raw('1e3'))).events;
		expect(event!.row).toEqual({ visitorId: 1000 });
		expect(event!.pendo.subject.id).toBe('1000');
	});

	test('a very long one enters once', async () => {
		const long = 'ü'.repeat(200_000);
		const host = new Host();
		await host.poll('[]');
		expect((await host.poll(visitors(long, `${long}x`))).entered).toEqual([long, `${long}x`]);
		expect((await host.poll(visitors(`${long}x`, long))).entered).toEqual([]);
	});
});
