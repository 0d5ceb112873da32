import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Node, NodeAPI } from 'node-red';
import writeFileAtomic from 'write-file-atomic';
import type { WatchState } from '../../core/watch';

/** Where the state of one watch outlives its node. */
export interface WatchStore {
	/** What was saved last; undefined where nothing was. */
	load(): Promise<unknown>;
	/** Whether that was found where the state was kept before, and is to be saved here. */
	readonly isElsewhere?: boolean;
	save(state: WatchState): Promise<void>;
}

/** The state could not be read or saved: disk full, no rights, a context store that is down. */
export class StorageProblem extends Error {}

const CONTEXT_KEY = 'watch';

/**
 * Without a chosen context store the state lives in a file of its own: Node-RED empties the context
 * of a node at each deploy that touches it, and its file store writes only every 30 seconds.
 */
export function storeOf(RED: NodeAPI, node: Node, contextStore: string): WatchStore {
	const file = new FileStore(fileOf(RED.settings.userDir ?? process.cwd(), node.id));
	const isKnown = knownStores(RED).has(contextStore);
	// Node-RED itself would fall back to its default store, which may forget at the next deploy.
	if (contextStore !== '' && !isKnown)
		node.warn(RED._('error.unknownStore', { name: contextStore }));
	const others = otherStores(RED, isKnown ? contextStore : '').map(
		(name) => new ContextStore(node, name),
	);
	if (!isKnown) return new MovedStore(file, others);
	const context = new ContextStore(node, contextStore);
	return isWrittenLate(RED, contextStore)
		? new MovedStore(new LateStore(file, context), others)
		: new MovedStore(context, [file, ...others]);
}

type ContextStorage = Readonly<
	Record<string, string | { module?: unknown; config?: { cache?: boolean } }>
>;

function contextStorageOf(RED: NodeAPI): ContextStorage {
	return (RED.settings as { contextStorage?: ContextStorage }).contextStorage ?? {};
}

function knownStores(RED: NodeAPI): ReadonlySet<string> {
	return new Set(['default', 'memory', ...Object.keys(contextStorageOf(RED))]);
}

/** The store that Node-RED takes for a name: for one that it does not know, its default; undefined: memory. */
function storeNamed(RED: NodeAPI, name: string): string | undefined {
	const storage = contextStorageOf(RED);
	const known = [name, 'default'].find((each) => each in storage) ?? Object.keys(storage)[0];
	const store = known === undefined ? undefined : storage[known];
	return typeof store === 'string' ? store : known;
}

/** All that an administrator set up, but those that may keep their things where the chosen one does. */
function otherStores(RED: NodeAPI, chosen: string): string[] {
	const storage = contextStorageOf(RED);
	const moduleOf = (name: string | undefined) => {
		const store = name === undefined ? undefined : storage[name];
		return typeof store === 'object' ? store.module : undefined;
	};
	const own = chosen === '' ? undefined : moduleOf(storeNamed(RED, chosen));
	return Object.keys(storage).filter(
		(name) => moduleOf(name) !== undefined && moduleOf(name) !== own,
	);
}

/** Whether a crash loses what was saved last: Node-RED's own file store writes every 30 seconds. */
function isWrittenLate(RED: NodeAPI, name: string): boolean {
	const store = contextStorageOf(RED)[storeNamed(RED, name) ?? ''];
	if (typeof store !== 'object') return false;
	return store.module === 'localfilesystem' && store.config?.cache !== false;
}

export function fileOf(userDir: string, nodeId: string): string {
	// An imported flow may bring any text as an id.
	const safe = /^[\w-]{1,100}$/.test(nodeId)
		? nodeId
		: createHash('sha256').update(nodeId).digest('hex').slice(0, 32);
	return join(userDir, 'pendo-watches', `${safe}.json`);
}

class FileStore implements Removable {
	constructor(private readonly file: string) {}

	async load(): Promise<unknown> {
		let text: string;
		try {
			text = await readFile(this.file, 'utf8');
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
			throw new StorageProblem(wordsOf(error));
		}
		try {
			return JSON.parse(text);
		} catch {
			// No state at all: core says that it is damaged.
			return text;
		}
	}

	async remove(): Promise<void> {
		await rm(this.file, { force: true });
	}

	async save(state: WatchState): Promise<void> {
		try {
			await mkdir(dirname(this.file), { recursive: true });
			await writeFileAtomic(this.file, JSON.stringify(state), { mode: 0o600 });
		} catch (error) {
			// Node.js would name the file that is to take its place, another one at each attempt.
			throw new StorageProblem(`${wordsOf(error).split(', ')[0]}: ${this.file}`);
		}
	}
}

interface Removable extends WatchStore {
	remove(): Promise<void>;
}

/** How long to wait for a store that is not the chosen one, milliseconds. */
const PATIENCE = 5_000;

/** A store that may have been chosen in the place of another: the state moves there with it. */
class MovedStore implements WatchStore {
	isElsewhere = false;
	/** An old state, found when the choice is changed back, would fire for everyone since. */
	private clearing?: Promise<void>;

	constructor(
		private readonly chosen: WatchStore,
		private readonly others: readonly Removable[],
	) {}

	async load(): Promise<unknown> {
		const kept = await this.chosen.load();
		if (kept !== undefined) return kept;
		for (const other of this.others) {
			const moved = await Promise.race([other.load(), unanswered()]);
			this.isElsewhere = moved !== undefined;
			if (this.isElsewhere) return moved;
		}
		return undefined;
	}

	async save(state: WatchState): Promise<void> {
		await this.chosen.save(state);
		// One that is down is tried again with a later save; none is waited for.
		this.clearing ??= Promise.race([
			Promise.all(this.others.map((other) => other.remove())),
			unanswered(),
		]).then(
			() => undefined,
			() => (this.clearing = undefined),
		);
	}
}

async function unanswered(): Promise<never> {
	await sleep(PATIENCE, undefined, { ref: false });
	throw new StorageProblem(`no answer within ${PATIENCE / 1000} seconds`);
}

/** A context store that a crash throws back; the file beside it is always as new or newer. */
class LateStore implements WatchStore {
	constructor(
		private readonly file: FileStore,
		private readonly context: ContextStore,
	) {}

	async load(): Promise<unknown> {
		return (await this.file.load()) ?? (await this.context.load());
	}

	async save(state: WatchState): Promise<void> {
		await this.file.save(state);
		await this.context.save(state);
	}
}

/** By callbacks, since some stores have no other form. */
class ContextStore implements Removable {
	constructor(
		private readonly node: Node,
		private readonly name: string,
	) {}

	load(): Promise<unknown> {
		return new Promise((settle, fail) => {
			this.node.context().get(CONTEXT_KEY, this.name, (error: unknown, value: unknown) => {
				if (error) fail(new StorageProblem(`${this.name}: ${wordsOf(error)}`));
				else settle(value ?? undefined);
			});
		});
	}

	save(state: WatchState): Promise<void> {
		return this.set(state);
	}

	async remove(): Promise<void> {
		if ((await this.load()) !== undefined) await this.set(undefined);
	}

	private set(value: WatchState | undefined): Promise<void> {
		return new Promise((settle, fail) => {
			this.node.context().set(CONTEXT_KEY, value, this.name, (error: unknown) => {
				if (error) fail(new StorageProblem(`${this.name}: ${wordsOf(error)}`));
				else settle();
			});
		});
	}
}

function wordsOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
