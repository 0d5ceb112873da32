import type { Emulator } from '../../../emulator/server';

/** What a workflow or flow under test posted to the far end. */
export interface Told {
	from: 'event' | 'notice' | 'error';
	/** Id of the report that it is about. */
	report: string;
	/** Id of the subject of an event. */
	subject?: string;
	eventId?: string;
	/** Kind of a notice. */
	notice?: string;
	/** Code and words of an error. */
	code?: string;
	message?: string;
	/** The row of an event, or the notice. */
	payload?: Record<string, unknown>;
	/** n8n's execution that sent it. */
	execution?: string;
}

/** All of it, in order of arrival; `time` in epoch milliseconds. */
export function toldTo({ control }: Emulator): (Told & { time: number })[] {
	return control.inbox().map(({ body, time }) => ({ ...(body as Told), time }));
}
