/** How a parameter is shown and read. */
export type ParameterType =
	| 'string'
	| 'number'
	| 'boolean'
	/** One of `options`. */
	| 'options'
	/** Text, a number, true or false, as it is given. */
	| 'value'
	/** Any JSON; text of it is parsed. */
	| 'json'
	/** Texts: a list, JSON text of one, or text with one a line (or separated by commas on a single line). */
	| 'stringList'
	/** Milliseconds since 1970; an ISO date or a Date is read as one. */
	| 'dateTime'
	/** Names with a value each: text, number, boolean, null, or a list of those. */
	| 'fields'
	/** Entries of the parameters in `of`. */
	| 'list';

/** From which of Pendo's lists a person may choose the value; see `lookUp`. */
export type Lookup =
	| 'report'
	| 'segment'
	| 'guide'
	| 'page'
	| 'feature'
	| 'trackType'
	| 'visitorField'
	| 'accountField';

export interface Option {
	readonly value: string;
	readonly name: string;
}

export type Scalar = string | number | boolean | null;
export type Fields = Readonly<Record<string, Scalar | readonly Scalar[]>>;

/** One parameter of an operation; `T` is what the operation is handed. */
export interface Parameter<T = unknown> {
	readonly type: ParameterType;
	/** As in a form: "Visitor ID". */
	readonly label: string;
	/** One or more sentences, for a person and for an agent. */
	readonly description: string;
	/** Absent or empty is refused. */
	readonly required: boolean;
	readonly default?: unknown;
	/** A value that makes sense, for placeholders and tests. */
	readonly example?: unknown;
	/** Of type `options`. */
	readonly options?: readonly Option[];
	/** Of type `list`: the parameters of an entry, by name. */
	readonly of?: Parameters;
	readonly lookup?: Lookup;
	/** Of type `number`: the bounds, which are allowed. */
	readonly least?: number;
	readonly most?: number;
	/** Most entries of a `stringList` or `list`. */
	readonly mostEntries?: number;
	/** Text is an id: every byte counts, white space too, up to 4,096 of them. */
	readonly isId?: boolean;
	/** Several lines of text. */
	readonly long?: boolean;
	/** Seldom needed: a host may tuck it away. */
	readonly rare?: boolean;
	/** Shown only while these parameters have one of these values. */
	readonly shownWhen?: Readonly<Record<string, readonly unknown[]>>;
	/** The type alone counts; never set. */
	readonly reads?: T;
}

export type Parameters = Readonly<Record<string, Parameter>>;

/** What an operation with these parameters is handed. */
export type Input<P extends Parameters> = {
	readonly [Name in keyof P]: P[Name] extends Parameter<infer T> ? T : never;
};

type More = Partial<Omit<Parameter, 'type' | 'label' | 'description' | 'reads'>>;
/** Undefined only where nothing makes sure of a value. */
type Given<T, M extends More> = M extends { required: true }
	? T
	: M extends { default: string | number | boolean | object }
		? T
		: T | undefined;

function maker<T>(type: ParameterType) {
	return <const M extends More>(
		label: string,
		description: string,
		more?: M,
	): Parameter<Given<T, M>> => ({ required: false, ...more, type, label, description });
}

export const text = maker<string>('string');
export const number = maker<number>('number');
export const flag = maker<boolean>('boolean');
export const value = maker<string | number | boolean>('value');
export const json = maker<unknown>('json');
export const texts = maker<readonly string[]>('stringList');
export const dateTime = maker<number>('dateTime');
export const fields = maker<Fields>('fields');

/** A choice; the values are the keys, their names the values. */
export function choice<const O extends Record<string, string>, const M extends More>(
	label: string,
	options: O,
	description: string,
	more?: M,
): Parameter<Given<keyof O & string, M>> {
	const named = Object.entries(options).map(([value, name]) => ({ value, name }));
	return { required: false, ...more, type: 'options', label, description, options: named };
}

/** A list of entries, each with the parameters in `of`. */
export function list<P extends Parameters, const M extends More>(
	label: string,
	of: P,
	description: string,
	more?: M,
): Parameter<Given<readonly Input<P>[], M>> {
	return { required: false, ...more, type: 'list', label, description, of };
}

/** An id that must be there. */
export function id(
	label: string,
	description: string,
	more: Pick<More, 'lookup' | 'example'>,
): Parameter<string> {
	return text(label, description, { ...more, required: true, isId: true });
}

/** How many rows: what every operation that gives rows asks. */
export const howMany = {
	returnAll: flag('Return All', 'Whether to return all results or only up to a given limit.', {
		default: false,
	}),
	limit: number('Limit', 'Max number of results to return.', {
		default: 50,
		least: 1,
		most: 1_000_000,
		shownWhen: { returnAll: [false] },
	}),
};
