import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Tool {
	name: string;
	description: string;
	parameters: { properties?: Record<string, { description?: string; type?: unknown }> };
}

interface Asked {
	messages: { role: string; content: unknown; tool_call_id?: string }[];
	tools?: { function: Tool }[];
}

/** A language model that calls the one tool that a test names, as OpenAI's API would. */
export class LanguageModel {
	readonly asked: Asked[] = [];
	/** What it wants to call at first. */
	call: { name: string; arguments: unknown } = { name: '', arguments: {} };

	private constructor(private readonly server: Server) {}

	static async start(): Promise<LanguageModel> {
		const server = createServer();
		const model = new LanguageModel(server);
		server.on('request', (request, response) => {
			const pieces: Buffer[] = [];
			request.on('data', (piece: Buffer) => pieces.push(piece));
			request.on('end', () => {
				const answer = model.answer(JSON.parse(Buffer.concat(pieces).toString()) as Asked);
				response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
			});
		});
		await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
		return model;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
	}

	/** What the model was offered. */
	get tools(): Tool[] {
		return (this.asked.at(-1)?.tools ?? []).map((tool) => tool.function);
	}

	/** What the tool answered, as the model reads it. */
	get told(): string {
		const answer = this.asked.at(-1)?.messages.findLast(({ role }) => role === 'tool');
		return typeof answer?.content === 'string' ? answer.content : JSON.stringify(answer?.content);
	}

	close(): Promise<void> {
		this.server.closeAllConnections();
		return new Promise((done) => this.server.close(() => done()));
	}

	private answer(asked: Asked): object {
		this.asked.push(asked);
		const last = asked.messages.at(-1)?.role === 'tool';
		const call = {
			id: 'call-1',
			type: 'function',
			function: { name: this.call.name, arguments: JSON.stringify(this.call.arguments) },
		};
		const message = last
			? { role: 'assistant', content: 'Done.' }
			: { role: 'assistant', content: null, tool_calls: [call] };
		return {
			id: 'answer-1',
			object: 'chat.completion',
			created: 0,
			model: 'test',
			choices: [{ index: 0, message, finish_reason: last ? 'stop' : 'tool_calls' }],
			usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
		};
	}
}
