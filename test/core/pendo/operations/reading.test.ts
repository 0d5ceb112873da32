import { problemOf, Wire, type Sent } from './pendo.support';

const pipelineOf = ({ body }: Sent) =>
	(body as { request: { pipeline: Record<string, unknown>[] } }).request.pipeline;

describe('the rows of a report', () => {
	test.each([
		['a list', '[{"visitorId":"a"},{"visitorId":"b"}]', 2],
		[
			'an object with results',
			'{"startTime":1,"results":[{"visitorId":"a"}],"more":{"results":[1]}}',
			1,
		],
		['an empty list', '[]', 0],
		['null', ' null\n', 0],
		['null results', '{"results":null}', 0],
		['a byte order mark before it', '\uFEFF[{"visitorId":"a"}]', 1],
	])('come from %s', async (_, body, count) => {
		const wire = new Wire(() => ({ body }));
		expect(await wire.rows('report', 'getRows', { reportId: 'r' })).toHaveLength(count);
	});

	test.each([
		['cut within a row', '[{"visitorId":"a"},{"visi'],
		['cut after a row', '[{"visitorId":"a"}'],
		['cut after a comma', '[{"visitorId":"a"},'],
		['cut before the end of the object', '{"results":[{"visitorId":"a"}]'],
		['empty', ''],
		['a web page', '<html><body>Sign in</body></html>'],
		['another object', '{"error":"x"}'],
		['a list of numbers', '[1,2]'],
		['followed by something else', '[{"visitorId":"a"}] [1]'],
		['without a comma between two rows', '[{"visitorId":"a"}{"visitorId":"b"}]'],
		['no JSON within a row', '[{"visitorId":NaN}]'],
	])('are refused when the answer is %s', async (_, body) => {
		const wire = new Wire(() => ({ body }));
		await expect(
			wire.rows('report', 'getRows', { reportId: 'r', returnAll: true }),
		).rejects.toMatchObject({ code: 'malformed-results' });
	});

	test('are the same however the answer is cut', async () => {
		const rows = [
			{ visitorId: 'a"\\]}{[' },
			{ visitorId: '🦊ü', n: { deep: ['x', '}'] } },
			{ a: 1 },
		];
		const body = JSON.stringify({ first: '"[', results: rows }, null, 1);
		for (let size = 1; size <= Buffer.byteLength(body); size++) {
			const wire = new Wire(() => ({ body }));
			wire.chunk = size;
			expect(await wire.rows('report', 'getRows', { reportId: 'r' })).toEqual(rows);
		}
	});

	test('are as many as were asked for, and the answer is left then', async () => {
		const body = JSON.stringify(Array.from({ length: 100 }, (_, n) => ({ visitorId: `u-${n}` })));
		const wire = new Wire(() => ({ body: `${body.slice(0, -1)}, broken` }));
		expect(await wire.rows('report', 'getRows', { reportId: 'r', limit: 3 })).toEqual([
			{ visitorId: 'u-0' },
			{ visitorId: 'u-1' },
			{ visitorId: 'u-2' },
		]);
	});

	test('keep the digits of ids beyond 2^53', async () => {
		const wire = new Wire(() => ({ body: '[{"visitorId":9007199254740993}]' }));
		expect(await wire.rows('report', 'getRows', { reportId: 'r' })).toEqual([
			{ visitorId: '9007199254740993' },
		]);
	});

	test('have the titles of the columns where that is asked for, equal titles told apart', async () => {
		const fields = [
			{ field: 'visitorId', title: 'Visitor', type: 'string' },
			{ field: 'visitor_agent_email', title: 'Email', type: 'string' },
			{ field: 'visitor_custom_email', title: 'Email', type: 'string' },
		];
		const wire = new Wire(({ path }) =>
			path === '/api/v1/report'
				? { body: [{ id: 'r', name: 'R', type: 'Visitor', aggregation: { fields } }] }
				: { body: [{ visitorId: 'a', visitor_agent_email: 'x', visitor_custom_email: 'y', n: 1 }] },
		);
		expect(await wire.rows('report', 'getRows', { reportId: 'r', columnTitles: true })).toEqual([
			{ Visitor: 'a', Email: 'x', 'Email (visitor_custom_email)': 'y', n: 1 },
		]);
	});

	test('come as a file, as Pendo writes it', async () => {
		const wire = new Wire(() => ({ body: 'a,b\n1,2\n' }));
		const answer = await wire.run('report', 'downloadCsv', { reportId: '-b3/x' });
		if (answer.kind !== 'file') throw new Error('no file');
		expect(answer.file).toMatchObject({ name: 'report--b3_x.csv', mimeType: 'text/csv' });
		const parts: Uint8Array[] = [];
		for await (const part of answer.file.body) parts.push(part);
		expect(Buffer.concat(parts).toString()).toBe('a,b\n1,2\n');
	});
});

