import { Wire, type Sent } from './pendo.support';

const people = (count: number) =>
	Array.from({ length: count }, (_, index) => ({
		visitorId: `u-${index}`,
		values: { tier: 'gold' },
	}));
const idsIn = ({ body }: Sent) =>
	(body as { visitorId: string }[]).map(({ visitorId }) => visitorId);
const allWell = (request: Sent) => {
	const total = idsIn(request).length;
	return { body: { total, updated: total, failed: 0 } };
};

describe('metadata of many', () => {
	test('goes in batches of 1,000, and each input has its outcome', async () => {
		const wire = new Wire(allWell);
		const outcomes = await wire.together('visitor', 'bulkSetMetadata', people(2_500));
		expect(wire.asked.map((request) => idsIn(request).length)).toEqual([1_000, 1_000, 500]);
		expect(outcomes).toHaveLength(2_500);
		expect(outcomes[2_499]).toEqual({ value: { visitorId: 'u-2499', updated: true } });
	});

	test('asks for the rights of the key and for the schema once, however many there are', async () => {
		const wire = new Wire(allWell);
		await wire.together('visitor', 'bulkSetMetadata', people(3_000));
		expect(wire.sent.length - wire.asked.length).toBe(2);
	});

	test('tells who is missing, and keeps the others', async () => {
		const wire = new Wire(() => ({
			body: { total: 3, updated: 2, failed: 0, missing: ['u-1'] },
		}));
		const outcomes = await wire.together('visitor', 'bulkSetMetadata', people(3));
		expect(outcomes.map(({ failure }) => failure?.code)).toEqual([
			undefined,
			'not-found',
			undefined,
		]);
		expect(outcomes[1]!.failure!.message).toContain('"u-1"');
	});

	test.each([
		['texts', ['no such value for u-1: tier']],
		['objects', [{ visitorId: 'u-1', message: 'no such value' }]],
	])('tells what Pendo says of one, in %s', async (_, errors) => {
		const wire = new Wire(() => ({ body: { total: 12, updated: 11, failed: 1, errors } }));
		const outcomes = await wire.together('visitor', 'bulkSetMetadata', people(12));
		const failed = outcomes.flatMap(({ failure }, place) => (failure ? [place] : []));
		expect(failed).toEqual([1]);
		expect(outcomes[1]!.failure!.description).toContain('no such value');
	});

	test('finds those that failed where Pendo only counts them', async () => {
		const bad = new Set(['u-3', 'u-700']);
		const wire = new Wire((request) => {
			const ids = idsIn(request);
			const failed = ids.filter((id) => bad.has(id)).length;
			return { body: { total: ids.length, updated: ids.length - failed, failed } };
		});
		const outcomes = await wire.together('visitor', 'bulkSetMetadata', people(1_000));
		const failed = outcomes.flatMap(({ failure }, place) => (failure ? [place] : []));
		expect(failed).toEqual([3, 700]);
		expect(wire.asked.length).toBeLessThan(64);
	});

	test('says that it cannot tell, rather than that all is well, where too many are only counted', async () => {
		const wire = new Wire((request) => {
			const ids = idsIn(request);
			const failed = ids.filter((id) => Number(id.slice(2)) % 3 === 0).length;
			return { body: { total: ids.length, updated: ids.length - failed, failed } };
		});
		const outcomes = await wire.together('visitor', 'bulkSetMetadata', people(1_000));
		outcomes.forEach(({ failure }, place) => {
			if (place % 3 === 0) expect(failure).toMatchObject({ code: 'refused' });
		});
		expect(wire.asked.length).toBeLessThan(70);
	});

	test('counts those missing beside those failed where the other numbers say so', async () => {
		const wire = new Wire((request) => {
			const ids = idsIn(request);
			const missing = ids.filter((id) => id === 'u-0');
			const failed = ids.filter((id) => id === 'u-5').length;
			const updated = ids.length - failed - missing.length;
			return { body: { total: ids.length, updated, failed, missing } };
		});
		const outcomes = await wire.together('visitor', 'bulkSetMetadata', people(8));
		const failed = outcomes.flatMap(({ failure }, place) => (failure ? [place] : []));
		expect(failed).toEqual([0, 5]);
	});

	test('fails all where Pendo says that all failed', async () => {
		const wire = new Wire(() => ({ body: { total: 2, updated: 0, failed: 2 } }));
		const outcomes = await wire.together('visitor', 'bulkSetMetadata', people(2));
		expect(outcomes.map(({ failure }) => failure?.code)).toEqual(['refused', 'refused']);
		expect(wire.asked).toHaveLength(1);
	});

	test('a batch that Pendo refuses does not take the others with it', async () => {
		const wire = new Wire((request, count) => (count === 1 ? { status: 422 } : allWell(request)));
		const outcomes = await wire.together('visitor', 'bulkSetMetadata', people(1_500));
		expect(outcomes.filter(({ failure }) => failure?.code === 'refused')).toHaveLength(1_000);
		expect(outcomes.filter(({ value }) => value?.updated === true)).toHaveLength(500);
	});

	test('an input with a mistake is refused alone, before anything of it is sent', async () => {
		const wire = new Wire(allWell);
		const outcomes = await wire.together('visitor', 'bulkSetMetadata', [
			{ visitorId: 'u-1', values: { tier: 'gold' } },
			{ visitorId: '', values: { tier: 'gold' } },
			{ visitorId: 'u-3', values: { height: 3 } },
			{ visitorId: 'u-4', values: { score: 'much' } },
			{ visitorId: 'u-5', values: { score: '7', renewal: '2026-05-01T00:00:00Z' } },
		]);
		expect(outcomes.map(({ failure }) => failure?.code)).toEqual([
			undefined,
			'bad-input',
			'bad-input',
			'bad-input',
			undefined,
		]);
		expect(wire.asked.map(({ body }) => body)).toEqual([
			[
				{ visitorId: 'u-1', values: { tier: 'gold' } },
				{ visitorId: 'u-5', values: { score: 7, renewal: 1777593600000 } },
			],
		]);
		expect(outcomes[2]!.failure!.description).toContain('tier, score, renewal, trial');
	});

	test('different groups, and unknown ids that may be made, go apart', async () => {
		const wire = new Wire(allWell);
		await wire.together('visitor', 'bulkSetMetadata', [
			{ visitorId: 'a', values: { tier: 'x' } },
			{ visitorId: 'b', group: 'agent', values: { email: 'x' } },
			{ visitorId: 'c', values: { tier: 'x' }, create: true },
			{ visitorId: 'd', values: { tier: 'x' } },
		]);
		expect(wire.asked.map((request) => [request.path, idsIn(request)])).toEqual([
			['/api/v1/metadata/visitor/custom/value', ['a', 'd']],
			['/api/v1/metadata/visitor/agent/value', ['b']],
			['/api/v1/metadata/visitor/custom/value?create=true', ['c']],
		]);
	});

	test('of one fails as one: an answer of 200 hides nothing', async () => {
		const wire = new Wire(() => ({ body: { total: 1, updated: 0, failed: 1, missing: ['u-1'] } }));
		await expect(
			wire.run('visitor', 'setMetadata', { visitorId: 'u-1', values: { tier: 'gold' } }),
		).rejects.toMatchObject({ code: 'not-found' });
	});
});

