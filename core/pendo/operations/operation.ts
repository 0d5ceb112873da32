import type { Failure } from '../failure';
import type { Method, PendoRequest } from '../requests';
import { flag, type Input, type Parameter, type Parameters } from './parameter';
import type { Session } from './session';

export type Row = Record<string, unknown>;

/** A file as it arrives; the body is read once. */
export interface PendoFile {
	readonly name: string;
	readonly mimeType: string;
	readonly body: AsyncIterable<Uint8Array>;
}

export type Answer =
	| { readonly kind: 'rows'; readonly rows: AsyncIterable<Row> }
	| { readonly kind: 'object'; readonly value: Row }
	| { readonly kind: 'file'; readonly file: PendoFile };

/** What became of one input of an operation that takes many at once. */
export type Outcome =
	| { readonly value: Row; readonly failure?: undefined }
	| { readonly value?: undefined; readonly failure: Failure };

export const RESOURCES = {
	account: 'Account',
	aggregation: 'Aggregation',
	bulkDeletion: 'Bulk Deletion',
	event: 'Event',
	excludeList: 'Exclude List',
	feature: 'Feature',
	feedback: 'Feedback',
	guide: 'Guide',
	key: 'Integration Key',
	metadataSchema: 'Metadata Schema',
	page: 'Page',
	report: 'Report',
	segment: 'Segment',
	serverName: 'Server Name',
	trackType: 'Track Type',
	visitor: 'Visitor',
} as const;

export type Resource = keyof typeof RESOURCES;

/** A call of the API: its method and the template of its path, `/api/v1/visitor/{visitorId}`. */
export interface Call {
	readonly method: Method;
	readonly path: string;
}

/** All that a host, a page or a check needs to know about an operation. */
export interface Operation extends Call {
	readonly resource: Resource;
	/** Unique within the resource: `getMany`. */
	readonly operation: string;
	/** As in a list of operations: "Get Many". */
	readonly name: string;
	/** A sentence without a full stop: "Get many visitors". */
	readonly action: string;
	/** When to use it and what comes back, for a person and for an agent. */
	readonly description: string;
	/** Further calls that it makes, or may make. */
	readonly also: readonly Call[];
	/** Pendo wants a key with write access. */
	readonly write: boolean;
	/** Cannot be undone: sends nothing unless `confirm` is true, and has a `dryRun`. */
	readonly destructive: boolean;
	/** `integrationKey`, or the track event secret of an app. */
	readonly secret: 'integrationKey' | 'trackEventSecret';
	readonly gives: Answer['kind'];
	/** Inputs that are run together, in as few calls as may be; each has its own outcome. */
	readonly together: boolean;
	readonly parameters: Parameters;
	readonly work: Work;
}

/** How it is done; the inputs are checked before. */
export type Work =
	| { readonly one: (input: never, session: Session) => Promise<Answer> }
	| { readonly many: (inputs: never, session: Session) => Promise<readonly Outcome[]> }
	/** Of a destructive operation: all that would be sent, known beforehand, and the word for it afterwards. */
	| { readonly plan: (inputs: never) => readonly Planned[]; readonly done: string };

/** A request that serves some of the inputs, by their place. */
export interface Planned {
	readonly request: PendoRequest;
	readonly serves: readonly number[];
	/** How a failure names it: `the segment "a1"`. */
	readonly about: string;
}

interface Words<P extends Parameters> extends Call {
	resource: Resource;
	operation: string;
	name: string;
	action: string;
	description: string;
	also?: readonly Call[];
	parameters: P;
}

const confirmation = {
	confirm: flag(
		'Confirm',
		'Whether this is really to be done; without it nothing is. It cannot be undone, so set it only when a person wants exactly this.',
		{ default: false },
	),
	dryRun: flag(
		'Dry Run',
		'Whether to return what would be sent to Pendo, and send nothing. Needs no confirmation.',
		{ default: false },
	),
};

function define<P extends Parameters>(
	words: Words<P>,
	how: Pick<Operation, 'write' | 'gives' | 'work'> & Partial<Operation>,
): Operation {
	return {
		also: [],
		destructive: false,
		together: false,
		secret: 'integrationKey',
		...words,
		...how,
	};
}

type One<P extends Parameters, T> = Words<P> & {
	run: (input: Input<P>, session: Session) => Promise<T>;
};

/** Gives rows; they may be a list or arrive one by one. */
export function givesRows<P extends Parameters>({
	run,
	...words
}: One<P, Iterable<Row> | AsyncIterable<Row>>): Operation {
	const one = async (input: Input<P>, session: Session): Promise<Answer> => {
		return { kind: 'rows', rows: oneByOne(await run(input, session)) };
	};
	return define(words, { write: false, gives: 'rows', work: { one } });
}

/** Gives one object and changes nothing. */
export function givesObject<P extends Parameters>({ run, ...words }: One<P, Row>): Operation {
	const one = async (input: Input<P>, session: Session): Promise<Answer> => {
		return { kind: 'object', value: await run(input, session) };
	};
	return define(words, { write: false, gives: 'object', work: { one } });
}

export function givesFile<P extends Parameters>({ run, ...words }: One<P, PendoFile>): Operation {
	const one = async (input: Input<P>, session: Session): Promise<Answer> => {
		return { kind: 'file', file: await run(input, session) };
	};
	return define(words, { write: false, gives: 'file', work: { one } });
}

/** Changes something in Pendo and says what came of it. */
export function writes<P extends Parameters>({
	run,
	...words
}: One<P, Row> & Pick<Partial<Operation>, 'secret'>): Operation {
	const one = async (input: Input<P>, session: Session): Promise<Answer> => {
		return { kind: 'object', value: await run(input, session) };
	};
	return define(words, { write: true, gives: 'object', work: { one } });
}

/** Changes something for many inputs at once. */
export function writesMany<P extends Parameters>({
	run,
	...words
}: Words<P> & {
	run: (inputs: readonly Input<P>[], session: Session) => Promise<readonly Outcome[]>;
}): Operation {
	return define(words, { write: true, gives: 'object', together: true, work: { many: run } });
}

/** Destroys something, in requests that are known before the first is sent. */
export function destroys<P extends Parameters>({
	plan,
	done = 'deleted',
	...words
}: Words<P> & {
	together?: boolean;
	done?: string;
	plan: (inputs: readonly Input<P>[]) => readonly Planned[];
}): Operation {
	const parameters: Parameters = { ...words.parameters, ...confirmation };
	return define(
		{ ...words, parameters },
		{ write: true, destructive: true, gives: 'object', work: { plan, done } },
	);
}

async function* oneByOne(rows: Iterable<Row> | AsyncIterable<Row>): AsyncGenerator<Row> {
	yield* rows;
}

/** The operation's parameters with their names, in the order of the form. */
export function parametersOf(operation: Operation): (Parameter & { name: string })[] {
	return Object.entries(operation.parameters).map(([name, parameter]) => ({ ...parameter, name }));
}