describe('many visitors', () => {
	const pageOf = (request: Sent, all: string[]) => {
		const steps = pipelineOf(request);
		const last = steps.map(({ filter }) => /^visitorId > "(.*)"$/.exec(String(filter))?.[1]);
		const from = last.find((id) => id !== undefined) ?? '';
		const limit = steps.find((step) => 'limit' in step)!.limit as number;
		const rows = all.filter((id) => id > from).slice(0, limit);
		return { body: { results: rows.map((visitorId) => ({ visitorId })) } };
	};
	const all = Array.from({ length: 12_000 }, (_, index) => `u-${String(index).padStart(6, '0')}`);

	test('come page by page in the order of their ids, each once', async () => {
		const wire = new Wire((request) => pageOf(request, all));
		const rows = await wire.rows('visitor', 'getMany', { returnAll: true });
		expect(rows.map(({ visitorId }) => visitorId)).toEqual(all);
		expect(wire.sent.map((request) => pipelineOf(request).slice(1))).toEqual([
			[{ sort: ['visitorId'] }, { limit: 5_000 }],
			[{ filter: 'visitorId > "u-004999"' }, { sort: ['visitorId'] }, { limit: 5_000 }],
			[{ filter: 'visitorId > "u-009999"' }, { sort: ['visitorId'] }, { limit: 5_000 }],
		]);
	});

	test('are as many as were asked for, the last page shorter', async () => {
		const wire = new Wire((request) => pageOf(request, all));
		expect(await wire.rows('visitor', 'getMany', { limit: 6_000 })).toHaveLength(6_000);
		expect(wire.sent.map((request) => pipelineOf(request).at(-1))).toEqual([
			{ limit: 5_000 },
			{ limit: 1_000 },
		]);
	});

	test('end in an error, not in a loop, where Pendo gives the same page again', async () => {
		const page = { body: { results: all.slice(0, 5_000).map((visitorId) => ({ visitorId })) } };
		const wire = new Wire(() => page);
		await expect(wire.rows('visitor', 'getMany', { returnAll: true })).rejects.toMatchObject({
			code: 'unexpected-answer',
		});
		expect(wire.sent).toHaveLength(2);
	});

	test('are narrowed by segment, visits and conditions, with values as the schema has them', async () => {
		const wire = new Wire(() => ({ body: { results: [] } }));
		await wire.rows('visitor', 'getMany', {
			limit: 10,
			segmentId: 'aB3',
			identifiedOnly: true,
			lastVisitAfter: '2026-05-01T00:00:00Z',
			lastVisitBefore: 1777680000000,
			conditions: [
				{ field: 'custom.tier', value: 'say "gold" \\ now' },
				{ field: 'custom.score', operator: '>=', value: '7' },
				{ field: 'custom.trial', operator: '!=', value: 'true' },
			],
		});
		expect(pipelineOf(wire.asked[0]!)).toEqual([
			{ source: { visitors: { identified: true } } },
			{ segment: { id: 'aB3' } },
			{ filter: 'metadata.auto.lastvisit >= 1777593600000' },
			{ filter: 'metadata.auto.lastvisit < 1777680000000' },
			{ filter: 'metadata.custom.tier == "say \\"gold\\" \\\\ now"' },
			{ filter: 'metadata.custom.score >= 7' },
			{ filter: 'metadata.custom.trial != true' },
			{ sort: ['visitorId'] },
			{ limit: 10 },
		]);
	});

	test.each(['custom.tier) || (1 == 1', 'tier', 'a.b.c', 'custom.'])(
		'%j is no field to put into an expression',
		async (field) => {
			const wire = new Wire();
			const problem = await problemOf(() =>
				wire.rows('visitor', 'getMany', { conditions: [{ field, value: 'x' }] }),
			);
			expect(problem).toMatchObject({
				code: 'bad-input',
				message: `"${field}" is not a metadata field`,
			});
			expect(wire.asked).toEqual([]);
		},
	);
});

describe('the history of a visitor', () => {
	const day = 86_400_000;

	test('is asked for 24 hours at a time, and each event comes once', async () => {
		const wire = new Wire(({ path }) => {
			const start = Number(new URL(path, 'https://app.pendo.io').searchParams.get('starttime'));
			return { body: [start, start + day / 2, start + day].map((ts) => ({ ts, type: 'page' })) };
		});
		const to = wire.timeOfDay;
		const rows = await wire.rows('visitor', 'history', {
			visitorId: 'u-1',
			from: to - 2.75 * day,
			to,
			returnAll: true,
		});
		expect(rows.map(({ ts }) => (Number(ts) - to) / day)).toEqual([
			-2.75, -2.25, -1.75, -1.25, -0.75, -0.25,
		]);
		expect(wire.sent).toHaveLength(3);
	});

	test.each([
		['older than 180 days', { from: Date.UTC(2025, 8, 1) }],
		['without length', { from: Date.UTC(2026, 4, 2), to: Date.UTC(2026, 4, 2) }],
	])('%s is refused before anything is sent', async (_, range) => {
		const wire = new Wire();
		const problem = await problemOf(() =>
			wire.rows('visitor', 'history', { visitorId: 'u-1', ...range }),
		);
		expect(problem).toMatchObject({ code: 'bad-input' });
		expect(wire.sent).toEqual([]);
	});
});