describe('members of a segment', () => {
	const ids = (count: number) => Array.from({ length: count }, (_, index) => `u-${index}`);
	const membersIn = ({ body }: Sent) =>
		(body as { patch: { value: string[] }[] }).patch.map(({ value }) => value.length);

	test('are added 1,000 at a time, those of all inputs together, each once', async () => {
		const wire = new Wire(() => ({
			body: { multistatus: [{ operation: 'add', status: 200, message: 'ok' }] },
		}));
		const outcomes = await wire.together('segment', 'addVisitors', [
			...ids(1_500).map((id) => ({ segmentId: 's', visitorIds: [id] })),
			{ segmentId: 's', visitorIds: ['u-0'] },
			{ segmentId: 't', visitorIds: 'a, b' },
		]);
		expect(wire.asked.map(({ path, ...rest }) => [path, membersIn(rest as Sent)])).toEqual([
			['/api/v1/segment/s/visitor', [1_000]],
			['/api/v1/segment/s/visitor', [500]],
			['/api/v1/segment/t/visitor', [2]],
		]);
		expect(outcomes.every(({ value }) => value?.added === true)).toBe(true);
	});

	test.each([200, 207])(
		'that Pendo did not take are told, though it answered %d',
		async (status) => {
			const wire = new Wire(() => ({
				status,
				body: {
					multistatus: [{ operation: 'add', status: 400, message: 'not an uploaded segment' }],
				},
			}));
			const [outcome] = await wire.together('segment', 'addVisitors', [
				{ segmentId: 's', visitorIds: ['u-1'] },
			]);
			expect(outcome!.failure).toMatchObject({ code: 'refused' });
			expect(outcome!.failure!.description).toContain('not an uploaded segment');
		},
	);

	test.each([
		['a list without a name', [{ status: 200 }, { status: 422, message: 'no such visitor' }]],
		['numbers alone', [200, 422]],
		['a status in words', [{ status: '422 Unprocessable Entity' }]],
		['a word for it', { multistatus: [{ operation: 'add', status: 'failed' }] }],
	])('that Pendo did not take are told from %s', async (_, body) => {
		const wire = new Wire(() => ({ body }));
		const [outcome] = await wire.together('segment', 'removeVisitors', [
			{ segmentId: 's', visitorIds: ['u-1'] },
		]);
		expect(outcome!.failure).toMatchObject({ code: 'refused' });
	});

	test.each([
		['a list without a name', [{ status: 200, message: 'no error' }]],
		['numbers alone', [200]],
		['a word for it', { multistatus: [{ status: 'success' }] }],
	])('are done where all is well in %s', async (_, body) => {
		const wire = new Wire(() => ({ body }));
		const [outcome] = await wire.together('segment', 'addVisitors', [
			{ segmentId: 's', visitorIds: ['u-1'] },
		]);
		expect(outcome!.value).toMatchObject({ added: true });
	});
});
