import {
	isSameState,
	isStateOf,
	readState,
	type HostWords,
	type WatchState,
} from '../../core/watch';
import type { WatchStore } from './watch-store';

/** The state of one watch. Once loaded, memory is the newest: only its node writes. */
export class KeptState {
	private state: WatchState | undefined;
	private loaded = false;
	private saved = true;

	constructor(
		private readonly store: WatchStore,
		private readonly watch: string,
		private readonly words: HostWords,
	) {}

	/** Undefined before it was loaded, and where nothing was ever kept. */
	get current(): WatchState | undefined {
		return this.state;
	}

	/** @throws Failure where it cannot be read */
	async load(): Promise<WatchState | undefined> {
		if (!this.loaded) {
			this.state = readState(await this.store.load(), this.words);
			this.loaded = true;
			this.saved = !this.store.isElsewhere;
		}
		return this.state;
	}

	/** The same, unless it is that of the report that this node followed before. */
	async loadOwn(): Promise<WatchState | undefined> {
		const state = await this.load();
		return state && isStateOf(state, this.watch, this.words) ? state : undefined;
	}

	/** What is stored, whatever it is: a reset also mends what cannot be read. */
	async loadAnything(): Promise<unknown> {
		if (this.loaded) return this.state;
		try {
			return await this.store.load();
		} catch {
			return undefined;
		}
	}

	/** From now on this is the state, whether it is saved yet or not. */
	take(state: WatchState): void {
		this.saved &&= isSameState(this.state, state);
		this.state = state;
		this.loaded = true;
	}

	async save(): Promise<void> {
		if (!this.saved) await this.store.save(this.state!);
		this.saved = true;
	}
}
