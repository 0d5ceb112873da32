import {
	REPORT_IDS,
	startEmulator,
	type Emulator,
	type EmulatorOptions,
} from '../../emulator/server';
import { rowsOf } from './pendo-client';

const { livingVisitors, livingAccounts } = REPORT_IDS;
const MINUTE = 60_000;
const open: Emulator[] = [];
afterEach(() => Promise.all(open.splice(0).map((emulator) => emulator.close())));

async function start(options: EmulatorOptions): Promise<Emulator> {
	const emulator = await startEmulator({ startedAt: 0, ...options });
	open.push(emulator);
	return emulator;
}

async function life(options: EmulatorOptions): Promise<string[]> {
	const emulator = await start({ paused: true, ...options });
	const looks: string[] = [];
	for (let minute = 0; minute < 10; minute++) {
		emulator.control.changeClock({ advance: MINUTE });
		looks.push(
			JSON.stringify([
				await rowsOf(emulator, livingVisitors),
				await rowsOf(emulator, livingAccounts),
			]),
		);
	}
	return looks;
}

const ids = async (emulator: Emulator) =>
	new Set((await rowsOf(emulator, livingVisitors)).map(({ visitorId }) => String(visitorId)));

test('the same seed gives the same people, comings and goings; another seed gives others', async () => {
	const [first, again, other] = [
		await life({ seed: 7 }),
		await life({ seed: 7 }),
		await life({ seed: 8 }),
	];
	expect(again).toEqual(first);
	expect(other).not.toEqual(first);
});

test('time that passes in one jump or in many leaves the same people', async () => {
	const [jumper, walker] = [await start({ paused: true }), await start({ paused: true })];
	jumper.control.changeClock({ advance: 10 * MINUTE });
	for (let step = 0; step < 600; step++) walker.control.changeClock({ advance: 1000 });
	expect(await rowsOf(walker, livingVisitors)).toEqual(await rowsOf(jumper, livingVisitors));
});

test('people come, go, come back and change', async () => {
	const emulator = await start({ paused: true });
	const ever = new Set(await ids(emulator));
	let before = await rowsOf(emulator, livingVisitors);
	const seen = { entered: 0, left: 0, returned: 0, changed: 0 };
	for (let minute = 0; minute < 60; minute++) {
		emulator.control.changeClock({ advance: MINUTE });
		const now = await rowsOf(emulator, livingVisitors);
		const old = new Map(before.map((row) => [String(row.visitorId), row]));
		for (const row of now) {
			const id = String(row.visitorId);
			if (!old.has(id)) seen[ever.has(id) ? 'returned' : 'entered']++;
			else if (JSON.stringify(old.get(id)) !== JSON.stringify(row)) seen.changed++;
			ever.add(id);
			old.delete(id);
		}
		seen.left += old.size;
		before = now;
	}
	expect(seen.entered).toBeGreaterThan(150);
	expect(seen.entered).toBeLessThan(210);
	for (const count of [seen.left, seen.returned, seen.changed]) expect(count).toBeGreaterThan(5);
});

test('a paused clock lets nothing happen, however much time passes', async () => {
	let now = 0;
	const emulator = await start({ clock: () => now, paused: true });
	const before = await rowsOf(emulator, livingVisitors);
	now += 60 * MINUTE;
	expect(await rowsOf(emulator, livingVisitors)).toEqual(before);
});

test('a running clock brings a newcomer about every 20 seconds, sooner at a higher speed', async () => {
	let now = 0;
	const emulator = await start({ clock: () => now });
	const before = await ids(emulator);
	now += 28_000;
	const newcomers = [...(await ids(emulator))].filter((id) => !before.has(id));
	expect(newcomers.length).toBeGreaterThanOrEqual(1);
	emulator.control.changeClock({ speed: 100 });
	now += 28_000;
	const later = [...(await ids(emulator))].filter((id) => !before.has(id));
	expect(later.length).toBeGreaterThan(20);
});

test('a report neither dies out nor grows without end', async () => {
	const emulator = await start({ paused: true });
	for (let day = 0; day < 3; day++) emulator.control.changeClock({ advance: 24 * 60 * MINUTE });
	const { size } = await ids(emulator);
	expect(size).toBeGreaterThan(10);
	expect(size).toBeLessThan(70);
});
