// Run in a process of its own: serves the generated reports on loopback, as Pendo would.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeReport, type Part, type ReportShape } from './reports';

const PIECE_LENGTH = 64 * 1024;

const reports = new Map<string, ReturnType<typeof makeReport>>();

/** `/<shape>/<rows>/<part>`: made when the states are prepared, so that no measured poll waits for it. */
function find(path: string): readonly Buffer[] {
	const [, shape, rows, part] = path.split('/') as [string, ReportShape, string, Part];
	const name = `${shape} ${rows}`;
	const report = reports.get(name) ?? makeReport(shape, Number(rows));
	reports.set(name, report);
	return report[part];
}

async function send(body: readonly Buffer[], response: ServerResponse): Promise<void> {
	const length = body.reduce((total, { length }) => total + length, 0);
	response.writeHead(200, { 'content-type': 'application/json', 'content-length': length });
	for (const part of body) {
		for (let from = 0; from < part.length; from += PIECE_LENGTH) {
			const isTaken = response.write(part.subarray(from, from + PIECE_LENGTH));
			if (!isTaken) await once(response, 'drain');
		}
	}
	response.end();
}

const server = createServer((request, response) => {
	send(find(request.url ?? ''), response).catch((error: unknown) => {
		console.error(error);
		response.destroy();
	});
});
server.listen(0, '127.0.0.1', () => {
	console.log((server.address() as AddressInfo).port);
});
// The benchmark holds the other end: when it goes, so does this.
process.stdin.resume().once('end', () => process.exit());