describe('what Pendo prepares in the background', () => {
	test('is waited for, then its rows come', async () => {
		const wire = new Wire(({ path }, count) => {
			if (path.endsWith('/visitors')) return { body: { jobId: 'j' } };
			if (path.endsWith('/status')) return { body: { status: count < 5 ? 'running' : 'complete' } };
			return { body: '\uFEFFVisitor ID,name\r\nu-1,"Kim, ""K"""\r\n"two\nlines",\n' };
		});
		expect(await wire.rows('segment', 'export', { segmentId: 's' })).toEqual([
			{ visitorId: 'u-1', name: 'Kim, "K"' },
			{ visitorId: 'two\nlines', name: '' },
		]);
		expect(wire.waits).toEqual([1_000, 1_500, 2_250]);
	});

	test('is not waited for longer than asked, and the error says so', async () => {
		const wire = new Wire(() => ({ body: { status: 'pending' } }));
		const problem = await problemOf(() =>
			wire.run('segment', 'status', { segmentId: 's', waitSeconds: 30 }),
		);
		expect(problem).toMatchObject({ code: 'not-ready', transient: true });
		expect((problem as Error).message).toContain('30 seconds');
		expect(wire.waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThanOrEqual(30_000);
	});

	test('is not waited for longer where somebody sets the clock back meanwhile', async () => {
		const wire: Wire = new Wire(() => {
			wire.timeOfDay -= 3_600_000;
			return { body: { status: 'pending' } };
		});
		await problemOf(() => wire.run('segment', 'status', { segmentId: 's', waitSeconds: 30 }));
		expect(wire.waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThanOrEqual(30_000);
	});

	test('is looked at once where no waiting is wanted', async () => {
		const wire = new Wire(() => ({ body: { status: 'pending' } }));
		await problemOf(() => wire.run('segment', 'status', { segmentId: 's', waitSeconds: 0 }));
		expect(wire.sent).toHaveLength(1);
	});

	test('fails at once where Pendo gave it up', async () => {
		const wire = new Wire(() => ({ body: { status: 'failed' } }));
		await expect(wire.run('segment', 'status', { segmentId: 's' })).rejects.toMatchObject({
			code: 'refused',
		});
		expect(wire.waits).toEqual([]);
	});

	test('comes out the same however the file is cut', async () => {
		const file = 'visitorId,"a ""b"" c",d\n"x,\r\ny","q""",\r\n\n"",1,2\nlast,"",3';
		for (let size = 1; size <= file.length; size++) {
			const wire = new Wire(({ path }) =>
				path.endsWith('csv') ? { body: file } : { body: { id: 'j', status: 'done' } },
			);
			wire.chunk = size;
			expect(await wire.rows('segment', 'export', { segmentId: 's' })).toEqual([
				{ visitorId: 'x,\r\ny', 'a "b" c': 'q"', d: '' },
				{ visitorId: '', 'a "b" c': '1', d: '2' },
				{ visitorId: 'last', 'a "b" c': '', d: '3' },
			]);
		}
	});

	test('is never believed whole when the file ends within quotes', async () => {
		const wire = new Wire(({ path }) =>
			path.endsWith('csv') ? { body: 'visitorId\n"u-1' } : { body: { id: 'j', status: 'done' } },
		);
		await expect(wire.rows('segment', 'export', { segmentId: 's' })).rejects.toMatchObject({
			code: 'malformed-results',
		});
	});
});

test('a page that Pendo does not have is an error, though the list answers', async () => {
	const wire = new Wire(() => ({ body: [] }));
	await expect(wire.run('page', 'get', { id: 'p9' })).rejects.toMatchObject({ code: 'not-found' });
});

test('pages that were used most have their names', async () => {
	const wire = new Wire(({ method }) =>
		method === 'POST'
			? {
					body: {
						results: [
							{ pageId: 'p1', events: 3 },
							{ pageId: 'gone', events: 1 },
						],
					},
				}
			: { body: [{ id: 'p1', name: 'Home' }] },
	);
	expect(await wire.rows('aggregation', 'topPages')).toEqual([
		{ pageId: 'p1', events: 3, pageName: 'Home' },
		{ pageId: 'gone', events: 1, pageName: null },
	]);
});
