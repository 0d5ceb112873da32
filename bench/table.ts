export function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
	const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
	return [row(head), row(head.map(() => '---')), ...lines.map(row)].join('\n');
}

export function figure(value: number): string {
	if (value === 0) return '0';
	if (Math.abs(value) < 1e-3) return value.toExponential(2);
	return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
