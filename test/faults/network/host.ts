import type { Told } from '../support/told';
import type { NetworkFault } from './table';

/** A real engine that follows one report for each fault, through the proxy. */
export interface NetworkHost {
	readonly name: string;
	follow(faults: readonly NetworkFault[]): Promise<void>;
	told(): Promise<readonly Told[]>;
	/** What is stored of the watch of that report, as text. */
	stateOf(report: string): string;
	/** A person asks for a poll. */
	press(report: string): Promise<void>;
	pid(): number;
	/** Everything that it wrote anywhere, by place. */
	written(): Promise<Record<string, string>>;
	close(): Promise<void>;
}
