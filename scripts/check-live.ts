import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
	baseUrlOf,
	Failure,
	meaningOfException,
	readKeyRights,
	REGIONS,
	uptime,
	verifyKey,
} from '../core/pendo';
import { Session } from '../core/pendo/operations';
import { Live } from './check-live/live';
import { countsOf, lineOf, outcomesOf, type Outcome } from './check-live/outcome';
import { ASSUMPTIONS } from './check-live/table';
import { Wire } from './check-live/wire';
import { projectRoot } from './project';

export const FILE_NAME = 'pendo-live-check.json';

export interface LiveCheck {
	env: NodeJS.ProcessEnv;
	/** Where the file is written. */
	folder: string;
	print: (line: string) => void;
	/** How to wait between two tries. */
	sleep?: (milliseconds: number) => Promise<unknown>;
}

/**
 * Looks with a person's key whether Pendo is as this project takes it to be. Only reads.
 *
 * @returns the exit code: 0 where it could look, whatever it saw
 */
export async function checkLive(check: LiveCheck): Promise<number> {
	const { env, print } = check;
	const key = env.PENDO_INTEGRATION_KEY ?? '';
	if (key === '') {
		print('Set PENDO_INTEGRATION_KEY to an integration key; one without write access will do.');
		return 1;
	}
	let problem: unknown;
	try {
		const live = newLive(check, key);
		readKeyRights(JSON.stringify((await live.session.read(verifyKey)) ?? null));
		await look(live, check);
		return 0;
	} catch (error) {
		problem = error;
	}
	if (!(problem instanceof Failure)) throw problem;
	print(`${problem.message}.\n${problem.description}`.replaceAll(key, '(key)'));
	return 1;
}

function newLive({ env, sleep = setTimeout }: LiveCheck, key: string): Live {
	const baseUrl = env.PENDO_BASE_URL || undefined;
	const region = baseUrl === undefined ? (env.PENDO_REGION ?? '') : 'custom';
	if (baseUrl === undefined && !REGIONS.some(({ id }) => id === region)) {
		throw new Failure('base-url', {
			what: 'PENDO_REGION does not name a region',
			why: `It is one of ${REGIONS.map(({ id }) => id).join(', ')}.`,
			next: 'Set it to where you sign in to Pendo, or set PENDO_BASE_URL to an address of your own.',
		});
	}
	const origin = baseUrlOf({ region, baseUrl });
	const { host } = new URL(origin);
	// Node.js would refuse such a header with the key in its message.
	if (/[^!-~]/.test(key.trim())) throw meaningOfException({ code: 'ERR_INVALID_CHAR' }, { host });
	const wire = new Wire(origin, key.trim());
	const session = new Session({
		host,
		now: uptime,
		timeOfDay: Date.now,
		random: Math.random,
		sleep: async (milliseconds) => {
			await sleep(milliseconds);
		},
		send: async (request, milliseconds) => await wire.send(request, milliseconds),
	});
	return new Live(wire, session, region);
}

async function look(live: Live, { folder, print }: LiveCheck): Promise<void> {
	const outcomes: Outcome[] = [];
	for await (const outcome of outcomesOf(ASSUMPTIONS, live)) {
		outcomes.push(outcome);
		print(lineOf(outcome));
	}
	const counts = countsOf(outcomes);
	const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
		version: string;
	};
	const report = {
		version,
		day: new Date().toISOString().slice(0, 10),
		region: live.region,
		calls: live.wire.calls,
		counts,
		outcomes,
	};
	print('');
	print(`${live.wire.calls} calls, all of which only read.`);
	print(
		Object.entries(counts)
			.map(([verdict, count]) => `${count} ${verdict}`)
			.join(', '),
	);
	writeFileSync(join(folder, FILE_NAME), `${JSON.stringify(report, null, '\t')}\n`);
	print(
		`Written to ${FILE_NAME}: shapes and counts, no name, no id, no key. Attach it to a bug report if you like.`,
	);
}

if (require.main === module) {
	void checkLive({ env: process.env, folder: process.cwd(), print: console.log }).then((code) => {
		process.exitCode = code;
	});
}
