import type { KeyVerdict } from './keys';

export const REQUEST_KINDS = [
	'verify',
	'report-list',
	'results',
	'csv',
	'operation',
	'inbox',
	'other',
] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

export interface RequestRecord {
	id: number;
	/** Epoch milliseconds. */
	time: number;
	kind: RequestKind;
	method: string;
	path: string;
	headerNames: string[];
	key: KeyVerdict;
	/** Requests in progress when this one came, itself included. */
	concurrent: number;
	concurrentSamePath: number;
	/** Faults that struck. */
	faults: string[];
	/** The rest is filled in when it ends. */
	done: boolean;
	status?: number;
	bytes?: number;
	milliseconds?: number;
	/** The client left before the end. */
	aborted?: boolean;
}

const REMEMBERED = 10_000;

/** Who asked for what; it never holds a key. */
export class RequestLog {
	private records: RequestRecord[] = [];
	private readonly inProgress = new Set<RequestRecord>();
	private made = 0;

	begin(
		facts: Pick<RequestRecord, 'kind' | 'method' | 'path' | 'headerNames' | 'key'>,
	): RequestRecord {
		const samePath = [...this.inProgress].filter(({ path }) => path === facts.path).length;
		const record: RequestRecord = {
			id: ++this.made,
			time: Date.now(),
			...facts,
			concurrent: this.inProgress.size + 1,
			concurrentSamePath: samePath + 1,
			faults: [],
			done: false,
		};
		this.inProgress.add(record);
		this.records.push(record);
		if (this.records.length > REMEMBERED) this.records.shift();
		return record;
	}

	end(record: RequestRecord, facts: Pick<RequestRecord, 'status' | 'bytes' | 'aborted'>): void {
		this.inProgress.delete(record);
		Object.assign(record, facts, { done: true, milliseconds: Date.now() - record.time });
	}

	get total(): number {
		return this.made;
	}

	list(): readonly RequestRecord[] {
		return this.records;
	}

	clear(): void {
		this.records = [];
	}
}
