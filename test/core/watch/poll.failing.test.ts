import fc from 'fast-check';
import { poll, preview } from '../../../core/watch';
import { failureOf, crowd, Host, options, streamOf, visitors } from './watch.support';

const complete = Buffer.from(
	'{"startTime":1,"results":[{"visitorId":"a"},{"visitorId":"jürgen","x":[1,null]}]}',
);

async function following(): Promise<Host> {
	const host = new Host();
	await host.poll(visitors('a'));
	return host;
}

describe('results that are not whole fail the poll, and the next whole ones fire as if it had not been', () => {
	test('cut at any byte', async () => {
		const host = await following();
		for (let end = 0; end < complete.length; end++) {
			const failure = await host.failure(complete.subarray(0, end));
			expect(failure).toMatchObject({ code: 'malformed-results', transient: true });
		}
		expect((await host.poll(complete)).entered).toEqual(['jürgen']);
	});

	test.each([
		['a web page', '<!doctype html><p>Sign in', 'web page'],
		['an error in JSON', '{"error":"x"}', 'another shape'],
		['nothing', '', 'empty'],
		['a list of numbers', '[1,2]', 'not a row'],
		['rows without an id', '[{}]', 'without visitorId'],
		['a row without an id, where others have one', '[{"visitorId":"a"},{"x":1}]', 'row 2'],
		['a whole list with garbage after it', '[{"visitorId":"b"}]x', 'after its end'],
		['a bare NaN', '[{"visitorId":"b","n":NaN}]', 'not valid JSON'],
		['gzip that nobody unpacked', Buffer.from('1f8b0800', 'hex'), 'gzip'],
		['UTF-16', Buffer.from('[{"visitorId":"b"}]', 'utf16le'), 'UTF-16'],
		['an id that is a list', '[{"visitorId":["b"]}]', 'neither text nor a number'],
	])('%s', async (_what, body, finding) => {
		const host = await following();
		const failure = await host.failure(body);
		expect(failure.code).toBe('malformed-results');
		expect(failure.message).toContain('"Trial users, week 1"');
		expect(failure.message).toContain(finding);
		expect(failure.next).toContain('Nothing is lost');
		expect((await host.poll(complete)).entered).toEqual(['jürgen']);
	});

	test('a connection that breaks, even behind the last byte', async () => {
		const host = await following();
		const broken = new Error('socket hang up');
		async function* breaking() {
			yield complete;
			throw broken;
		}
		await expect(poll(host.state, breaking(), options)).rejects.toBe(broken);
		expect((await host.poll(complete)).entered).toEqual(['jürgen']);
	});

	test('fails the first poll too: no snapshot is taken of a part', async () => {
		const host = new Host();
		await host.failure('[{"visitorId":"a"}');
		expect((await host.poll(complete)).events).toEqual([]);
	});
});

describe('a report of the other kind', () => {
	test('fails for good, and names the trigger that fits', async () => {
		const host = new Host();
		const failure = await host.failure('[{"accountId":"acme","account_agent_name":"Acme"}]');
		expect(failure).toMatchObject({
			code: 'wrong-kind',
			transient: false,
			worthAnotherTry: false,
			message:
				'"Trial users, week 1" is an account report, but this trigger follows a visitor report',
		});
		expect(failure.next).toBe(
			'Use the trigger "Pendo Account in Report" for it, or choose another report in this one.',
		);
	});

	test('is known by account_auto_id too, and the other way round', async () => {
		const auto = await new Host().failure('[{"ACCOUNT_AUTO_ID":"acme"}]');
		expect(auto.code).toBe('wrong-kind');
		const visitor = await new Host({ kind: 'account' }).failure(visitors('kim'));
		expect(visitor.code).toBe('wrong-kind');
		expect(visitor.next).toContain('"Pendo Visitor in Report"');
	});

	test('is not what a visitor report with accounts in it is', async () => {
		const body = '[{"accountId":"acme","visitorId":"kim"}]';
		for (const kind of ['visitor', 'account'] as const) {
			await expect(new Host({ kind }).poll(body)).resolves.toBeDefined();
		}
	});
});

