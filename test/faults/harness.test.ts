import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmulator, READ_WRITE_KEY } from '../../emulator/server';
import { wronglyTold } from '../support/many-watches/engine';
import { slowOn } from './attackers/expressions';
import { hashCode } from './kills/code';
import { MOMENTS } from './kills/moments';
import { KillRecords } from './kills/records';
import type { KillRecord } from './kills/round';
import { rowsOf } from './kills/rows';
import { FaultyProxy, wire } from './proxy';
import { shows } from './secrets';

const good: KillRecord = {
	...{ victim: 'Node-RED, own file', product: '', moment: 'read', reached: true, failedStarts: 0 },
	...{ date: '', gaps: [3], entered: 4, delivered: 4, lost: 0, lostGaps: [], missed: 0 },
	...{ crashed: 0, retried: 0, repeated: 0, repeatedGaps: [], repeatedLate: 0, repeatedSaved: 0 },
	...{ repeatedAnew: 0, uncalledFor: 0, who: [] },
};

const failing = (victim: string, change: Partial<KillRecord>) =>
	rowsOf(victim, [{ ...good, ...change }], 1)
		.filter(({ holds }) => !holds)
		.map(({ name }) => name.replace(/^Killed: [^:]*: /, ''));

describe('The page of reliability does not hold', () => {
	it.each([
		['n8n, default engine', { missed: 1 }, 'missed'],
		['n8n, default engine', { lost: 1, lostGaps: [null] }, 'and so lost'],
		['n8n, durable cursors', { lost: 1, lostGaps: [20] }, 'without an execution'],
		['n8n, durable cursors', { crashed: 2, retried: 1 }, 'delivered by Retry'],
		['n8n, durable cursors', { repeated: 1, repeatedGaps: [20] }, 'with the same event id'],
		['Node-RED, own file', { repeated: 1, repeatedSaved: 1 }, 'with the same event id'],
		['Node-RED, own file', { repeatedAnew: 1 }, 'with another event id'],
		['Node-RED, own file', { repeatedLate: 1 }, 'of earlier checks'],
		['Node-RED, own file', { uncalledFor: 1 }, 'although nothing happened'],
		['Node-RED, own file', { reached: false }, 'moments that never came'],
	])('when in %s a kill came to %j', (victim, change, name) => {
		expect(failing(victim, {})).toEqual([]);
		expect(failing(victim, change)).toEqual([expect.stringContaining(name)]);
	});

	it('when a regular expression backtracks', () => {
		expect(slowOn(/^[a-z]+$/)).toBeUndefined();
		expect(slowOn(/^(a+)+$/)).toMatch(/characters/);
		expect(slowOn(/^a*a*b$/)).toMatch(/characters/);
	});

	it.each(['utf8', 'hex', 'base64'] as const)('when a key is found as %s inside a text', (form) => {
		const key = 'canary-0123456789abcdef';
		for (const before of ['', 'x', 'xy', 'xyz'])
			expect(shows(Buffer.from(`${before}${key} and more`).toString(form), key)).toBe(true);
		expect(shows(Buffer.from('canary-0123456789').toString(form), key)).toBe(false);
	});
});

describe('Of those who entered in an engine with many watches', () => {
	it.each([
		['nobody is wrong when each was told once', ['a 1', 'b 1'], 0],
		['one is missed', ['a 1'], 1],
		['one is told twice', ['a 1', 'b 1', 'b 1'], 1],
		['one is told who never entered', ['a 1', 'b 1', 'b 2'], 1],
	])('%s', (_, told, wrong) => {
		expect(wronglyTold(['a 1', 'b 1'], told)).toBe(wrong);
	});
});

describe('Kills of earlier runs', () => {
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'pendo-nodes-records-'));
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	const victim = good.victim;
	const open = (product: string) =>
		new KillRecords(victim, product, join(folder, 'faults', 'kills.jsonl'));
	const write = (path: string, text: string) => {
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		writeFileSync(join(folder, path), text);
	};

	it('count while the code is the same', () => {
		open('this').keep({ ...good, product: 'this' });
		expect(open('this').all).toEqual([{ ...good, product: 'this' }]);
		expect(open('other').all).toEqual([]);
	});

	it('count again when only documentation or the version changed, never when code did', () => {
		write('dist/watcher.js', 'poll()');
		write('dist/locales/de/watcher.json', '{}');
		const before = hashCode(folder);
		write('README.md', 'More words');
		write('package.json', '{"version":"2.0.0"}');
		write('dist/locales/de/watcher.html', 'More help');
		expect(hashCode(folder)).toBe(before);
		for (const path of ['dist/watcher.js', 'dist/locales/de/watcher.json', 'dist/new.html']) {
			const last = hashCode(folder);
			write(path, '{"changed":true}');
			expect(hashCode(folder)).not.toBe(last);
		}
	});

	it('stay when a crash of the machine cut the last of them short', () => {
		open('').keep(good);
		appendFileSync(join(folder, 'faults', 'kills.jsonl'), '{"victim":"Node-R');
		open('').keep(good);
		expect(open('').all).toEqual([good, good]);
	});

	it('leave the moments that were tried least for the next', () => {
		const first = open('');
		const moments = MOMENTS.map(() => first.nextMoment(100));
		expect(moments).toEqual(MOMENTS);
		// The others were under way when the run was interrupted.
		for (const moment of MOMENTS.slice(2)) first.keep({ ...good, moment });
		const next = open('');
		const left = [...MOMENTS.slice(0, 2), ...MOMENTS.slice(0, 1)];
		expect(left.map(() => next.nextMoment(9))).toEqual(left);
		expect(next.nextMoment(9)).toBeUndefined();
	});
});

describe('The proxy between an engine and Pendo', () => {
	it('passes on what it is not told to spoil, and sees the key of what it is', async () => {
		const emulator = await startEmulator();
		const proxy = await FaultyProxy.listen(() => emulator.port);
		emulator.control.createReport({ id: 'one', rows: [{ visitorId: 'ann' }] });
		const ask = async () => {
			const answer = await fetch(`${proxy.url}/api/v1/report/one/results.json`, {
				headers: { 'x-pendo-integration-key': READ_WRITE_KEY },
			});
			return await answer.text();
		};
		try {
			expect(JSON.parse(await ask())).toEqual([{ visitorId: 'ann' }]);
			proxy.spoil('one', ({ socket, body, key }) => void socket.end(wire(`${key}${body}`)));
			expect(await ask()).toBe(`${READ_WRITE_KEY}[{"visitorId":"ann"}]`);
			expect(proxy.struck('one')).toBe(1);
			proxy.spoil('one', undefined);
			expect(JSON.parse(await ask())).toEqual([{ visitorId: 'ann' }]);
		} finally {
			await proxy.close();
			await emulator.close();
		}
	});

	it('spoils what was asked before it was told to, and answered after', async () => {
		const emulator = await startEmulator();
		const proxy = await FaultyProxy.listen(() => emulator.port);
		emulator.control.createReport({ id: 'one', rows: [{ visitorId: 'ann' }] });
		emulator.control.addFault({ fault: { type: 'delay', milliseconds: 300 } });
		try {
			const answer = fetch(`${proxy.url}/api/v1/report/one/results.json`, {
				headers: { 'x-pendo-integration-key': READ_WRITE_KEY },
			});
			while (emulator.control.requests().length === 0) await sleep(5);
			proxy.spoil('one', ({ socket }) => void socket.end(wire('spoiled')));
			expect(await (await answer).text()).toBe('spoiled');
		} finally {
			await proxy.close();
			await emulator.close();
		}
	});
});
