import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { projectRoot } from '../../../scripts/project';
import { saidApart } from '../support/apart';
import { allOf, type Outcome, type Row } from '../support/row';

const PRODUCT = [
	'{core,nodes,credentials}/**/*.ts',
	'node-red/src/**/*.ts',
	'node-red/resources/**/*.js',
	'node-red/src/nodes/*.html',
];
/** Longer than any text that is matched; one that backtracks takes far longer than the limit. */
const LONGEST = 32_768;
/** Milliseconds. A linear one takes well under one, a quadratic one about a second. */
const LIMIT = 100;

/** Every regular expression of the product against texts that make a careless one backtrack. */
export async function expressionRows(): Promise<Row[]> {
	const outcomes = await saidApart<Outcome[]>(join(__dirname, 'program.ts'), []);
	return [allOf('Attackers: regular expressions take linear time', outcomes)];
}

export function slowExpressions(): Outcome[] {
	return globSync(PRODUCT, { cwd: projectRoot })
		.flatMap(expressionsIn)
		.map(({ place, text }) => ({ name: place, problem: slowOn(compile(text)) }));
}

function expressionsIn(path: string): { place: string; text: string }[] {
	const text = readFileSync(join(projectRoot, path), 'utf8');
	const code = path.endsWith('.html') ? scriptsOf(text) : text;
	const source = ts.createSourceFile(path, code, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS);
	const found: { place: string; text: string }[] = [];
	const visit = (node: ts.Node) => {
		if (ts.isRegularExpressionLiteral(node)) {
			const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
			found.push({ place: `${path}:${line + 1}`, text: node.getText(source) });
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	return found;
}

/** Lines stay where they are. */
function scriptsOf(html: string): string {
	let isScript = false;
	return html
		.split('\n')
		.map((line) => {
			if (line.includes('</script>')) isScript = false;
			const kept = isScript ? line : '';
			if (line.includes('<script type="text/javascript">')) isScript = true;
			return kept;
		})
		.join('\n');
}

function compile(text: string): RegExp {
	const end = text.lastIndexOf('/');
	return new RegExp(text.slice(1, end), text.slice(end + 1).replace(/[gy]/g, ''));
}

/** What it takes too long for. */
export function slowOn(expression: RegExp): string | undefined {
	const letters = [...new Set([...'aA0_-./ :"\\\n', ...expression.source])];
	const units = letters.flatMap((one) => [one, `${one}a`, `a${one}`, `0${one}`, `${one}0`]);
	for (const unit of units) {
		for (const [head, tail] of [
			['', '\0'],
			['', ''],
			['"', '\0'],
			['/', '\0'],
			['${', '\0'],
		]) {
			// Short ones first: an exponential one must be caught before it takes for ever.
			for (const length of [16, 22, 28, 1_024, LONGEST]) {
				const text = head + unit.repeat(Math.ceil(length / unit.length)) + tail;
				const started = performance.now();
				expression.test(text);
				if (performance.now() - started < LIMIT) continue;
				// The machine may have been busy with something else.
				const again = performance.now();
				expression.test(text);
				const took = performance.now() - again;
				if (took >= LIMIT)
					return `${Math.round(took)} ms for ${length} characters of ${JSON.stringify(unit)}`;
			}
		}
	}
	return undefined;
}
