import { senseless } from '../refusal';
import { call, contains } from './functions';
import { tokens, type Token } from './tokens';

export type Row = Record<string, unknown>;
/** Works out a value from a row. */
export type Expression = (row: Row) => unknown;

/** What is known while a pipeline runs. */
export interface Moment {
	/** Epoch milliseconds. */
	now: number;
}

// From loose to tight, as in C.
const LEVELS: readonly (readonly string[])[] = [
	['||'],
	['&&'],
	['==', '!='],
	['<', '<=', '>', '>=', 'contains'],
	['+', '-'],
	['*', '/', '%'],
];

/** Reads an expression of Pendo's C-like language; refuses in words what it cannot read. */
export function parseExpression(text: unknown, moment: Moment): Expression {
	if (typeof text !== 'string')
		throw senseless(`an expression must be text: ${JSON.stringify(text)}`);
	const parser = new Parser(text, moment);
	return parser.whole();
}

class Parser {
	private readonly list: Token[];
	private place = 0;

	constructor(
		private readonly text: string,
		private readonly moment: Moment,
	) {
		this.list = tokens(text);
	}

	whole(): Expression {
		const expression = this.level(0);
		if (this.place < this.list.length) throw this.fault();
		return expression;
	}

	private level(depth: number): Expression {
		const operators = LEVELS[depth];
		if (!operators) return this.unary();
		let left = this.level(depth + 1);
		for (;;) {
			const operator = operators.find((sign) => this.take(sign));
			if (operator === undefined) return left;
			left = joined(operator, left, this.level(depth + 1));
		}
	}

	private unary(): Expression {
		if (this.take('!')) {
			const operand = this.unary();
			return (row) => !operand(row);
		}
		if (this.take('-')) {
			const operand = this.unary();
			return (row) => -Number(operand(row));
		}
		return this.primary();
	}

	private primary(): Expression {
		if (this.take('(')) {
			const inner = this.level(0);
			this.need(')');
			return inner;
		}
		const token = this.list[this.place++];
		if (token?.type === 'value') return () => token.value;
		if (token?.type !== 'name') throw this.fault();
		if (this.take('(')) return call(token.name, this.args(), this.moment);
		const path = token.name.split('.');
		return (row) => valueAt(row, path);
	}

	private args(): Expression[] {
		const list: Expression[] = [];
		if (this.take(')')) return list;
		do list.push(this.level(0));
		while (this.take(','));
		this.need(')');
		return list;
	}

	private take(sign: string): boolean {
		const token = this.list[this.place];
		const is = token?.type === 'sign' ? token.sign : token?.type === 'name' ? token.name : '';
		if (is !== sign) return false;
		this.place++;
		return true;
	}

	private need(sign: string): void {
		if (!this.take(sign)) throw this.fault();
	}

	private fault(): Error {
		return senseless(`cannot read the expression ${this.text}`);
	}
}

function joined(operator: string, left: Expression, right: Expression): Expression {
	switch (operator) {
		case '||':
			return (row) => Boolean(left(row)) || Boolean(right(row));
		case '&&':
			return (row) => Boolean(left(row)) && Boolean(right(row));
		case '==':
			return (row) => same(left(row), right(row));
		case '!=':
			return (row) => !same(left(row), right(row));
		case '<':
			return (row) => ordered(left(row), right(row), (sign) => sign < 0);
		case '<=':
			return (row) => ordered(left(row), right(row), (sign) => sign <= 0);
		case '>':
			return (row) => ordered(left(row), right(row), (sign) => sign > 0);
		case '>=':
			return (row) => ordered(left(row), right(row), (sign) => sign >= 0);
		case 'contains':
			return (row) => contains(left(row), right(row));
		case '+':
			return (row) => plus(left(row), right(row));
		case '-':
			return (row) => Number(left(row)) - Number(right(row));
		case '*':
			return (row) => Number(left(row)) * Number(right(row));
		case '/':
			return (row) => Number(left(row)) / Number(right(row));
		default:
			return (row) => Number(left(row)) % Number(right(row));
	}
}

/** A value deep in a row; undefined where there is none. */
export function valueAt(row: unknown, path: readonly string[]): unknown {
	let value = row;
	for (const name of path) {
		if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
			return undefined;
		value = (value as Row)[name];
	}
	return value;
}

function same(left: unknown, right: unknown): boolean {
	return (left ?? null) === (right ?? null);
}

function ordered(left: unknown, right: unknown, fits: (sign: number) => boolean): boolean {
	if (typeof left !== typeof right || left === null || right === null || left === undefined)
		return false;
	return fits(compare(left, right));
}

/** Text by code units, numbers by value, nothing first. */
export function compare(left: unknown, right: unknown): number {
	if (left === right) return 0;
	if (left === undefined || left === null) return right === undefined || right === null ? 0 : -1;
	if (right === undefined || right === null) return 1;
	return (left as string | number) < (right as string | number) ? -1 : 1;
}

function plus(left: unknown, right: unknown): unknown {
	return typeof left === 'number' && typeof right === 'number'
		? left + right
		: `${String(left ?? '')}${String(right ?? '')}`;
}