describe('what is stored', () => {
	const rows = () => streamOf(visitors('a', 'b'));

	test.each([
		['null', null],
		['text', 'undefined'],
		['empty text', ''],
		['a number', 7],
		['a list', []],
		['an object without anything', {}],
		['another object', { version: 1 }],
		['an older version', { version: 0, revision: 1, snapshot: '' }],
		['a version as text', { version: '1', revision: 1, snapshot: '' }],
		['no snapshot', { version: 1, revision: 1 }],
		['an empty snapshot', { version: 1, revision: 1, snapshot: '' }],
		['the word undefined', { version: 1, revision: 1, snapshot: 'undefined' }],
		['a snapshot of null', { version: 1, revision: 1, snapshot: null }],
	])('that cannot be read is told with a way out: %s', async (_what, stored) => {
		for (const use of [poll, preview]) {
			const failure = await failureOf(use(stored, rows(), options));
			expect(failure).toMatchObject({ code: 'state-damaged', transient: false });
			expect(failure.next).toContain('Duplicate this trigger');
		}
	});

	test.each([
		['a later version of the state', { version: 2, anything: true }],
		['a later version of the snapshot', { version: 1, revision: 1, snapshot: 'pendo2.x' }],
	])('by a newer version is told with a way out: %s', async (_what, stored) => {
		for (const use of [poll, preview]) {
			const failure = await failureOf(use(stored, rows(), options));
			expect(failure).toMatchObject({ code: 'state-newer', transient: false });
			expect(failure.next).toContain('Install the newer version again');
		}
	});

	describe.each(['snapshot', 'seen', 'suspicion'] as const)('in %s', (place) => {
		async function damagedBy(change: (text: string) => string): Promise<unknown> {
			const host = new Host({ returning: 'firstTimeOnly' });
			await host.poll(visitors(...crowd(20)));
			await host.poll('[]');
			const state = JSON.parse(host.stored!) as Record<string, string> & {
				suspicion: { present: string };
			};
			if (place === 'suspicion') state.suspicion.present = change(state.suspicion.present);
			else state[place] = change(state[place]!);
			return state;
		}

		test('and was cut short is never believed', async () => {
			const stored = await damagedBy((text) => text.slice(0, text.length / 2));
			const failure = await failureOf(
				poll(stored, rows(), { ...options, returning: 'firstTimeOnly' }),
			);
			expect(failure.code).toBe('state-damaged');
		});

		test('and has one character changed, wherever it is, is never believed', async () => {
			for (let at = 0, length = 1; at < length; at++) {
				const stored = await damagedBy((text) => {
					length = text.length;
					const other = text[at] === 'A' ? 'B' : 'A';
					return text.slice(0, at) + other + text.slice(at + 1);
				});
				const failure = await failureOf(
					poll(stored, rows(), { ...options, returning: 'firstTimeOnly' }),
				);
				expect(failure.code).toMatch(/^state-(damaged|newer)$/);
			}
		});
	});

	test('of another watch is no baseline when it is damaged', async () => {
		const host = await following();
		const state = host.state as { snapshot: string };
		state.snapshot = state.snapshot.slice(0, -1);
		const elsewhere = { ...options, report: { id: 'other', name: 'Other' } };
		const failure = await failureOf(poll(state, rows(), elsewhere));
		expect(failure.code).toBe('state-damaged');
	});
});

test('a failure never holds a piece of what was received', async () => {
	const marker = 'm4rk3r-0f-4-v1s1t0r';
	const piece = fc.oneof(
		fc.constantFrom(
			'[',
			']',
			'{',
			'}',
			',',
			':',
			'null',
			'"',
			'\\',
			'7',
			'NaN',
			'<html>',
			'\ufeff',
		),
		fc.constantFrom(
			`"${marker}"`,
			marker,
			`"visitorId":"${marker}"`,
			`{"visitorId":"${marker}"}`,
			`{"accountId":"${marker}"}`,
			`"${marker}":1`,
		),
	);
	let failures = 0;
	await fc.assert(
		fc.asyncProperty(fc.array(piece, { maxLength: 12 }), fc.boolean(), async (pieces, inList) => {
			const body = pieces.join('');
			const reading = poll(undefined, streamOf(inList ? `[${body}]` : body), options);
			const failure = await reading.then(
				() => undefined,
				(error: unknown) => error as Error,
			);
			if (failure === undefined) return;
			failures++;
			const told = [failure.message, failure.stack, JSON.stringify(failure), String(failure.cause)];
			expect(told.join()).not.toContain(marker);
		}),
		{ numRuns: 2_000 },
	);
	expect(failures).toBeGreaterThan(1_000);
});
