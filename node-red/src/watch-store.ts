import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Node, NodeAPI } from 'node-red';
import writeFileAtomic from 'write-file-atomic';
import type { WatchState } from '../../core/watch';

/** Where the state of one watch outlives its node. */
export interface WatchStore {
	/** What was saved last; undefined where nothing was. */
	load(): Promise<unknown>;
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
	if (contextStore === '') return file;
	if (isWrittenLate(RED, contextStore))
		return new LateStore(file, new ContextStore(node, contextStore));
	if (knownStores(RED).has(contextStore))
		return new PromptStore(file, new ContextStore(node, contextStore));
	// Node-RED itself would fall back to its default store, which may forget at the next deploy.
	node.warn(RED._('error.unknownStore', { name: contextStore }));
	return file;
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

/** Whether a crash loses what was saved last: Node-RED's own file store writes every 30 seconds. */
function isWrittenLate(RED: NodeAPI, name: string): boolean {
	const storage = contextStorageOf(RED);
	const named = storage[name];
	const store = typeof named === 'string' ? (storage[named] ?? { module: named }) : named;
	if (typeof store !== 'object') return store === 'localfilesystem';
	return store.module === 'localfilesystem' && store.config?.cache !== false;
}

export function fileOf(userDir: string, nodeId: string): string {
	// An imported flow may bring any text as an id.
	const safe = /^[\w-]{1,100}$/.test(nodeId)
		? nodeId
		: createHash('sha256').update(nodeId).digest('hex').slice(0, 32);
	return join(userDir, 'pendo-watches', `${safe}.json`);
}

class FileStore implements WatchStore {
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

/** A context store that keeps at once what it is given. */
class PromptStore implements WatchStore {
	constructor(
		/** Where the state was before a store was chosen. */
		private readonly file: FileStore,
		private readonly context: ContextStore,
	) {}

	async load(): Promise<unknown> {
		return (await this.context.load()) ?? (await this.file.load());
	}

	async save(state: WatchState): Promise<void> {
		await this.context.save(state);
		// An old state, found when the store is changed back, would fire for everyone since.
		await this.file.remove();
	}
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
class ContextStore implements WatchStore {
	constructor(
		private readonly node: Node,
		private readonly name: string,
	) {}

	load(): Promise<unknown> {
		return new Promise((settle, fail) => {
			this.node.context().get(CONTEXT_KEY, this.name, (error: unknown, value: unknown) => {
				if (error) fail(new StorageProblem(wordsOf(error)));
				else settle(value ?? undefined);
			});
		});
	}

	save(state: WatchState): Promise<void> {
		return new Promise((settle, fail) => {
			this.node.context().set(CONTEXT_KEY, state, this.name, (error: unknown) => {
				if (error) fail(new StorageProblem(wordsOf(error)));
				else settle();
			});
		});
	}
}

function wordsOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
