import type { Told } from '../support/told';

/** Of a report that is asked for there. */
export interface Place {
	name: string;
	baseUrl: string;
}

/** A real engine that follows one report at each place. */
export interface NetworkHost {
	readonly name: string;
	/** These alone, from now on. */
	follow(places: readonly Place[]): Promise<void>;
	told(): Promise<readonly Told[]>;
	/** What is stored of the watch of that report, as text. */
	stateOf(report: string): string;
	/** A person asks for a poll, where that can be done. */
	press?(report: string): Promise<void>;
	pid(): number;
	/** Everything that it wrote anywhere, by place. */
	written(): Promise<Record<string, string>>;
	close(): Promise<void>;
}
