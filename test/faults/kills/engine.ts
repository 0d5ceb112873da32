import type { Emulator } from '../../../emulator/server';

/** An engine that can be killed, following reports of an emulator that lives on. */
export interface Victim {
	readonly emulator: Emulator;
	readonly reports: readonly string[];
	/** A folder in which a file whose name matches changes when the engine saves. */
	readonly savesIn: { folder: string; file: RegExp };
	/** What is saved of the watch of that report, as text. */
	stateOf(report: string): string;
	/** SIGKILL is sent before this returns. */
	kill(): Promise<void>;
	/** Answers how many starts failed before one went well. */
	startAgain(): Promise<number>;
	/** Waits until nothing that was handed over is still on its way. */
	rest(): Promise<void>;
	/** Subjects whose event left the trigger so far, where that can be seen before anything else of the flow runs. */
	left?(): readonly string[];
	/** Executions that the engine itself gave up, with the text of what they hold. */
	givenUp(): Promise<GivenUp[]>;
	/** Has one of them done again, as a person would. */
	retry(id: string): Promise<void>;
	close(): Promise<void>;
}

export interface GivenUp {
	id: string;
	report: string;
	text: string;
}
