import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { READ_WRITE_KEY, startEmulator, type Emulator } from '../../../emulator/server';
import { NodeRedHost } from '../support/node-red-host';
import { notRun, type Row } from '../support/row';
import { toldTo, type Told } from '../support/told';
import { waitUntil } from '../support/wait';
import { Clock, jumpRow } from './clock';
import { DAMAGES, FILE_DAMAGES } from './damages';

const FOLDER = 'pendo-watches';

class Scene {
	private constructor(
		readonly emulator: Emulator,
		readonly host: NodeRedHost,
	) {}

	static async open(env?: Record<string, string>): Promise<Scene> {
		const emulator = await startEmulator();
		const inbox = `${emulator.url}/emulator/inbox`;
		return new Scene(emulator, await NodeRedHost.open({ inbox, key: READ_WRITE_KEY, env }));
	}

	async follow(reports: readonly string[]): Promise<void> {
		for (const id of reports)
			this.emulator.control.createReport({ id, name: id, type: 'Visitor', generated: 30 });
		const { url } = this.emulator;
		await this.host.follow(reports.map((report) => ({ report, baseUrl: url })));
		await waitUntil('a state of each', () => reports.every((report) => this.stored(report)));
	}

	file(report: string): string {
		return join(this.host.userDir, FOLDER, `${report}.json`);
	}

	stored(report: string): string | undefined {
		try {
			return readFileSync(this.file(report), 'utf8');
		} catch {
			return undefined;
		}
	}

	enter(report: string, visitorId: string): void {
		this.emulator.control.enter(report, { rows: [{ visitorId }] });
	}

	told(report: string, from: Told['from']): Told[] {
		return toldTo(this.emulator).filter((each) => each.report === report && each.from === from);
	}

	fired(report: string): string {
		return this.told(report, 'event')
			.map(({ subject }) => subject)
			.join();
	}

	/** Waits for an event of that visitor, and for what might be repeated after it. */
	async fires(report: string, visitorId: string): Promise<void> {
		await waitUntil(`an event of ${visitorId}`, () =>
			this.fired(report).split(',').includes(visitorId),
		);
		await sleep(2_500);
	}

	async close(): Promise<void> {
		await this.host.close();
		await this.emulator.close();
	}
}

/** Each damage on a watch of its own, while Node-RED is stopped. */
export async function nodeRedStateRows(): Promise<Row[]> {
	const scene = await Scene.open();
	try {
		const damages = [...FILE_DAMAGES, ...DAMAGES];
		const reports = damages.map(({ name }) => name);
		await scene.follow([...reports, 'other']);
		await scene.host.nodeRed.stop();
		const other = scene.stored('other')!;
		for (const { name, damage } of damages) {
			writeFileSync(scene.file(name), damage(scene.stored(name)!, other));
			scene.enter(name, 'meanwhile');
		}
		const damaged = new Map(reports.map((name) => [name, scene.stored(name)]));
		await scene.host.startAgain();
		const outcomes = await Promise.all(
			damages.map(async ({ name, told }) => {
				const problem = await outcomeOf(scene, name, told, damaged.get(name)).catch(
					(error: Error) => error.message,
				);
				return { name, problem };
			}),
		);
		return outcomes.map(({ name, problem }) => ({
			name: `State: Node-RED: ${name}`,
			value: problem ?? 'told in words, nobody fired, and reset is the way out',
			target: 'told in words, nobody fires, file untouched until a reset',
			holds: problem === undefined,
		}));
	} finally {
		await scene.close();
	}
}

async function outcomeOf(
	scene: Scene,
	name: string,
	told: string,
	damaged: string | undefined,
): Promise<string | undefined> {
	if (told === 'reset') {
		await waitUntil('a notice', () => scene.told(name, 'notice').length > 0);
		const [notice] = scene.told(name, 'notice');
		if (notice!.notice !== 'reset') return `notice ${notice!.notice}`;
	} else {
		await waitUntil('an error', () => scene.told(name, 'error').length > 0);
		await sleep(3_000);
		const codes = scene.told(name, 'error').map(({ code }) => code);
		if (codes.join() !== told) return `told ${codes.join()}`;
		if (scene.stored(name) !== damaged) return 'the file was changed';
		if (scene.fired(name) !== '') return `fired ${scene.fired(name).slice(0, 200)}`;
		await scene.host.nodeRed.inject(`reset-${name}`);
		await waitUntil('a reset', () =>
			scene.told(name, 'notice').some(({ notice }) => notice === 'reset'),
		);
	}
	scene.enter(name, 'later');
	await scene.fires(name, 'later');
	return scene.fired(name) === 'later' ? undefined : `fired ${scene.fired(name).slice(0, 200)}`;
}

