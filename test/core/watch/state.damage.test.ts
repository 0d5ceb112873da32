import { compareListing, poll, preview, readState, type PollOptions } from '../../../core/watch';
import { crowd, failureOf, Host, options, streamOf } from './watch.support';

const how: Partial<PollOptions> = {
	events: ['entered', 'left', 'changed'],
	changedFields: ['plan', 'seats'],
	oldValues: true,
	returning: 'firstTimeOnly',
	flood: { mode: 'hold', threshold: 3, releaseNow: 1, keepLeavers: false },
};
const people = (ids: string[], plan: number) =>
	JSON.stringify(ids.map((visitorId) => ({ visitorId, plan, seats: [plan] })));

/** A state in which every part is there. */
async function fullState(): Promise<string> {
	const host = new Host(how);
	await host.poll(people(crowd(22), 1));
	await host.poll(people(crowd(25), 2));
	await host.poll(people(crowd(4), 2));
	const state = readState(host.state, options.words)!;
	const { report } = options;
	const listed = { ...report, kind: 'visitor' as const, type: '', columns: [] };
	return JSON.stringify(compareListing(state, report, [listed]).state);
}

/** What a poll makes of a stored text: its events and notices, or the code of its failure. */
async function meaningOf(stored: string): Promise<string> {
	const state: unknown = JSON.parse(stored);
	const results = streamOf(people(crowd(30), 3));
	const result = await poll(state, results, { ...options, ...how }).catch(
		(error: { code: string }) => error.code,
	);
	if (typeof result === 'string') return result;
	const { events, notices } = result;
	return JSON.stringify([events, notices, result.state.held?.count]);
}

type Path = readonly string[];

function pathsOf(value: unknown, path: Path = []): Path[] {
	if (typeof value !== 'object' || value === null) return [path];
	return [
		...(path.length > 0 ? [path] : []),
		...Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, [...path, name])),
	];
}

/** The state with one place of it replaced; undefined takes it away. */
function changed(stored: string, path: Path, change: (value: unknown) => unknown): string {
	const state = JSON.parse(stored) as Record<string, unknown>;
	const holder = path
		.slice(0, -1)
		.reduce((inner, name) => inner[name] as Record<string, unknown>, state);
	const name = path.at(-1)!;
	holder[name] = change(holder[name]);
	return JSON.stringify(state);
}

describe('a stored state, in which every part is there', () => {
	test('has all parts', async () => {
		const names = pathsOf(JSON.parse(await fullState())).map((path) => path.join('.'));
		for (const part of [
			'details.leftRows',
			'details.hashes',
			'details.values',
			'details.fields.1',
			'seen',
			'suspicion.details.hashes',
			'suspicion.since',
			'held.events',
			'held.done',
			'report.name',
		]) {
			expect(names).toContain(part);
		}
	});

	test('is refused where any part of it is gone, null or of another type', async () => {
		const stored = await fullState();
		for (const path of pathsOf(JSON.parse(stored))) {
			// Without it, the parts are protected by the checksums of their own.
			if (path[0] === 'check') continue;
			for (const other of [undefined, null, 7, '', 'x', [], {}]) {
				const damaged = changed(stored, path, () => other);
				if (damaged === stored) continue;
				expect(`${path} ${await meaningOf(damaged)}`).toMatch(/ state-(damaged|newer)$/);
			}
		}
	});

	test('is refused where any text of it is cut, or any number another', async () => {
		const stored = await fullState();
		for (const path of pathsOf(JSON.parse(stored))) {
			const changes = [
				(value: unknown) => (typeof value === 'string' ? value.slice(0, -1) : value),
				(value: unknown) => (typeof value === 'string' ? value.slice(1) : value),
				(value: unknown) => (typeof value === 'string' ? value.slice(0, value.length / 2) : value),
				(value: unknown) => (typeof value === 'number' ? value + 1 : value),
				(value: unknown) => (typeof value === 'number' ? value - 1 : value),
			];
			for (const change of changes) {
				const damaged = changed(stored, path, change);
				if (damaged === stored) continue;
				expect(`${path} ${await meaningOf(damaged)}`).toMatch(/ state-(damaged|newer)$/);
			}
		}
	});

	test('never tells anything else for one changed character, wherever it is', async () => {
		const stored = await fullState();
		const meaning = await meaningOf(stored);
		let refused = 0;
		for (let at = 0; at < stored.length; at++) {
			const flipped = String.fromCharCode(stored.charCodeAt(at) ^ (1 << at % 5));
			const damaged = stored.slice(0, at) + flipped + stored.slice(at + 1);
			let isJson = true;
			try {
				JSON.parse(damaged);
			} catch {
				isJson = false;
			}
			if (!isJson) continue;
			const found = await meaningOf(damaged);
			if (/^state-(damaged|newer)$/.test(found)) refused++;
			// The name of the checksum itself, without which all else is as it was.
			else expect(found).toBe(meaning);
		}
		expect(refused).toBeGreaterThan(stored.length / 2);
	}, 120_000);

	test('is refused where a part comes from another time of the same watch', async () => {
		const host = new Host(how);
		await host.poll(people(crowd(5), 1));
		const before = host.state as Record<string, unknown>;
		await host.poll(people(crowd(5), 2));
		const after = host.state as Record<string, unknown>;
		for (const part of ['snapshot', 'details', 'revision'] as const) {
			const mixed = { ...after, [part]: before[part] };
			if (JSON.stringify(mixed) === JSON.stringify(after)) continue;
			expect(await meaningOf(JSON.stringify(mixed))).toBe('state-damaged');
		}
	});

	test('is refused by a test of the trigger too', async () => {
		const damaged = changed(await fullState(), ['held', 'done'], () => 1);
		const results = streamOf(people(['a'], 1));
		const failure = await failureOf(preview(JSON.parse(damaged), results, { ...options, ...how }));
		expect(failure).toMatchObject({ code: 'state-damaged', transient: false });
		expect(failure.next).toContain('Duplicate this trigger');
	});

	test('says the same in whatever order a host writes its members', async () => {
		const reversed = (value: unknown): unknown =>
			typeof value !== 'object' || value === null || Array.isArray(value)
				? value
				: Object.fromEntries(
						Object.entries(value)
							.reverse()
							.map(([name, inner]) => [name, reversed(inner)]),
					);
		const stored = await fullState();
		const other = JSON.stringify(reversed(JSON.parse(stored)));
		expect(await meaningOf(other)).toBe(await meaningOf(stored));
	});

	test('of an earlier version, with a snapshot alone, is followed on', async () => {
		const host = new Host();
		await host.poll(people(['a'], 1));
		const { version, revision, snapshot } = host.state as Record<string, unknown>;
		host.stored = JSON.stringify({ version, revision, snapshot });
		expect((await host.poll(people(['a', 'b'], 1))).entered).toEqual(['b']);
	});
});
