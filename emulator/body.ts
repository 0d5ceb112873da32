import type { IncomingMessage } from 'node:http';

const LARGEST_BODY = 256 * 1024 * 1024;

/** The whole body as text. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		length += chunk.length;
		if (length > LARGEST_BODY) throw new RangeError('the body is too long');
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString();
}
