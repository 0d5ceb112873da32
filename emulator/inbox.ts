export interface InboxMessage {
	/** Epoch milliseconds. */
	time: number;
	body: unknown;
}

/** The far end of a workflow: keeps every message that was posted to it. */
export class Inbox {
	private messages: InboxMessage[] = [];

	receive(text: string): InboxMessage {
		const message = { time: Date.now(), body: parsed(text) };
		this.messages.push(message);
		return message;
	}

	list(): readonly InboxMessage[] {
		return this.messages;
	}

	clear(): void {
		this.messages = [];
	}
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
