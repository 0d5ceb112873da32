import { Failure, listReports, type PendoRequest } from '../../core/pendo';
import { Session, type Row } from '../../core/pendo/operations';
import { aggregation } from '../../core/pendo/operations/aggregate';
import { ask } from '../../core/pendo/operations/ask';
import { objectsOf } from '../../core/pendo/operations/read-json';
import { rowsOf } from '../../core/pendo/operations/rows-of';
import { listed, withoutBulk, type ListedReport } from './listed-report';
import { Stopped, type Seen, type Wire } from './wire';

export const RESULTS = '/api/v1/report/{reportId}/results.json';

/** No report, visitor or account of anybody is called so. */
export const NOBODY = 'pendo-live-check-made-this-up';

const MOST_REPORTS = 10_000;
const MOST_LIST_BYTES = 64_000_000;
const MOST_ROWS = 300;
const MOST_ROW_BYTES = 2_000_000;
const VISITOR_REPORTS = 4;
const ACCOUNT_REPORTS = 2;
const PEOPLE = 20;

/** The beginning of a list, which says how it is wrapped, and what was read of it. */
export interface Listing {
	readonly seen: Seen;
	readonly start: string;
	readonly rows: readonly Row[];
	/** False where the reading was cut off. */
	readonly complete: boolean;
}

export interface Sample extends Listing {
	readonly report: ListedReport;
}

/** The Pendo that is looked at; what several checks need is read once. */
export class Live {
	private readonly known = new Map<string, Promise<unknown>>();

	constructor(
		readonly wire: Wire,
		readonly session: Session,
		readonly region: string,
	) {}

	/** The list, and of each report what the checks need. */
	async list(): Promise<Listing & { reports: readonly ListedReport[] }> {
		return await this.once('list', async () => {
			const listing = await this.listing(listReports, MOST_REPORTS, MOST_LIST_BYTES, withoutBulk);
			return { ...listing, reports: listing.rows.map(listed) };
		});
	}

	/** Some reports of visitors, those with columns about accounts first. */
	async visitorReports(): Promise<Sample[]> {
		return await this.samples('visitor', VISITOR_REPORTS);
	}

	async accountReports(): Promise<Sample[]> {
		return await this.samples('account', ACCOUNT_REPORTS);
	}

	/** The sampled report that was read to its end and has most rows. */
	async wholeReport(): Promise<Sample | undefined> {
		return (await sampled(this))
			.filter(({ complete, rows }) => complete && rows.length > 0)
			.sort((one, other) => other.rows.length - one.rows.length)[0];
	}

	/** The first rows of a report, as the request asks for them. */
	async sample(report: ListedReport, headers: Record<string, string> = {}): Promise<Sample> {
		const request = ask('GET', RESULTS, { ids: { reportId: report.id } });
		const asked = { ...request, headers: { ...request.headers, ...headers } };
		return { report, ...(await this.listing(asked, MOST_ROWS, MOST_ROW_BYTES)) };
	}

	/** Again, where only another encoding than before is accepted. */
	async secondReading(report: ListedReport): Promise<Sample> {
		return await this.once('second', () => this.sample(report, { 'accept-encoding': 'br' }));
	}

	/** Some visitors with their metadata, and the answer that brought them. */
	async people(): Promise<{ answer: unknown; rows: Row[] }> {
		return await this.once('people', async () => {
			const pipeline = [{ source: { visitors: null } }, { limit: PEOPLE }];
			const answer = await this.session.read(aggregation(pipeline));
			return { answer, rows: objectsOf(answer) };
		});
	}

	/** How a request was answered, whatever the status, and how a good body begins. */
	async answerTo(request: PendoRequest, session = this.session): Promise<Seen & { start: string }> {
		const read = { start: '', bytes: 0 };
		let problem: unknown;
		try {
			const body = watched(await session.open(request), read);
			while (read.start.length < 100 && !(await body.next()).done);
			await body.return(undefined);
		} catch (error) {
			problem = error;
		}
		const refused =
			problem instanceof Failure && problem.answer.status !== undefined && !problem.transient;
		if (problem !== undefined && !refused) throw problem;
		return { ...this.wire.last!, start: read.start };
	}

	/** As somebody with a key that is none. */
	stranger(): Session {
		const { host } = this.session;
		return new Session({
			host: host.host,
			now: () => host.now(),
			timeOfDay: () => host.timeOfDay(),
			random: () => host.random(),
			sleep: async (milliseconds) => await host.sleep(milliseconds),
			send: async (request, milliseconds) => await this.wire.send(request, milliseconds, NOBODY),
		});
	}

	private async samples(kind: 'visitor' | 'account', most: number): Promise<Sample[]> {
		return await this.once(kind, async () => {
			const { reports } = await this.list();
			const ours = reports.filter((report) => report.kind === kind);
			const ofAccounts = ours.filter(({ columns }) =>
				columns.some(({ field }) => field.startsWith('account')),
			);
			const chosen = [...ofAccounts.slice(0, Math.ceil(most / 2)), ...ours];
			const samples: Sample[] = [];
			let problem: unknown;
			for (const report of [...new Set(chosen)].slice(0, most)) {
				try {
					samples.push(await this.sample(report));
				} catch (error) {
					// One may be deleted meanwhile, or be too slow: the others serve as well.
					if (!(error instanceof Failure) || error instanceof Stopped) throw error;
					problem = error;
				}
			}
			if (samples.length === 0 && problem !== undefined) throw problem;
			return samples;
		});
	}

	private async listing(
		request: PendoRequest,
		mostRows: number,
		mostBytes: number,
		keep: (row: Row) => Row = (row) => row,
	): Promise<Listing> {
		const body = await this.session.open(request);
		const seen = this.wire.last!;
		const read = { start: '', bytes: 0 };
		const rows: Row[] = [];
		for await (const row of rowsOf(watched(body, read))) {
			if (rows.length === mostRows || read.bytes > mostBytes) {
				return { seen, start: read.start, rows, complete: false };
			}
			rows.push(keep(row));
		}
		return { seen, start: read.start, rows, complete: true };
	}

	once<T>(name: string, work: () => Promise<T>): Promise<T> {
		const known = (this.known.get(name) as Promise<T> | undefined) ?? work();
		this.known.set(name, known);
		return known;
	}
}

async function* watched(
	body: AsyncIterable<Uint8Array>,
	read: { start: string; bytes: number },
): AsyncGenerator<Uint8Array> {
	for await (const chunk of body) {
		if (read.start.length < 200) read.start += Buffer.from(chunk).toString('latin1', 0, 200);
		read.bytes += chunk.length;
		yield chunk;
	}
}

/** Every report that is sampled. */
export async function sampled(live: Live): Promise<Sample[]> {
	return [...(await live.visitorReports()), ...(await live.accountReports())];
}

export function rowsIn(samples: readonly Sample[]): Row[] {
	return samples.flatMap(({ rows }) => rows);
}