/** The folder of the states takes nothing any more, then does again. */
export async function nodeRedDiskRows(): Promise<Row[]> {
	const rows: Row[] = [];
	const ways = [
		['folder replaced by a file', replaced],
		['read-only folder', readOnly],
		['disk full', full],
	] as const;
	for (const [name, way] of ways) {
		const scene = await Scene.open();
		const title = `State: Node-RED: ${name}`;
		let mounted: (() => void) | undefined;
		try {
			const folder = join(scene.host.userDir, FOLDER);
			const obstacle = way(folder);
			if (typeof obstacle === 'string') {
				rows.push(notRun(title, obstacle));
				continue;
			}
			mounted = obstacle.end;
			await scene.follow(['disk']);
			obstacle.raise();
			scene.enter('disk', 'first');
			await scene.fires('disk', 'first');
			await waitUntil('an error', () => scene.told('disk', 'error').length > 0);
			scene.enter('disk', 'second');
			await scene.fires('disk', 'second');
			obstacle.remove();
			await sleep(3_000);
			await scene.host.restart('kill');
			scene.enter('disk', 'third');
			await scene.fires('disk', 'third');
			const fired = scene.fired('disk');
			const codes = scene.told('disk', 'error').map(({ code }) => code);
			const holds = fired === 'first,second,third' && codes.join() === 'storage';
			rows.push({
				name: title,
				value: holds
					? 'told once; all fired once, also over a crash after the mending'
					: `fired ${fired}; told ${codes.join()}`,
				target: 'told once; all fire once, also over a crash after the mending',
				holds,
			});
		} finally {
			await scene.host.nodeRed.kill();
			mounted?.();
			await scene.close();
		}
	}
	return rows;
}

interface Obstacle {
	raise(): void;
	remove(): void;
	end(): void;
}

function replaced(folder: string): Obstacle {
	const nothing = () => undefined;
	return {
		raise() {
			rmSync(folder, { recursive: true });
			writeFileSync(folder, '');
		},
		remove: () => rmSync(folder),
		end: nothing,
	};
}

function readOnly(folder: string): Obstacle | string {
	if (process.getuid?.() !== 0) {
		mkdirSync(folder, { recursive: true });
		return {
			raise: () => chmodSync(folder, 0o555),
			remove: () => chmodSync(folder, 0o755),
			end: () => chmodSync(folder, 0o755),
		};
	}
	const disk = smallDisk(folder);
	if (typeof disk === 'string') return disk;
	return {
		raise: () => run('mount', '-o', 'remount,ro', folder),
		remove: () => run('mount', '-o', 'remount,rw', folder),
		end: disk.end,
	};
}

function full(folder: string): Obstacle | string {
	const disk = smallDisk(folder);
	if (typeof disk === 'string') return disk;
	const filler = join(folder, 'filler');
	return {
		raise() {
			try {
				for (let n = 0; n < 1_000; n++) writeFileSync(filler, Buffer.alloc(4_096), { flag: 'a' });
			} catch {
				// Full.
			}
		},
		remove: () => rmSync(filler),
		end: disk.end,
	};
}

/** A disk of a few pages; the reason where this user may not make one. */
function smallDisk(folder: string): { end(): void } | string {
	mkdirSync(folder, { recursive: true });
	try {
		run('mount', '-t', 'tmpfs', '-o', 'size=64k', 'none', folder);
	} catch {
		return 'only root on Linux can mount a small disk';
	}
	return { end: () => run('umount', folder) };
}

function run(command: string, ...parameters: string[]): void {
	execFileSync(command, parameters, { stdio: 'ignore' });
}

/** The clock jumps under a running Node-RED. */
export async function nodeRedClockRows(): Promise<Row[]> {
	const clock = new Clock();
	const scene = await Scene.open(clock.env);
	try {
		await scene.follow(['clock']);
		const { emulator } = scene;
		const fired = async (id: string) => {
			await scene.fires('clock', id);
			return scene.fired('clock');
		};
		return [await jumpRow({ host: 'Node-RED', clock, emulator, report: 'clock' }, fired)];
	} finally {
		await scene.close();
		clock.close();
	}
}
